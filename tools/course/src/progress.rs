//! The student's progress, in `work/progress.json`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{ErrorKind, Write},
    path::PathBuf,
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::lessons::Course;

/// The lessons that are done, and the hints that were shown.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Progress {
    /// The lessons whose tests the student's chat has passed.
    pub done: BTreeSet<u32>,
    /// The level of the last hint shown, by lesson.
    pub hints: BTreeMap<u32, usize>,
}

impl Progress {
    /// Reads the file. Without a file there is no progress yet.
    pub fn read(course: &Course) -> Result<Progress> {
        let path = path(course);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Progress::default()),
            read => read.context("work/progress.json cannot be read")?,
        };
        serde_json::from_str(&text)
            .context("work/progress.json is not valid; fix it, or delete it to start again")
    }

    /// Writes the file in one move, so that it is never half a file.
    pub fn write(&self, course: &Course) -> Result<()> {
        let path = path(course);
        let folder = path.parent().context("work/progress.json has no folder")?;
        let mut file = NamedTempFile::new_in(folder).context("work/ cannot be written to")?;
        writeln!(file, "{}", serde_json::to_string_pretty(self)?)?;
        file.persist(&path)
            .context("work/progress.json cannot be written")?;
        Ok(())
    }
}

fn path(course: &Course) -> PathBuf {
    course.root.join("work/progress.json")
}
