//! The folder of the reports: written whole or not at all, and nothing of others
//! is written over.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::files;

/// Names each file of the reports, one a line.
const LIST: &str = ".grades-written";

/// Where the reports go.
pub struct Out(PathBuf);

impl Out {
    /// Refuses a folder with files that no earlier run has written.
    pub fn at(path: PathBuf) -> Result<Out> {
        let path = std::path::absolute(path)?;
        if path.symlink_metadata().is_ok() {
            refuse_foreign(&path)?;
        }
        Ok(Out(path))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes all files into a folder beside it, and lets the two change places.
    pub fn write(&self, reports: &[(String, String)]) -> Result<()> {
        let folder = self.0.parent().context("the reports need a folder")?;
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let beside = tempfile::Builder::new()
            .prefix(".grades-")
            .tempdir_in(folder)
            .with_context(|| format!("{} cannot be written to", folder.display()))?;
        let (fresh, before) = (beside.path().join("fresh"), beside.path().join("before"));
        let names: String = reports
            .iter()
            .map(|(name, _)| format!("{name}\n"))
            .collect();
        files::write(&fresh.join(LIST), names)?;
        for (name, text) in reports {
            files::write(&fresh.join(name), text)?;
        }
        if self.0.exists() {
            // Somebody may have put something there in the meantime.
            refuse_foreign(&self.0)?;
            fs::rename(&self.0, &before)?;
        }
        fs::rename(&fresh, &self.0)
            .with_context(|| format!("{} cannot be written", self.0.display()))
    }
}

fn refuse_foreign(out: &Path) -> Result<()> {
    if !out.is_dir() {
        bail!("{} is no folder", out.display());
    }
    let list = out.join(LIST);
    let known = match list.is_file() {
        true => files::read(&list)?,
        false => String::new(),
    };
    let known: BTreeSet<&str> = known.lines().chain([LIST]).collect();
    let foreign = files::list(out)?;
    match foreign.iter().find(|file| !known.contains(file.as_str())) {
        Some(file) => bail!(
            "{} is not from an earlier run: move it away, or choose another folder with --out",
            out.join(file).display()
        ),
        None => Ok(()),
    }
}
