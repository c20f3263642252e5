//! Slides: a deck for each lesson, and for the opening of a day, shown by the workshop page
//! or exported as a site.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use pulldown_cmark::Event;

use crate::schedule;
use course::lessons::{Course, Lesson};

mod cut;
pub mod deck;
pub mod excerpt;
pub mod figure;
mod handout;
mod pages;
pub mod picture;
pub mod reference;
mod rust_item;
mod site;
pub mod step;

use deck::{Block, Deck};
pub use handout::page_name as handout_page;

/// The name of an asset, and its content, which lies in a folder of this crate's.
macro_rules! asset {
    ($name:literal in $folder:literal) => {
        (
            $name,
            include_bytes!(concat!("../../", $folder, "/", $name)),
        )
    };
}

/// The files in `assets/` that the pages load: name and content.
pub const ASSETS: [(&str, &[u8]); 18] = [
    asset!("base.css" in "../../static"),
    asset!("bar.css" in "client/slides"),
    asset!("deck.css" in "client/slides"),
    asset!("deck.js" in "client/slides"),
    asset!("excerpt.css" in "client/slides"),
    asset!("figure.css" in "client/slides"),
    asset!("handout.css" in "client/slides"),
    asset!("icon.svg" in "../../static"),
    asset!("index.css" in "client/slides"),
    asset!("look.js" in "client/slides"),
    asset!("print.css" in "client/slides"),
    asset!("sequence.css" in "client"),
    asset!("speaker.css" in "client/slides"),
    asset!("speaker.js" in "client/slides"),
    asset!("views.css" in "client/slides"),
    asset!("words.css" in "client"),
    asset!("vendor/inter-latin-ext.woff2" in "../../static"),
    asset!("vendor/inter-latin.woff2" in "../../static"),
];

/// `cargo course slides --out DIR`: writes all decks as a site.
pub fn run(course: &Course, out: &Path) -> Result<()> {
    let files = site(course)?;
    site::write(out, &files)?;
    let index = out.join(INDEX);
    anstream::println!(
        "{} files are written. Open {}",
        files.len(),
        index.display()
    );
    Ok(())
}

/// The page that lists the decks.
pub const INDEX: &str = "index.html";

/// Every file of the site, by its path.
pub fn site(course: &Course) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for name in page_names(course)? {
        let page = page(course, &name)?.unwrap_or_default();
        files.push((name, page.into_bytes()));
    }
    let assets = ASSETS.map(|(name, content)| (format!("assets/{name}"), content.into()));
    files.extend(assets);
    for path in picture_files(course)? {
        let name = format!("assets/{}", picture::asset(&path));
        files.push((name, bytes(course, &path)?));
    }
    Ok(files)
}

fn page_names(course: &Course) -> Result<Vec<String>> {
    let decks = decks(course)?;
    let handouts = schedule::handouts(course)?;
    let pages = decks.iter().map(|path| page_name(path));
    let pages = pages.chain(handouts.iter().map(|path| handout::page_name(path)));
    Ok(std::iter::once(INDEX.to_owned()).chain(pages).collect())
}

/// A page of the site by its name, if there is one: the list of decks, a deck, or a
/// handout. A deck loads [`ASSETS`] and pictures from `assets/` beside it, runs no
/// inline script, and works from a file as well as from a server.
pub fn page(course: &Course, name: &str) -> Result<Option<String>> {
    if name == INDEX {
        return pages::index(course).map(Some);
    }
    if let Some(path) = decks(course)?.iter().find(|path| page_name(path) == name) {
        return deck_page(course, path).map(Some);
    }
    let handouts = schedule::handouts(course)?;
    let handout = handouts
        .iter()
        .find(|path| handout::page_name(path) == name);
    handout.map(|path| handout::page(path)).transpose()
}

/// The decks, in the order in which they are shown: the openings of the days, then one for
/// each lesson.
pub fn decks(course: &Course) -> Result<Vec<PathBuf>> {
    let lessons = course.lessons.iter();
    let lessons = lessons.map(|lesson| deck::path(course, lesson));
    Ok(schedule::opening_decks(course)?
        .into_iter()
        .chain(lessons)
        .collect())
}

/// A file in the folder of the decks.
pub fn path(course: &Course, name: &str) -> PathBuf {
    course.root.join("slides").join(name)
}

/// `04-messages.html`
pub fn page_name(deck: &Path) -> String {
    format!("{}.html", name_of(deck))
}

/// `04-messages`
fn name_of(deck: &Path) -> String {
    deck.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// `04-messages.html`
pub fn page_of(course: &Course, lesson: &Lesson) -> String {
    page_name(&deck::path(course, lesson))
}

fn deck_page(course: &Course, path: &Path) -> Result<String> {
    let deck = Deck::read(path)?;
    if let Some((line, what)) = deck.problems.first() {
        bail!("{}:{line}: {what}", course.shown(path));
    }
    pages::deck(course, &deck)
}

/// A picture that a deck shows, by its name among the assets.
pub fn picture(course: &Course, name: &str) -> Result<Option<Vec<u8>>> {
    let mut files = picture_files(course)?.into_iter();
    let file = files.find(|path| picture::asset(path) == name);
    file.map(|path| bytes(course, &path)).transpose()
}

fn bytes(course: &Course, path: &Path) -> Result<Vec<u8>> {
    let content = fs::read(course.root.join(path));
    content.with_context(|| format!("{} cannot be read", path.display()))
}

/// The pictures of all decks, each once, from the root of the repository.
fn picture_files(course: &Course) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in decks(course)? {
        let deck = Deck::read(&path)?;
        for block in deck.slides.iter().flat_map(|slide| &slide.blocks) {
            if let Block::Picture(picture, line) = block {
                let found = picture.files(course);
                let found = found.with_context(|| format!("{}:{line}", course.shown(&path)))?;
                files.push(found.0);
                files.extend(found.1);
            }
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The words of Markdown without its marks.
fn words_of(events: &[Event]) -> String {
    let word = |event: &Event| match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        _ => String::new(),
    };
    events.iter().map(word).collect()
}
