//! `cargo course catch-up N`: the finished lesson N as the student's chat, or
//! lesson N after a step.

use std::{io::Write, path::Path};

use anyhow::Result;

use crate::{
    files,
    install::{self, Installed},
    lessons::{Course, Lesson},
    steps::{Moment, lay, script::Script},
    work::Work,
};

/// Fills `work/chat` and prints the next commands to run.
pub fn run(course: &Course, number: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let installed = catch_up(course, lesson)?;
    let words = what_is_next(course, lesson, &installed);
    write!(anstream::stdout(), "{words}")?;
    Ok(())
}

/// Fills `work/chat` with the lesson after a step, and prints what to do next.
pub fn run_step(course: &Course, number: u32, step: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let installed = catch_up_with_step(course, lesson, step)?;
    let script = Script::read(lesson)?;
    let next = script
        .step(step + 1)
        .map_or("your-turn", |step| &step.anchor);
    let page = course.shown(&lesson.page());
    write!(
        anstream::stdout(),
        "{}work/chat holds lesson {number:02} after step {step}.\n\n\
         Go on    {page}#{next}\n\
         Check    cargo course check\n{}",
        installed.what_is_kept(),
        installed.what_is_missing(),
    )?;
    Ok(())
}

/// The message after catching up: what the chat holds, and the next commands to run.
pub fn what_is_next(course: &Course, lesson: &Lesson, installed: &Installed) -> String {
    let number = lesson.number;
    let next = number.checked_add(1);
    let next = next.filter(|next| course.lesson(*next).is_ok());
    let go_on = next.map(|next| format!("Go on    cargo course start {next}\n"));
    format!(
        "{}work/chat holds the finished lesson {number:02}.\n\n\
         Go to    cd work/chat\n\
         Run      cargo run\n{}{}",
        installed.what_is_kept(),
        go_on.unwrap_or_default(),
        installed.what_is_missing(),
    )
}

/// Makes the lesson the student's chat.
pub fn catch_up(course: &Course, lesson: &Lesson) -> Result<Installed> {
    let message = format!("Catch up with lesson {:02}", lesson.number);
    install::install_fresh(course, lesson, &message, |fresh| write(lesson, fresh))
}

/// Writes the finished lesson into `fresh`, under the names of a student's crate.
pub fn write(lesson: &Lesson, fresh: &Path) -> Result<()> {
    let is_wanted = |file: &str| !files::is_of_page(file);
    let (from, to) = ((&*lesson.path, &lesson.names), (fresh, &Work::names()));
    files::copy_renamed(from, to, is_wanted)
}

/// Makes the lesson as it is after a step the student's chat.
fn catch_up_with_step(course: &Course, lesson: &Lesson, step: u32) -> Result<Installed> {
    let message = format!("Catch up with lesson {:02}, step {step}", lesson.number);
    install::install_fresh(course, lesson, &message, |fresh| {
        lay::lay(course, lesson, Moment::Step(step), fresh)
    })
}
