//! Makes sure that cargo builds the files as they are now.
//!
//! Cargo compares modification times. A file from an archive, or one that was moved here, may
//! be older than the last build, and cargo would ignore it. So each check saves a hash of
//! every file that it built, and the modification times of cargo's output.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::build::Made;
use crate::{
    files,
    inputs::{self, Inputs},
    manifest,
};

/// The note's file, in the folder that contains the chat.
const NOTE: &str = ".built.json";

/// A note about a build.
#[derive(Deserialize, Serialize)]
pub struct Note {
    /// When the build began.
    at: SystemTime,
    inputs: Inputs,
    /// The files that cargo built, with their modification times.
    built: BTreeMap<String, SystemTime>,
}

impl Note {
    /// Begins the note for a build of the crate in `folder`. If cargo might miss a change, this
    /// makes it rebuild everything.
    pub fn begin(folder: &Path) -> Result<Note> {
        let note = Note {
            at: SystemTime::now(),
            inputs: inputs::read(folder)?,
            built: BTreeMap::new(),
        };
        let before = fs::read(place(folder)).ok();
        // An unreadable note counts as missing.
        let before: Option<Note> = before.and_then(|text| serde_json::from_slice(&text).ok());
        let is_sure = before.is_some_and(|before| {
            before.is_of_last_build() && !before.hides_something(&note.inputs, folder)
        });
        if !is_sure {
            for root in roots(folder) {
                files::renew_time(&folder.join(root));
            }
        }
        Ok(note)
    }

    /// Saves the note, with the files that cargo built, for the next check.
    pub fn end(mut self, folder: &Path, made: &[Made]) -> Result<()> {
        let made = made.iter();
        self.built = made
            .filter_map(|made| {
                Some((
                    made.file.to_string_lossy().into_owned(),
                    time_of(&made.file)?,
                ))
            })
            .collect();
        files::replace(&place(folder), serde_json::to_string(&self)?)
    }

    /// Whether nothing has been built since: another build may have used other sources.
    fn is_of_last_build(&self) -> bool {
        let mut built = self.built.iter();
        built.all(|(file, time)| time_of(file.as_ref()) == Some(*time))
    }

    /// Whether a file has changed since the build although its modification time is older.
    fn hides_something(&self, inputs: &Inputs, folder: &Path) -> bool {
        let is_other = |file: &String, content: &u64| self.inputs.get(file) != Some(content);
        let mut inputs = inputs.iter();
        inputs.any(|(file, content)| {
            is_other(file, content)
                && time_of(&folder.join(file)).is_none_or(|time| time <= self.at)
        })
    }
}

fn place(folder: &Path) -> PathBuf {
    folder.parent().unwrap_or(folder).join(NOTE)
}

fn time_of(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

/// The root files of the crate's targets: if they are new, cargo rebuilds everything.
fn roots(folder: &Path) -> Vec<String> {
    let programs = manifest::read(folder).map(|manifest| manifest::test_programs(&manifest));
    let programs = programs.unwrap_or_default().into_iter();
    let programs = programs.map(|name| format!("tests/{name}.rs"));
    let roots = ["src/lib.rs", "src/main.rs"].map(str::to_owned);
    let roots = roots.into_iter().chain(programs);
    roots.filter(|root| folder.join(root).is_file()).collect()
}
