//! The lesson's tests in the student's folder: are they still the lesson's?

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::{
    files,
    lessons::{Course, Lesson},
    work::Work,
};

/// A test file that is not as the lesson has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// From the student's folder.
    pub path: String,
    /// Otherwise it has other words.
    pub is_missing: bool,
}

/// The lesson's test files that are missing in the student's folder or differ.
pub fn find(lesson: &Lesson, chat: &Path) -> Result<Vec<Changed>> {
    let mut changed = Vec::new();
    for path in test_files(lesson)? {
        let own = chat.join(&path);
        let is_missing = !own.is_file();
        if is_missing || text(&path, &files::read_text(&own)?) != wanted(lesson, &path)? {
            changed.push(Changed { path, is_missing });
        }
    }
    Ok(changed)
}

/// Puts the lesson's tests back, after a copy of the student's folder is kept;
/// returns the copy's name, or nothing when there was nothing to do.
pub fn renew(course: &Course) -> Result<Option<String>> {
    let work = Work::of(course);
    let lesson = work.lesson(course)?;
    let changed = find(lesson, &work.chat)?;
    if changed.is_empty() {
        return Ok(None);
    }
    let kept = work.mover()?.keep_copy()?;
    let is_changed = |file: &str| changed.iter().any(|one| one.path == file);
    files::copy_renamed(
        (&lesson.path, &lesson.names),
        (&work.chat, &Work::names()),
        is_changed,
    )?;
    Ok(Some(kept))
}

fn test_files(lesson: &Lesson) -> Result<Vec<String>> {
    let mut paths = files::list(&lesson.path)?;
    paths.retain(|path| path.starts_with("tests/"));
    Ok(paths)
}

fn wanted(lesson: &Lesson, path: &str) -> Result<String> {
    let theirs = files::read_text(&lesson.path.join(path))?;
    Ok(text(path, &lesson.names.replaced(&theirs, &Work::names())))
}

/// What counts: neither the header of a snapshot nor the ends of lines do.
fn text(path: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    match path.ends_with(".snap") {
        true => files::without_front_matter(&text).to_owned(),
        false => text,
    }
}
