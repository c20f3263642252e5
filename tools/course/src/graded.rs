//! Selects the files of a student's chat that are graded. `grade` and `check` share it.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use walkdir::WalkDir;

/// The folders of a crate that hold the student's code. Everything else, such as tests,
/// snapshots, manifests, configuration and build scripts, comes from the lesson.
pub const FOLDERS: [&str; 3] = ["client", "src", "templates"];
/// For comparison, a lesson has 60 files and 100 KiB.
const MOST_FILES: usize = 1_000;
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The relative paths of the chat's graded files; an error says why the chat cannot be
/// graded.
pub fn files(chat: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut bytes) = (Vec::new(), 0);
    for part in FOLDERS {
        let entries = WalkDir::new(chat.join(part)).follow_root_links(false);
        for entry in entries.sort_by_file_name() {
            let entry = match entry {
                Err(error) if error.depth() == 0 => continue,
                entry => entry?,
            };
            let path = entry.path().strip_prefix(chat)?;
            if entry.file_type().is_dir() {
                continue;
            }
            if !entry.file_type().is_file() {
                bail!("{} is a link or no file", path.display());
            }
            files.push(path.to_owned());
            bytes += entry.metadata()?.len();
            if files.len() > MOST_FILES || bytes > MOST_BYTES {
                let mebibytes = MOST_BYTES / 1024 / 1024;
                bail!("it has more than {MOST_FILES} files or {mebibytes} MiB of code");
            }
        }
    }
    Ok(files)
}
