//! The progress of a carry, stored beside git's own files, so that the carry can continue
//! after a conflict, or after it was killed.

use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use course::files;
use course::git::Git;

const FILE: &str = "course-carry.json";

/// How far a carry is.
#[derive(Deserialize, Serialize)]
pub struct State {
    /// The lesson whose change is carried.
    pub lesson: u32,
    /// The commit before that change.
    pub base: String,
    /// All files before the carry, as a tree of git.
    pub before: String,
    /// The stage that is worked on, counted from the lesson.
    pub stage: usize,
    /// Whether the change is merged into that stage, as far as git can.
    pub is_merged: bool,
    /// Files of that stage with conflicts.
    pub conflicts: BTreeSet<String>,
    /// Every file that the carry has written, from the repository's root.
    pub written: BTreeSet<String>,
}

impl State {
    /// The state of a carry that is not over, if there is one.
    pub fn read(git: &Git) -> Result<Option<State>> {
        let path = git.own_file(FILE)?;
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.with_context(|| path.display().to_string())?,
        };
        let state = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        Ok(Some(state))
    }

    /// Writes it in one move.
    pub fn write(&self, git: &Git) -> Result<()> {
        let path = git.own_file(FILE)?;
        write(&path, serde_json::to_string_pretty(self)?.as_bytes())
    }

    /// Removes the state: the carry is over.
    pub fn remove(git: &Git) -> Result<()> {
        let path = git.own_file(FILE)?;
        fs::remove_file(&path).with_context(|| path.display().to_string())?;
        git.forget()
    }
}

/// Writes a file in one move, so that it is the old or the new one, never half.
/// A half-written file of a killed run is overwritten.
pub fn write(path: &Path, text: &[u8]) -> Result<()> {
    let half = half(path);
    files::write(&half, text)?;
    if let Ok(before) = fs::metadata(path) {
        fs::set_permissions(&half, before.permissions())?;
    }
    fs::rename(&half, path).with_context(|| format!("{} cannot be written", path.display()))
}

/// Removes leftovers of a killed run beside the file.
pub fn remove_half(path: &Path) -> Result<()> {
    let half = half(path);
    if half.is_file() {
        fs::remove_file(&half).with_context(|| half.display().to_string())?;
    }
    Ok(())
}

fn half(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.half"))
}
