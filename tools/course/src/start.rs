//! `cargo course start N`: a folder in which a student writes lesson N.

use std::{io::Write, path::Path};

use anyhow::Result;

use crate::{
    files,
    lessons::{Course, Lesson, Names},
    manifest,
    work::Work,
};

/// The smallest library: lesson 1 begins with it.
const EMPTY_LIBRARY: &str = "//! A chat that grows by one feature a lesson.

use axum::Router;
MODULES
/// The whole application: empty, until you fill it.
pub fn app() -> Router {
    Router::new()
}
";

/// Fills `work/chat` and says what to do with it.
pub fn run(course: &Course, number: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let kept = start(course, lesson)?;
    let words = what_is_next(course, lesson, kept.as_deref());
    write!(anstream::stdout(), "{words}")?;
    Ok(())
}

/// Makes the stage before the lesson, with the lesson's tests, the student's
/// chat. Returns the name under which an earlier chat is kept.
pub fn start(course: &Course, lesson: &Lesson) -> Result<Option<String>> {
    let work = Work::of(course);
    let mover = work.mover()?;
    let fresh = mover.fresh()?;
    let mine = Work::names();
    if lesson.number == 1 {
        copy_beginning(lesson, &fresh, &mine)?;
    } else {
        copy_stage_before(course, lesson, &fresh, &mine)?;
    }
    let is_test = |file: &str| file.starts_with("tests/");
    files::copy_renamed((&lesson.path, &lesson.names), (&fresh, &mine), is_test)?;
    manifest::mark(&fresh, lesson.number)?;
    mover.install(&fresh)
}

fn copy_stage_before(course: &Course, lesson: &Lesson, fresh: &Path, mine: &Names) -> Result<()> {
    let before = course.lesson(lesson.number.saturating_sub(1))?;
    let is_code = |file: &str| !file.starts_with("tests/") && file != "README.md";
    files::copy_renamed((&before.path, &before.names), (fresh, mine), is_code)?;
    let mut manifest = manifest::read(fresh)?;
    manifest::add_dev_dependencies(&mut manifest, &manifest::read(&lesson.path)?);
    files::write(&fresh.join("Cargo.toml"), manifest.to_string())
}

fn copy_beginning(lesson: &Lesson, fresh: &Path, mine: &Names) -> Result<()> {
    let beginning = ["Cargo.toml", "src/main.rs", "src/server.rs"];
    let is_beginning = |file: &str| beginning.contains(&file);
    files::copy_renamed((&lesson.path, &lesson.names), (fresh, mine), is_beginning)?;
    let has_server = fresh.join("src/server.rs").is_file();
    let modules = if has_server {
        "\npub mod server;\n"
    } else {
        ""
    };
    let library = EMPTY_LIBRARY.replace("MODULES\n", &format!("{modules}\n"));
    files::write(&fresh.join("src/lib.rs"), library)
}

/// What is in the chat now, and what to do with it.
pub fn what_is_next(course: &Course, lesson: &Lesson, kept: Option<&str>) -> String {
    let begun = match lesson.number {
        1 => "an empty chat".to_owned(),
        number => format!("the chat of lesson {:02}", number - 1),
    };
    format!(
        "{}work/chat holds {begun}, with the tests of lesson {:02}.\n\n\
         Read     {}\n\
         Run      cargo run -p my-chat\n\
         Check    cargo course check\n\
         Hint     cargo course hint\n",
        what_is_kept(kept),
        lesson.number,
        course.shown(&lesson.page())
    )
}

/// Where the chat that was there before is now.
pub fn what_is_kept(kept: Option<&str>) -> String {
    match kept {
        Some(name) => format!(
            "What was in work/chat is kept: work/kept/{name}\n\
             To bring it back: cargo course restore {name}\n\n"
        ),
        None => String::new(),
    }
}
