//! `cargo course list`: which lessons there are, and how far the student is.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

use crate::{lessons::Course, progress::Progress, work::Work};

/// A lesson, and how the student stands to it.
#[derive(Serialize)]
pub struct Row {
    number: u32,
    title: Option<String>,
    /// From the repository's root.
    folder: String,
    /// Whether the student's chat has passed its tests.
    done: bool,
    /// Whether the student's chat is made for it.
    here: bool,
}

/// Prints each lesson, as text or as JSON.
pub fn run(course: &Course, json: bool) -> Result<()> {
    let rows = rows(course)?;
    let mut out = anstream::stdout();
    if json {
        writeln!(out, "{}", serde_json::to_string(&rows)?)?;
    } else {
        show(&mut out, &rows)?;
    }
    Ok(())
}

/// Each lesson in order.
pub fn rows(course: &Course) -> Result<Vec<Row>> {
    let progress = Progress::read(course)?;
    let here = Work::of(course).lesson(course).ok();
    let here = here.map(|lesson| lesson.number);
    let rows = course.lessons.iter().map(|lesson| Row {
        number: lesson.number,
        title: lesson.title(),
        folder: course.shown(&lesson.path),
        done: progress.done.contains(&lesson.number),
        here: here == Some(lesson.number),
    });
    Ok(rows.collect())
}

fn show(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let title = |row: &Row| row.title.clone().unwrap_or("(no title yet)".into());
    let titles = rows.iter().map(|row| title(row).chars().count()).max();
    let folders = rows.iter().map(|row| row.folder.chars().count()).max();
    let (titles, folders) = (titles.unwrap_or(0), folders.unwrap_or(0));
    for row in rows {
        let (number, title, folder, state) = (row.number, title(row), &row.folder, state(row));
        writeln!(
            out,
            "{number:02}  {title:<titles$}  {folder:<folders$}  {state}"
        )?;
    }
    Ok(())
}

fn state(row: &Row) -> &'static str {
    match (row.done, row.here) {
        (true, true) => "done, you are here",
        (true, false) => "done",
        (false, true) => "you are here",
        (false, false) => "not yet",
    }
}
