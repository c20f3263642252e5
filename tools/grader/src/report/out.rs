//! The reports' folder. It is written completely or not at all, and files that are not
//! reports are never overwritten.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use course::files;

/// The file that lists all report files, one per line.
const LIST: &str = ".grades-written";

/// The reports' folder.
pub struct Out(PathBuf);

impl Out {
    /// Refuses a folder that holds anything not written by an earlier run.
    pub fn at(path: PathBuf) -> Result<Out> {
        let out = Out(std::path::absolute(path)?);
        out.recover()?;
        if exists(&out.0) {
            refuse_foreign(&out.0)?;
        }
        Ok(out)
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes all files into a new folder next to it, which then replaces it.
    pub fn write(&self, reports: &[(String, Vec<u8>)]) -> Result<()> {
        let (fresh, before) = (self.beside("fresh")?, self.beside("before")?);
        let names = reports.iter().map(|(name, _)| format!("{name}\n"));
        files::write(&fresh.join(LIST), names.collect::<String>())?;
        for (name, content) in reports {
            files::write(&fresh.join(name), content)?;
        }
        if exists(&self.0) {
            // A file may have been added in the meantime.
            refuse_foreign(&self.0)?;
            rename(&self.0, &before)?;
        }
        rename(&fresh, &self.0)?;
        discard(&before)
    }

    /// Restores or removes the folders that remain if a run was killed during `write`.
    fn recover(&self) -> Result<()> {
        let (fresh, before) = (self.beside("fresh")?, self.beside("before")?);
        if exists(&before) && !exists(&self.0) {
            rename(&before, &self.0)?;
        }
        discard(&before)?;
        discard(&fresh)
    }

    /// The path of a hidden folder next to the reports' folder.
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

/// The files and folders that the earlier run wrote, according to its list.
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

/// Removes a folder of reports, but no other files in it. The list is removed last, so
/// that the next run can finish the job if this one is killed.
fn discard(out: &Path) -> Result<()> {
    let list = out.join(LIST);
    // A folder's contents are removed before the folder itself.
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

/// Whether anything has that name, including a broken link.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
