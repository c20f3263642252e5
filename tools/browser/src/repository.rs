//! The repository, and a copy of it, in which a test may work as a student would.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use crate::server::target_dir;

/// This repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The number of the last lesson: the folders of `lessons/` begin with their numbers.
pub fn last_lesson() -> u8 {
    let folders = WalkDir::new(root().join("lessons"))
        .max_depth(1)
        .into_iter();
    let numbers = folders.flatten().filter_map(|folder| {
        let name = folder.file_name().to_str()?;
        name.split('-').next()?.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Copies the repository, without a student's work. Each test has its own copy,
/// always in the same place: cargo would take each new place for other crates,
/// and keep what it built for all of them.
pub fn copy(test: &str) -> PathBuf {
    let copy = target_dir().join("workshop").join(test.replace("::", "-"));
    fill(&root(), &copy).unwrap_or_else(|error| panic!("{}: {error}", copy.display()));
    copy
}

fn fill(root: &Path, copy: &Path) -> io::Result<()> {
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    let entries = WalkDir::new(root).into_iter();
    for entry in entries.filter_entry(is_wanted) {
        let entry = entry?;
        let inside = entry.path().strip_prefix(root).map_err(io::Error::other)?;
        let target = copy.join(inside);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            // Cargo does not rebuild a file that keeps its time.
            let changed = entry.metadata()?.modified()?;
            File::options()
                .write(true)
                .open(target)?
                .set_modified(changed)?;
        }
    }
    Ok(())
}

/// Neither what was built, nor what git keeps, nor anybody's chat.
fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_theirs = entry.path().ends_with("work/chat") || entry.path().ends_with("work/kept");
    !matches!(name.as_ref(), ".git" | "target" | "progress.json") && !is_theirs
}
