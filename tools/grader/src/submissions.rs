//! Finds the submissions: each file and each folder is one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::who::{self, Who};
use course::hand_in;

/// A file or folder that a student handed in.
#[derive(Debug)]
pub struct Submission {
    /// The student who handed it in.
    pub who: Who,
    /// The path of the file or folder.
    pub path: PathBuf,
}

/// Everything in `folder` that is not hidden, sorted by name. A file that is not an archive
/// counts as a submission, too, and its row says why it cannot be graded.
pub fn find(folder: &Path) -> Result<Vec<Submission>> {
    if folder.is_file() {
        bail!(
            "{} is a file: unpack it, and name the folder with the submissions",
            folder.display()
        );
    }
    let entries = fs::read_dir(folder)
        .with_context(|| format!("{} is not a folder of submissions", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths = paths.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    let all = paths.into_iter().filter_map(Submission::of);
    let mut submissions = without_empty_texts(all.collect());
    if submissions.is_empty() {
        bail!("{} holds no submission", folder.display());
    }
    who::tell_apart(submissions.iter_mut().map(|submission| &mut submission.who));
    submissions.sort_by_cached_key(|submission| submission.who.place());
    Ok(submissions)
}

impl Submission {
    fn of(path: PathBuf) -> Option<Submission> {
        let file = path.file_name()?;
        if file.as_encoded_bytes().starts_with(b".") {
            return None;
        }
        let mut who = Who::of(file, path.is_dir());
        // A name from an export takes precedence: students can edit the note, but not the
        // export.
        if who.id.is_none()
            && let Some(note) = hand_in::note_in(&path)
        {
            who.name = note.name;
        }
        Some(Submission { who, path })
    }
}

/// Moodle adds text that a student entered in the browser as a separate submission.
fn without_empty_texts(all: Vec<Submission>) -> Vec<Submission> {
    let is_text = |submission: &Submission| submission.who.file.contains("_onlinetext");
    let (texts, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_text);
    let alone = texts.into_iter().filter(|text| {
        let has_other = |other: &Submission| other.who.id == text.who.id;
        !others.iter().any(has_other)
    });
    let alone: Vec<Submission> = alone.collect();
    others.extend(alone);
    others
}

/// The submissions that match one of these names.
pub fn only(all: Vec<Submission>, wanted: &[String]) -> Result<Vec<Submission>> {
    for name in wanted {
        if !all.iter().any(|submission| submission.who.is_called(name)) {
            let names: Vec<&str> = all.iter().map(|other| other.who.name.as_str()).collect();
            bail!("nobody is called {name}; there are: {}", names.join(", "));
        }
    }
    let is_wanted = |submission: &Submission| {
        let mut wanted = wanted.iter();
        wanted.any(|name| submission.who.is_called(name))
    };
    Ok(all.into_iter().filter(is_wanted).collect())
}
