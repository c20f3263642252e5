//! `cargo course start N`: a folder in which a student writes lesson N.

use std::{io::Write, path::Path};

use anyhow::Result;

use crate::{
    files,
    install::{self, Installed},
    lessons::{Course, Lesson, Names},
    manifest,
    steps::{Moment, lay},
    work::Work,
};

/// The smallest library: lesson 1 begins with it.
const EMPTY_LIBRARY: &str = "//! A chat that grows by one feature a lesson.

use axum::Router;
MODULES
/// The whole application.
pub fn app() -> Router {
    Router::new()
}
";

/// The files with which lesson 1 begins, besides its library.
pub const BEGINNING: [&str; 3] = ["Cargo.toml", "src/main.rs", "src/server.rs"];

/// Fills `work/chat` and prints the next commands to run.
pub fn run(course: &Course, number: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let installed = start(course, lesson)?;
    let words = what_is_next(course, lesson, &installed);
    write!(anstream::stdout(), "{words}")?;
    Ok(())
}

/// Makes the lesson's start the student's chat: the stage before, the files that are
/// given, and the lesson's tests.
pub fn start(course: &Course, lesson: &Lesson) -> Result<Installed> {
    let message = format!("Start lesson {:02}", lesson.number);
    install::install_fresh(course, lesson, &message, |fresh| {
        write(course, lesson, fresh)
    })
}

/// Writes the lesson's start into `fresh`.
pub fn write(course: &Course, lesson: &Lesson, fresh: &Path) -> Result<()> {
    let mine = Work::names();
    if lay::is_told(lesson)? {
        lay::lay(course, lesson, Moment::Start, fresh)?;
    } else if lesson.number == 1 {
        copy_beginning(lesson, fresh, &mine)?;
    } else {
        copy_stage_before(course, lesson, fresh, &mine)?;
    }
    let is_test = |file: &str| file.starts_with("tests/");
    files::copy_renamed((&lesson.path, &lesson.names), (fresh, &mine), is_test)
}

fn copy_stage_before(course: &Course, lesson: &Lesson, fresh: &Path, mine: &Names) -> Result<()> {
    let before = course.lesson(lesson.number.saturating_sub(1))?;
    let is_code = |file: &str| !file.starts_with("tests/") && !files::is_of_page(file);
    files::copy_renamed((&before.path, &before.names), (fresh, mine), is_code)?;
    let mut manifest = manifest::read(fresh)?;
    manifest::add_dev_dependencies(&mut manifest, &manifest::read(&lesson.path)?);
    files::write(&fresh.join("Cargo.toml"), manifest.to_string())
}

fn copy_beginning(lesson: &Lesson, fresh: &Path, mine: &Names) -> Result<()> {
    let is_beginning = |file: &str| BEGINNING.contains(&file);
    files::copy_renamed((&lesson.path, &lesson.names), (fresh, mine), is_beginning)?;
    let has_server = fresh.join("src/server.rs").is_file();
    files::write(&fresh.join("src/lib.rs"), empty_library(has_server))
}

/// The library with which lesson 1 begins.
pub fn empty_library(has_server: bool) -> String {
    let modules = if has_server {
        "\npub mod server;\n"
    } else {
        ""
    };
    EMPTY_LIBRARY.replace("MODULES\n", &format!("{modules}\n"))
}

/// The message after a start: what the chat holds, and the next commands to run.
pub fn what_is_next(course: &Course, lesson: &Lesson, installed: &Installed) -> String {
    let begun = match lesson.number {
        1 => "an empty chat".to_owned(),
        number => format!("the chat of lesson {:02}", number - 1),
    };
    format!(
        "{}work/chat holds {begun}, with the tests of lesson {:02}.\n\n\
         Read     {}\n\
         Go to    cd work/chat\n\
         Run      cargo run\n\
         Check    cargo course check\n\
         Hint     cargo course hint\n{}",
        installed.what_is_kept(),
        lesson.number,
        course.shown(&lesson.page()),
        installed.what_is_missing(),
    )
}
