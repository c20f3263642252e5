//! `cargo course restore [NAME]`: brings back a chat that was put aside.

use std::io::Write;

use anyhow::Result;

use crate::{install::what_is_kept, lessons::Course, standalone, work::Work};

/// Brings the chat back and prints its name.
pub fn run(course: &Course, name: Option<&str>) -> Result<()> {
    let work = Work::of(course);
    let (restored, kept) = work.mover()?.restore(name)?;
    // A chat whose lesson is unknown stays as it is.
    if let Ok(lesson) = work.lesson(course) {
        standalone::complete(course, lesson, &work.chat)?;
    }
    let mut out = anstream::stdout();
    let kept = what_is_kept(kept.as_deref());
    writeln!(out, "{kept}work/chat holds what was kept as {restored}.")?;
    Ok(())
}

/// Lists the chats that can be brought back.
pub fn list(course: &Course) -> Result<()> {
    let kept = Work::of(course).kept()?;
    let mut out = anstream::stdout();
    if kept.is_empty() {
        writeln!(out, "Nothing is kept in work/kept.")?;
    }
    for one in kept {
        let lesson = one.lesson.map(|number| format!("  lesson {number:02}"));
        writeln!(out, "{}{}", one.name, lesson.unwrap_or_default())?;
    }
    Ok(())
}
