//! `cargo course new NN-name`: the next stage, as the last one is.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use askama::Template;

use course::{
    files,
    lessons::{Course, Lesson, Names, number_of},
    workspace,
};

/// The page of a lesson, to be filled.
#[derive(Template)]
#[template(path = "new/lesson.md", escape = "none")]
struct Page<'a> {
    number: String,
    plain_number: u32,
    title: &'a str,
    before: String,
    /// `07 Location and scroll`
    earlier: Vec<String>,
}

/// The slides of a lesson, to be filled.
#[derive(Template)]
#[template(path = "new/deck.md", escape = "none")]
struct Deck<'a> {
    number: String,
    title: &'a str,
}

/// Makes the stage `name` (`08-private-messages`), and prints what to write.
pub fn run(course: &Course, name: &str) -> Result<()> {
    let last = course.lessons.last().context("there is no last lesson")?;
    let number = next_number(last, name)?;
    let title = title_of(name);
    let fresh = fresh_folder(course)?;
    copy_last(last, &fresh, &Names::of_stage(number, name))?;
    files::write(
        &fresh.join("README.md"),
        page(course, last, number, &title).render()?,
    )?;
    let deck = course.root.join("slides").join(format!("{name}.md"));
    write_deck(&deck, number, &title)?;
    // Last, and in one move: a run that is killed before leaves no half lesson.
    let folder = course.root.join("lessons").join(name);
    fs::rename(&fresh, &folder).with_context(|| course.shown(&folder))?;
    let of_last = &last.names.folder;
    workspace::add_member(
        course,
        &format!("lessons/{of_last}"),
        &format!("lessons/{name}"),
    )?;
    write!(
        anstream::stdout(),
        "{} is lesson {:02} under a new name; its tests pass: cargo test -p lesson-{number:02}\n\n\
         Write    {}, wherever it says TODO\n\
         Write    {}\n\
         Add      the lesson to slides/schedule.toml, and to the table in README.md\n\
         Lead     from the recap of {} to it\n\
         Check    cargo course verify\n",
        course.shown(&folder),
        last.number,
        course.shown(&folder.join("README.md")),
        course.shown(&deck),
        course.shown(&last.page()),
    )?;
    Ok(())
}

fn next_number(last: &Lesson, name: &str) -> Result<u32> {
    let next = last.number + 1;
    let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let words = name.split('-').collect::<Vec<_>>();
    let is_name = words
        .iter()
        .all(|word| !word.is_empty() && word.chars().all(is_word));
    match number_of(name) {
        Some(number) if is_name && number == next => Ok(number),
        Some(number) if is_name => bail!(
            "the last lesson is {:02}, so the next one is {next:02}, not {number:02}",
            last.number
        ),
        _ => bail!("call it {next:02}-name, in small letters, with hyphens between words"),
    }
}

/// `Private messages` for `08-private-messages`.
fn title_of(name: &str) -> String {
    let words = name.split('-').skip(1).collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The folder in which the stage is made. Leftovers of a killed run are removed.
fn fresh_folder(course: &Course) -> Result<PathBuf> {
    let folder = course.root.join(".new-lesson");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| course.shown(&folder))?;
    }
    Ok(folder)
}

fn copy_last(last: &Lesson, fresh: &Path, names: &Names) -> Result<()> {
    let is_wanted = |file: &str| !files::is_of_page(file);
    files::copy_renamed((&last.path, &last.names), (fresh, names), is_wanted)
}

fn page<'a>(course: &Course, last: &Lesson, number: u32, title: &'a str) -> Page<'a> {
    let name = |lesson: &Lesson| {
        let title = lesson
            .title()
            .unwrap_or_else(|| lesson.names.folder.clone());
        format!("{:02} {title}", lesson.number)
    };
    Page {
        number: format!("{number:02}"),
        plain_number: number,
        title,
        before: format!("{:02}", last.number),
        earlier: course.lessons.iter().map(name).collect(),
    }
}

/// Writes the deck, unless it exists: then it may hold somebody's work.
fn write_deck(path: &Path, number: u32, title: &str) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let number = format!("{number:02}");
    files::write(path, Deck { number, title }.render()?)
}
