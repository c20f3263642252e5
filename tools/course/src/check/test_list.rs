//! `tests/main.rs` in the student's folder: the list of the test files that run. Students
//! may add lines for their own files: that changes none of the lesson's tests.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;

use crate::{files, lesson_tests, manifest};

/// The list's path, relative to the student's folder.
pub const PATH: &str = "tests/main.rs";

/// Whether `own` has every line of the lesson's list, and otherwise only `mod` lines.
/// Comments, blank lines and the order do not matter.
pub fn has_all(own: &str, lesson: &str) -> bool {
    let (own, lesson) = (code(own), code(lesson));
    let mut added = own.difference(&lesson);
    lesson.is_subset(&own) && added.all(|line| module(line).is_some())
}

/// The lesson's list, followed by the `mod` lines that only `own` has.
pub fn extended(lesson: &str, own: &str) -> String {
    let added: Vec<&str> = code(own).difference(&code(lesson)).copied().collect();
    let added = added.into_iter().filter(|line| module(line).is_some());
    let lines = added.map(|line| format!("{line}\n"));
    lesson.to_owned() + &lines.collect::<String>()
}

/// The test files, without `.rs`, that neither the list nor `Cargo.toml` mentions.
pub fn unlisted(chat: &Path) -> Result<Vec<String>> {
    let list = chat.join(PATH);
    if !list.is_file() {
        return Ok(Vec::new());
    }
    let text = files::read_text(&list)?;
    let modules: BTreeSet<&str> = code(&text).into_iter().filter_map(module).collect();
    let programs = manifest::test_programs(&manifest::read(chat)?);
    let runs = |file: &String| modules.contains(file.as_str()) || programs.contains(file);
    let files = lesson_tests::files_of(chat)?.into_iter();
    Ok(files.filter(|file| !runs(file)).collect())
}

/// The lines without comments.
fn code(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().map(|line| match line.split_once("//") {
        Some((code, _)) => code.trim(),
        None => line.trim(),
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// The module that a line declares: `own` for `mod own;`.
fn module(line: &str) -> Option<&str> {
    let name = line.strip_prefix("mod ")?.strip_suffix(';')?.trim();
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    name.chars().all(is_word).then_some(name)
}
