//! `cargo course list`: which lessons there are.

use std::io::{self, Write};

use crate::lessons::Course;

/// Prints number, title and folder of each lesson.
pub fn run(course: &Course) -> io::Result<()> {
    let rows: Vec<(String, String)> = course
        .lessons
        .iter()
        .map(|lesson| {
            let title = lesson.title().unwrap_or_else(|| "(no title yet)".into());
            (title, course.shown(&lesson.path))
        })
        .collect();
    let width = rows.iter().map(|row| row.0.chars().count()).max();
    for (lesson, (title, folder)) in course.lessons.iter().zip(&rows) {
        let width = width.unwrap_or(0);
        writeln!(
            anstream::stdout(),
            "{:02}  {title:<width$}  {folder}",
            lesson.number
        )?;
    }
    Ok(())
}
