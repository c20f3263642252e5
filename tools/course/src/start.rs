//! `cargo course start N`: a folder in which a student writes lesson N.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{
    files,
    lessons::{Course, Lesson, Names},
    manifest,
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

/// Fills `work/chat`, unless there is one already.
pub fn run(course: &Course, number: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let work = course.root.join("work");
    let chat = work.join("chat");
    if chat.symlink_metadata().is_ok() {
        bail!(
            "work/chat exists, so nothing was changed\n\
             To put it aside, run this in {}:\n\n    \
             mv work/chat ../{}\n\n\
             Then start again.",
            course.root.display(),
            free_name(&course.root, number)
        );
    }
    fs::create_dir_all(&work).context("work/ cannot be made")?;
    fill(course, lesson, &chat)?;
    say_what_is_next(course, lesson);
    Ok(())
}

/// Builds the crate in a folder of its own and moves it at the end, so that an
/// interrupted start leaves no half chat behind.
fn fill(course: &Course, lesson: &Lesson, chat: &Path) -> Result<()> {
    // Not in work/: cargo takes each folder there for a member.
    let home = course.root.join("target/course");
    fs::create_dir_all(&home).context("target/course cannot be made")?;
    let scratch = tempfile::Builder::new()
        .prefix("start-")
        .tempdir_in(&home)?;
    let fresh = scratch.path().join("chat");
    let mine = Names::of_package("my-chat");
    if lesson.number == 1 {
        copy_beginning(lesson, &fresh, &mine)?;
    } else {
        copy_stage_before(course, lesson, &fresh, &mine)?;
    }
    let is_test = |file: &str| file.starts_with("tests/");
    files::copy_renamed((&lesson.path, &lesson.names), (&fresh, &mine), is_test)?;
    fs::rename(&fresh, chat).context("work/chat cannot be made")
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

/// A name beside the repository that nothing has yet. Inside work/ a second
/// crate of the same name would stop cargo.
fn free_name(root: &Path, number: u32) -> String {
    let name = format!("chat-before-lesson-{number}");
    let others = (2..).map(|count| format!("{name}-{count}"));
    let is_free = |name: &String| root.with_file_name(name).symlink_metadata().is_err();
    let mut names = std::iter::once(name.clone()).chain(others);
    names.find(is_free).unwrap_or(name)
}

fn say_what_is_next(course: &Course, lesson: &Lesson) {
    let begun = match lesson.number {
        1 => "an empty chat".to_owned(),
        number => format!("the chat of lesson {:02}", number - 1),
    };
    let page = course.shown(&lesson.page());
    anstream::println!(
        "work/chat holds {begun}, with the tests of lesson {:02}.\n\n\
         Read     {page}\n\
         Run      cargo run -p my-chat\n\
         Check    cargo test -p my-chat",
        lesson.number
    );
}
