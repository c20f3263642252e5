//! Makes cargo build what is there.
//!
//! Cargo goes by times. A file that comes out of an archive, or is moved here, may be older
//! than the last build, and cargo would not look at it. So a check notes what it has built,
//! by content, and what came of it.

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

/// From the folder in which the chat lies.
const NOTE: &str = ".built.json";

/// What was built.
#[derive(Deserialize, Serialize)]
pub struct Note {
    /// When that began.
    at: SystemTime,
    inputs: Inputs,
    /// What cargo made of it, and when.
    built: BTreeMap<String, SystemTime>,
}

impl Note {
    /// Of a build of the crate in `folder` that begins now. Where cargo might take something
    /// new for old, it is made to build all.
    pub fn begin(folder: &Path) -> Result<Note> {
        let note = Note {
            at: SystemTime::now(),
            inputs: inputs::read(folder)?,
            built: BTreeMap::new(),
        };
        let before = fs::read(place(folder)).ok();
        // A note that cannot be read is none.
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

    /// Notes what cargo has made, for the next check.
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
        files::replace(&place(folder), &serde_json::to_string(&self)?)
    }

    /// Otherwise somebody has built something in between, and nobody knows what.
    fn is_of_last_build(&self) -> bool {
        let mut built = self.built.iter();
        built.all(|(file, time)| time_of(file.as_ref()) == Some(*time))
    }

    /// Whether a file is other than it was built, and looks as if it were not.
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

/// The files with which the compiler begins: when they are new, it reads all.
fn roots(folder: &Path) -> Vec<String> {
    let programs = manifest::read(folder).map(|manifest| manifest::test_programs(&manifest));
    let programs = programs.unwrap_or_default().into_iter();
    let programs = programs.map(|name| format!("tests/{name}.rs"));
    let roots = ["src/lib.rs", "src/main.rs"].map(str::to_owned);
    let roots = roots.into_iter().chain(programs);
    roots.filter(|root| folder.join(root).is_file()).collect()
}
