//! The files of a stage: listing, reading and copying them.

use std::{
    fs::{self, File},
    io,
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

use crate::lessons::Names;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Paths of all files below `folder`, relative to it, with `/`, sorted.
/// Build results and snapshots that wait for a review are left out.
pub fn list(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let entries = WalkDir::new(folder).into_iter();
    for entry in entries.filter_entry(|entry| !is_leftover(entry)) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder)?;
            found.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file of a lesson belongs to its page, not to its program: the text and
/// its pictures.
pub fn is_of_page(path: &str) -> bool {
    path == "README.md" || path.starts_with("screenshots/")
}

fn is_leftover(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 1 && (name == "target" || name == "Cargo.lock")
        || name.ends_with(".snap.new")
        || name.ends_with(".pending-snap")
}

/// The file's text, with the line ends and without the byte order mark that some
/// editors write; an error that names the file.
pub fn read(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(plain(text))
}

/// Windows' line ends become `\n`, and a byte order mark goes.
pub fn plain(text: String) -> String {
    let is_plain = !text.contains("\r\n") && !text.starts_with(BYTE_ORDER_MARK);
    match is_plain {
        true => text,
        false => text
            .trim_start_matches(BYTE_ORDER_MARK)
            .replace("\r\n", "\n"),
    }
}

/// Writes `text`, making the folders above it; an error that names the file.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Puts `text` into the place of a file in one move, so that it is never half a file.
pub fn replace(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    write(fresh.as_ref(), text)?;
    fs::rename(&fresh, path).with_context(|| format!("{} cannot be written", path.display()))
}

/// Sets the time of all code in `folder` to now: cargo rebuilds files that are newer than
/// the last build, and does not compare their contents.
pub fn renew_times(folder: &Path) {
    let entries = WalkDir::new(folder).into_iter();
    for entry in entries
        .filter_entry(|entry| !is_of_a_program(entry))
        .flatten()
    {
        let is_code = entry.path().extension().is_some_and(|end| end == "rs");
        if is_code && entry.file_type().is_file() {
            renew_time(entry.path());
        }
    }
}

/// Sets the file's modification time to now.
pub fn renew_time(file: &Path) {
    if let Err(error) = set_time(file) {
        tracing::warn!(%error, file = %file.display(), "cargo may take this for old");
    }
}

fn set_time(file: &Path) -> io::Result<()> {
    // Outside Windows the owner may set the time of a read-only file, too.
    let file = File::options().read(true).write(cfg!(windows)).open(file)?;
    file.set_modified(SystemTime::now())
}

/// Whether it belongs to git or is a build result.
fn is_of_a_program(entry: &DirEntry) -> bool {
    entry.depth() == 1 && (entry.file_name() == ".git" || entry.file_name() == "target")
}

/// The file's text, or one line that stands for a file that is not text.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let size = bytes.len();
    let text = String::from_utf8(bytes);
    Ok(text.map_or_else(|_| format!("(not text: {size} bytes)\n"), plain))
}

/// Copies files from `source` to `target`, calling the crate by its new names.
pub fn copy_renamed(
    (source, old): (&Path, &Names),
    (target, new): (&Path, &Names),
    wanted: impl Fn(&str) -> bool,
) -> Result<()> {
    for file in list(source)?.into_iter().filter(|file| wanted(file)) {
        let bytes = fs::read(source.join(&file)).with_context(|| file.clone())?;
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => old.replaced(&text, new).into_bytes(),
            Err(not_text) => not_text.into_bytes(),
        };
        write(&target.join(&file), bytes)?;
    }
    Ok(())
}

/// Copies a folder as it is.
pub fn copy(source: &Path, target: &Path) -> Result<()> {
    let same = Names::neutral();
    copy_renamed((source, &same), (target, &same), |_| true)
}

/// How links are copied.
#[derive(Clone, Copy, PartialEq)]
pub enum Links {
    /// They stay links.
    Kept,
    /// Their target is copied into their place.
    Followed,
}

/// Copies the file or folder `name` from one folder into another, including build output,
/// snapshots that wait for a review, and empty folders.
pub fn copy_whole(name: &Path, from: &Path, to: &Path, links: Links) -> Result<()> {
    let follows = links == Links::Followed;
    let entries = WalkDir::new(from.join(name)).follow_links(follows);
    for entry in entries.follow_root_links(follows) {
        let entry = match entry {
            Err(error) if follows && leads_nowhere(&error) => continue,
            entry => entry?,
        };
        let copy = to.join(entry.path().strip_prefix(from)?);
        copy_entry(&entry, &copy).with_context(|| {
            let path = entry.path().display();
            format!("{path} cannot be copied")
        })?;
    }
    Ok(())
}

fn copy_entry(entry: &DirEntry, copy: &Path) -> io::Result<()> {
    let kind = entry.file_type();
    if kind.is_dir() {
        fs::create_dir_all(copy)
    } else if kind.is_file() {
        fs::copy(entry.path(), copy).map(|_| ())
    } else if kind.is_symlink() {
        link(&fs::read_link(entry.path())?, copy)
    } else {
        // A pipe or a socket holds nothing.
        Ok(())
    }
}

fn leads_nowhere(error: &walkdir::Error) -> bool {
    error.loop_ancestor().is_none() && error.path().is_some_and(Path::is_symlink)
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn link(target: &Path, link: &Path) -> io::Result<()> {
    let folder = link.parent().unwrap_or(link);
    match folder.join(target).is_dir() {
        true => std::os::windows::fs::symlink_dir(target, link),
        false => std::os::windows::fs::symlink_file(target, link),
    }
}

/// The names of the files directly in `folder` that end with `ending`, sorted.
pub fn in_folder(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let names = list(folder)?.into_iter();
    Ok(names
        .filter(|name| !name.contains('/') && name.ends_with(ending))
        .map(|name| folder.join(name))
        .collect())
}

/// A snapshot without the lines between `---` that insta puts on top.
pub fn without_front_matter(text: &str) -> &str {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(text, |(_, body)| body)
}

/// The text of a file as pages and slides quote it: a snapshot without its header.
pub fn read_quotable(path: &Path) -> Result<String> {
    let text = read_text(path)?;
    let is_snapshot = path.extension().is_some_and(|ending| ending == "snap");
    Ok(match is_snapshot {
        true => without_front_matter(&text).to_owned(),
        false => text,
    })
}

/// The text of a file, as [`read_text`] has it; empty if there is no such file.
pub fn text_or_empty(path: &Path) -> Result<String> {
    match path.is_file() {
        true => read_text(path),
        false => Ok(String::new()),
    }
}

/// The path without `.` and `..`, which need not exist.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}
