//! `cargo course list`: the lessons and the student's progress.

use std::io::{self, Write};

use anyhow::Result;
use serde::Serialize;

use crate::{
    lessons::{self, Course, Part},
    progress::Progress,
    work::Work,
};

/// A lesson and the student's progress in it.
#[derive(Serialize)]
pub struct Row {
    /// 4 for `04-messages`.
    pub number: u32,
    /// The title of the lesson's page.
    title: Option<String>,
    /// From the repository's root.
    folder: String,
    /// Whether the student's chat has passed its tests.
    pub done: bool,
    /// Whether the student's chat is made for it.
    pub here: bool,
}

impl Row {
    /// The title, or a placeholder.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or("(no title yet)")
    }

    /// The part that the lesson belongs to.
    pub fn part(&self) -> Part {
        Part::of(self.number)
    }

    /// The student's progress in the lesson, in words.
    pub fn state(&self) -> &'static str {
        match (self.done, self.here) {
            (true, true) => "done, you are here",
            (true, false) => "done",
            (false, true) => "you are here",
            (false, false) => "not yet",
        }
    }
}

/// The student's next action.
pub enum Next<'a> {
    /// There is no chat yet: begin with this lesson.
    Begin(&'a Row),
    /// The chat's lesson is not done yet: continue with it.
    GoOn(&'a Row),
    /// The chat's lesson is done: start this one.
    Start(&'a Row),
    /// All lessons are done.
    Nothing,
}

/// Chooses the next action from the rows of all lessons.
pub fn next(rows: &[Row]) -> Next<'_> {
    let here = rows.iter().position(|row| row.here);
    let after = here.map_or(0, |index| index + 1);
    // Skipped lessons come after the later ones.
    let mut open = rows[after..].iter().chain(&rows[..after]);
    match (here, open.find(|row| !row.done)) {
        (Some(here), _) if !rows[here].done => Next::GoOn(&rows[here]),
        (_, None) => Next::Nothing,
        (Some(_), Some(row)) => Next::Start(row),
        (None, Some(row)) => Next::Begin(row),
    }
}

/// Prints each lesson, as text or as JSON.
pub fn run(course: &Course, json: bool) -> Result<()> {
    let rows = rows(course)?;
    if let Err(error) = here(course) {
        anstream::eprintln!("warning: where you are is not known: {error:#}");
    }
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
    // A chat whose lesson is unknown must not hide the list.
    let here = here(course).unwrap_or_default();
    let rows = course.lessons.iter().map(|lesson| Row {
        number: lesson.number,
        title: lesson.title(),
        folder: course.shown(&lesson.path),
        done: progress.done.contains(&lesson.number),
        here: here == Some(lesson.number),
    });
    Ok(rows.collect())
}

/// The lesson that the student's chat is made for, if there is a chat.
fn here(course: &Course) -> Result<Option<u32>> {
    let work = Work::of(course);
    if !work.has_chat() {
        return Ok(None);
    }
    Ok(Some(work.lesson(course)?.number))
}

fn show(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let titles = rows.iter().map(|row| row.title().chars().count()).max();
    let folders = rows.iter().map(|row| row.folder.chars().count()).max();
    let (titles, folders) = (titles.unwrap_or(0), folders.unwrap_or(0));
    for (index, (title, rows)) in lessons::in_parts(rows, Row::part).iter().enumerate() {
        if let Some(title) = title {
            let gap = if index > 0 { "\n" } else { "" };
            writeln!(out, "{gap}{title}")?;
        }
        show_rows(out, rows, titles, folders)?;
    }
    Ok(())
}

fn show_rows(out: &mut impl Write, rows: &[Row], titles: usize, folders: usize) -> io::Result<()> {
    for row in rows {
        let (number, title, folder) = (row.number, row.title(), &row.folder);
        let state = row.state();
        writeln!(
            out,
            "{number:02}  {title:<titles$}  {folder:<folders$}  {state}"
        )?;
    }
    Ok(())
}
