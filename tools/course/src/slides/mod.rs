//! Slides: one deck a lesson, shown by the workshop page or exported as a site.

use std::path::Path;

use anyhow::{Result, bail};

use crate::lessons::{Course, Lesson};

pub mod deck;
pub mod excerpt;
mod pages;
pub mod reference;
mod rust_item;
mod site;

use deck::Deck;

/// What the pages load from `assets/`, beside them: name and content.
pub const ASSETS: [(&str, &str); 13] = [
    ("base.css", include_str!("../../../../static/base.css")),
    ("bar.css", include_str!("../../client/slides/bar.css")),
    ("deck.css", include_str!("../../client/slides/deck.css")),
    ("deck.js", include_str!("../../client/slides/deck.js")),
    (
        "excerpt.css",
        include_str!("../../client/slides/excerpt.css"),
    ),
    ("icon.svg", include_str!("../../../../static/icon.svg")),
    ("index.css", include_str!("../../client/slides/index.css")),
    ("look.js", include_str!("../../client/slides/look.js")),
    ("print.css", include_str!("../../client/slides/print.css")),
    (
        "speaker.css",
        include_str!("../../client/slides/speaker.css"),
    ),
    ("speaker.js", include_str!("../../client/slides/speaker.js")),
    ("views.css", include_str!("../../client/slides/views.css")),
    ("words.css", include_str!("../../client/words.css")),
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
pub fn site(course: &Course) -> Result<Vec<(String, String)>> {
    let mut files = vec![(INDEX.to_owned(), index_page(course)?)];
    for lesson in &course.lessons {
        files.push((page_name(lesson), deck_page(course, lesson)?));
    }
    let assets = ASSETS.map(|(name, content)| (format!("assets/{name}"), content.to_owned()));
    files.extend(assets);
    Ok(files)
}

/// `04-messages.html`
pub fn page_name(lesson: &Lesson) -> String {
    format!("{}.html", lesson.names.folder)
}

/// The page that lists decks and the schedule. It links to the decks beside it.
pub fn index_page(course: &Course) -> Result<String> {
    pages::index(course)
}

/// A lesson's deck as a page. It loads [`ASSETS`] from `assets/` beside it, runs no
/// inline script, and works from a file as well as from a server.
pub fn deck_page(course: &Course, lesson: &Lesson) -> Result<String> {
    let path = deck::path(course, lesson);
    let deck = Deck::read(&path)?;
    if let Some((line, what)) = deck.problems.first() {
        bail!("{}:{line}: {what}", course.shown(&path));
    }
    pages::deck(course, lesson, &deck)
}
