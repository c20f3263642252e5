//! Identifies students by the names of the files and folders that they handed in.

use std::{
    collections::HashSet,
    ffi::OsStr,
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use course::hand_in::slug;
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{archive, expression};

/// The student who handed in a submission.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    /// The student's name, if it is known; otherwise the file's name.
    pub name: String,
    /// The student's number in Moodle or Canvas.
    pub id: Option<String>,
    /// Whether it is late, if Canvas or the roster says so: no file tells when it was due.
    pub late: Option<bool>,
    /// The number of the upload in Canvas, from 2 for the second one.
    pub attempt: Option<u32>,
    /// The unique name of the file or folder that was handed in.
    pub file: String,
    /// The file name of the student's pages in the report; empty if there are none.
    pub page: String,
}

/// `Jane Doe_4711_assignsubmission_file_`, optionally followed by the file's name.
static MOODLE: LazyLock<Regex> = LazyLock::new(|| {
    expression::constant(r"^(?<name>.+?)_(?<id>\d+)_assignsubmission_[a-z]+(?:_.*)?$")
});

/// `doejane_LATE_12345_67890_chat`, or `…_chat-1` for the second attempt.
static CANVAS: LazyLock<Regex> = LazyLock::new(|| {
    expression::constant(
        r"^(?<name>[^_]+)_(?<late>LATE_)?(?<id>\d+)_\d+_.+?(?:-(?<again>[1-9]\d?))?$",
    )
});

impl Who {
    /// Reads the name of a file or folder. A file's archive extension is removed.
    pub fn of(file: &OsStr, is_folder: bool) -> Who {
        let file = readable(file);
        let stem = match is_folder {
            true => &file,
            false => archive::name(&file).unwrap_or(&file),
        };
        let moodle = MOODLE.captures(stem);
        let canvas = CANVAS.captures(stem).filter(|_| moodle.is_none());
        // Canvas marks each late file; Moodle's names say nothing about time.
        let late = canvas.as_ref().map(|found| found.name("late").is_some());
        let exported = moodle.or(canvas);
        let part = |name| Some(exported.as_ref()?.name(name)?.as_str());
        let again = part("again").and_then(|number| number.parse::<u32>().ok());
        Who {
            name: part("name").unwrap_or(stem).to_owned(),
            id: part("id").map(str::to_owned),
            late,
            attempt: again.map(|number| number + 1),
            page: String::new(),
            file,
        }
    }

    /// Whether it was late, in words; nothing if that is not known.
    pub fn lateness(&self) -> &'static str {
        match self.late {
            Some(true) => "late",
            Some(false) => "on time",
            None => "",
        }
    }

    /// Whether it is known to be late.
    pub fn is_late(&self) -> bool {
        self.late == Some(true)
    }

    /// The key that sorts submissions by name.
    pub fn place(&self) -> (String, String) {
        (self.name.to_lowercase(), self.file.clone())
    }

    /// Whether `wanted` is the student's name or number, or the file's name.
    pub fn is_called(&self, wanted: &str) -> bool {
        self.name == wanted || self.id.as_deref() == Some(wanted) || self.file == wanted
    }
}

/// A file's name as text. Bytes that are not UTF-8 are escaped, as in `J\xF6rg`, so that
/// such names stay different.
fn readable(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// Gives each submission unique file and page names. A page's name does not depend on
/// other submissions, so it stays the same when one is added.
pub fn tell_apart<'a>(all: impl Iterator<Item = &'a mut Who>) {
    let mut files = HashSet::new();
    for who in all {
        who.file = unused(&who.file, &mut files);
        who.page = format!("{}-{:08x}", slug(&who.name), short_hash(&who.file));
    }
}

/// `name`, or `name 2` if that is already used.
fn unused(name: &str, used: &mut HashSet<String>) -> String {
    let mut number = 1;
    let mut free = name.to_owned();
    while !used.insert(free.clone()) {
        number += 1;
        free = format!("{name} {number}");
    }
    free
}

fn short_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish() >> 32
}

// These tests create names that are not UTF-8 with functions that only Unix has.
#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn of(file: &str) -> (String, Option<String>, Option<bool>, Option<u32>) {
        let who = Who::of(file.as_ref(), false);
        (who.name, who.id, who.late, who.attempt)
    }

    #[test]
    fn exports_tell_names_numbers_and_attempts() {
        let row = |name: &str, id: &str, late, attempt| {
            (name.to_owned(), Some(id.to_owned()), late, attempt)
        };
        assert_eq!(
            of("Jane Doe_4711_assignsubmission_file_"),
            row("Jane Doe", "4711", None, None)
        );
        assert_eq!(
            of("Ana_María Ruiz_9_assignsubmission_file_chat.zip"),
            row("Ana_María Ruiz", "9", None, None)
        );
        assert_eq!(
            of("doejane_12345_67890_chat.zip"),
            row("doejane", "12345", Some(false), None)
        );
        assert_eq!(
            of("doejane_LATE_12345_67890_my_chat-1.tar.gz"),
            row("doejane", "12345", Some(true), Some(2))
        );
        // A lesson's number is not an attempt.
        assert_eq!(
            of("doejane_12345_67890_lesson-05.zip"),
            row("doejane", "12345", Some(false), None)
        );
        assert_eq!(of("jane.zip"), ("jane".to_owned(), None, None, None));
        assert_eq!(of("jane_doe.rar").0, "jane_doe.rar");
    }

    #[test]
    fn no_two_files_become_one() {
        let names: [&[u8]; 4] = [b"J\xFCrg", b"J\xF6rg", b"J\\xFCrg", b"a/b\xFF"];
        let mut all: Vec<Who> = names
            .map(|name| Who::of(OsStr::from_bytes(name), true))
            .into();
        tell_apart(all.iter_mut());
        let files: Vec<&str> = all.iter().map(|who| who.file.as_str()).collect();
        assert_eq!(files, ["J\\xFCrg", "J\\xF6rg", "J\\xFCrg 2", "a/b\\xFF"]);
        let pages: HashSet<&String> = all.iter().map(|who| &who.page).collect();
        assert_eq!(pages.len(), 4);
    }
}
