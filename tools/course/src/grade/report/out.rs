//! The folder of the reports: written whole or not at all, and nothing of others
//! is written over.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use crate::files;

/// Names each file of the reports, one a line.
const LIST: &str = ".grades-written";

/// Where the reports go.
pub struct Out(PathBuf);

impl Out {
    /// Refuses a folder with anything that no earlier run has written.
    pub fn at(path: PathBuf) -> Result<Out> {
        let out = Out(std::path::absolute(path)?);
        out.recover()?;
        if exists(&out.0) {
            refuse_foreign(&out.0)?;
        }
        Ok(out)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes all files into a folder beside it, which then takes its place.
    pub fn write(&self, reports: &[(String, String)]) -> Result<()> {
        let (fresh, before) = (self.beside("fresh")?, self.beside("before")?);
        let names = reports.iter().map(|(name, _)| format!("{name}\n"));
        files::write(&fresh.join(LIST), names.collect::<String>())?;
        for (name, text) in reports {
            files::write(&fresh.join(name), text)?;
        }
        if exists(&self.0) {
            // Somebody may have put something there in the meantime.
            refuse_foreign(&self.0)?;
            rename(&self.0, &before)?;
        }
        rename(&fresh, &self.0)?;
        discard(&before)
    }

    /// Puts back or removes what a run that was killed in `write` has left.
    fn recover(&self) -> Result<()> {
        let (fresh, before) = (self.beside("fresh")?, self.beside("before")?);
        if exists(&before) && !exists(&self.0) {
            rename(&before, &self.0)?;
        }
        discard(&before)?;
        discard(&fresh)
    }

    /// A hidden folder beside the one of the reports.
    fn beside(&self, what: &str) -> Result<PathBuf> {
        let name = self.0.file_name().context("the reports need a folder")?;
        let name = format!(".{}.{what}", name.to_string_lossy());
        Ok(self.0.with_file_name(name))
    }
}

fn refuse_foreign(out: &Path) -> Result<()> {
    if !out.is_dir() {
        bail!("{} is no folder", out.display());
    }
    let written = written(out)?;
    for entry in WalkDir::new(out).min_depth(1) {
        let entry = entry?;
        if !written.contains(entry.path()) {
            bail!(
                "{} is not from an earlier run: move it away, or choose another folder with --out",
                entry.path().display()
            );
        }
    }
    Ok(())
}

/// What the run that has made the folder has written: files, and folders for them.
fn written(out: &Path) -> Result<BTreeSet<PathBuf>> {
    let list = out.join(LIST);
    let names = match list.is_file() {
        true => files::read(&list)?,
        false => String::new(),
    };
    let files = names.lines().chain([LIST]);
    let paths = files.flat_map(|file| Path::new(file).ancestors());
    let inside = paths.filter(|path| *path != Path::new(""));
    Ok(inside.map(|path| out.join(path)).collect())
}

/// Removes a folder of reports, and nothing else that is in it. The list goes last:
/// who is killed meanwhile knows the rest.
fn discard(out: &Path) -> Result<()> {
    let list = out.join(LIST);
    // What is in a folder comes before the folder itself.
    for path in written(out)?.iter().rev().filter(|path| **path != list) {
        remove(path)?;
    }
    remove(&list)?;
    remove(out)
}

fn remove(path: &Path) -> Result<()> {
    let removed = match path.is_dir() && !path.is_symlink() {
        true => fs::remove_dir(path),
        false => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).with_context(|| format!("{} cannot be written", to.display()))
}

/// Whether anything has that name, a link that leads nowhere included.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
