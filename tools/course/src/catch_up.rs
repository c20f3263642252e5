//! `cargo course catch-up N`: the finished lesson N as the student's chat.

use std::io::Write;

use anyhow::Result;

use crate::{
    files,
    lessons::{Course, Lesson},
    manifest, start,
    work::Work,
};

/// Fills `work/chat` and says what to do with it.
pub fn run(course: &Course, number: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let kept = catch_up(course, lesson)?;
    let mut out = anstream::stdout();
    start::say_what_is_kept(&mut out, kept.as_deref())?;
    writeln!(
        out,
        "work/chat holds the finished lesson {number:02}.\n\n\
         Run      cargo run -p my-chat"
    )?;
    if course.lesson(number + 1).is_ok() {
        writeln!(out, "Go on    cargo course start {}", number + 1)?;
    }
    Ok(())
}

/// Makes the lesson the student's chat. Returns the name under which an earlier
/// chat is kept.
pub fn catch_up(course: &Course, lesson: &Lesson) -> Result<Option<String>> {
    let work = Work::of(course);
    let mover = work.mover()?;
    let fresh = mover.fresh()?;
    let is_wanted = |file: &str| file != "README.md";
    files::copy_renamed(
        (&lesson.path, &lesson.names),
        (&fresh, &Work::names()),
        is_wanted,
    )?;
    manifest::mark(&fresh, lesson.number)?;
    mover.install(&fresh)
}
