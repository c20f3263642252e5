//! Checks whether the tests in the student's folder still match the lesson's.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use super::test_list;
use crate::{
    files,
    lessons::{Course, Lesson},
    work::Work,
};

/// A test file that differs from the lesson's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// Relative to the student's folder.
    pub path: String,
    /// Whether it is missing; otherwise its content differs.
    pub is_missing: bool,
}

/// The lesson's test files that are missing from the student's folder or differ there.
pub fn find(lesson: &Lesson, chat: &Path) -> Result<Vec<Changed>> {
    let mut changed = Vec::new();
    for path in test_files(lesson)? {
        let own = chat.join(&path);
        let is_missing = !own.is_file();
        if is_missing || !is_same(&path, &files::read_text(&own)?, &wanted(lesson, &path)?) {
            changed.push(Changed { path, is_missing });
        }
    }
    Ok(changed)
}

/// Puts the lesson's tests into a copy of the student's folder, which then replaces it.
/// Returns the name under which the old folder is kept, or `None` if no test had changed.
pub fn renew(course: &Course) -> Result<Option<String>> {
    let work = Work::of(course);
    let lesson = work.lesson(course)?;
    let changed = find(lesson, &work.chat)?;
    if changed.is_empty() {
        return Ok(None);
    }
    let mover = work.mover()?;
    let fresh = mover.fresh_copy("tests")?;
    let is_changed = |file: &str| changed.iter().any(|one| one.path == file);
    let list = fresh.join(test_list::PATH);
    let own_list = files::text_or_empty(&list)?;
    files::copy_renamed(
        (&lesson.path, &lesson.names),
        (&fresh, &Work::names()),
        is_changed,
    )?;
    if is_changed(test_list::PATH) {
        let renewed = files::read_text(&list)?;
        files::write(&list, test_list::extended(&renewed, &own_list))?;
    }
    mover.install(&fresh)
}

fn test_files(lesson: &Lesson) -> Result<Vec<String>> {
    let mut paths = files::list(&lesson.path)?;
    paths.retain(|path| path.starts_with("tests/"));
    Ok(paths)
}

fn wanted(lesson: &Lesson, path: &str) -> Result<String> {
    let theirs = files::read_text(&lesson.path.join(path))?;
    Ok(lesson.names.replaced(&theirs, &Work::names()))
}

/// Ignores line endings, the headers of snapshots, and files that the student added to the
/// list of test files.
fn is_same(path: &str, own: &str, wanted: &str) -> bool {
    let [own, wanted] = [own, wanted].map(|text| text.replace("\r\n", "\n"));
    if path == test_list::PATH {
        test_list::has_all(&own, &wanted)
    } else if path.ends_with(".snap") {
        files::without_front_matter(&own) == files::without_front_matter(&wanted)
    } else {
        own == wanted
    }
}
