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
    let words = what_is_next(course, lesson, kept.as_deref());
    write!(anstream::stdout(), "{words}")?;
    Ok(())
}

/// What is in the chat now, and what to do with it.
pub fn what_is_next(course: &Course, lesson: &Lesson, kept: Option<&str>) -> String {
    let number = lesson.number;
    let next = number.checked_add(1);
    let next = next.filter(|next| course.lesson(*next).is_ok());
    let go_on = next.map(|next| format!("Go on    cargo course start {next}\n"));
    format!(
        "{}work/chat holds the finished lesson {number:02}.\n\n\
         Run      cargo run -p my-chat\n{}",
        start::what_is_kept(kept),
        go_on.unwrap_or_default()
    )
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
