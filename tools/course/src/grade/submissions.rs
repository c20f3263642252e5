//! What was handed in: which submissions there are, and where in each the chat is.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use toml_edit::DocumentMut;

use super::archive;
use crate::{
    lessons::{Lesson, subfolders},
    manifest,
};

/// How deep a submission may be wrapped into folders of its own.
const DEPTH: usize = 3;

/// Something that was handed in.
#[derive(Debug)]
pub struct Submission {
    /// The name of the folder, of the archive without its ending, or of another file.
    pub name: String,
    /// The folder or the file.
    pub path: PathBuf,
}

/// Everything in `folder` that is not hidden, by name. A file that is no archive is
/// somebody's submission too, and its row says why it cannot be graded.
pub fn find(folder: &Path) -> Result<Vec<Submission>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("{} is no folder of submissions", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths = paths.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    let mut found = BTreeMap::new();
    for path in paths {
        let Some(file) = path.file_name().map(|name| name.to_string_lossy()) else {
            continue;
        };
        if file.starts_with('.') {
            continue;
        }
        let name = match path.is_dir() {
            true => file.as_ref(),
            false => archive::name(&file).unwrap_or(&file),
        };
        // Two of one name are told apart by the whole names of their files.
        let name = match found.contains_key(name) {
            true => file.clone().into_owned(),
            false => name.to_owned(),
        };
        found.insert(name, path.clone());
    }
    if found.is_empty() {
        bail!("{} holds no submission", folder.display());
    }
    let submissions = found.into_iter();
    Ok(submissions
        .map(|(name, path)| Submission { name, path })
        .collect())
}

impl Submission {
    /// The folder of the submission; a file is unpacked into `space`.
    pub fn open(&self, space: &Path) -> Result<PathBuf> {
        if self.path.is_dir() {
            return Ok(self.path.clone());
        }
        archive::unpack(&self.path, space)?;
        Ok(space.to_owned())
    }
}

/// The crate of `lesson` in a submission: a lesson's crate, the folder `work/chat`,
/// or a whole fork with one of them; also when it is wrapped into another folder.
pub fn find_crate(submission: &Path, lesson: &Lesson) -> Result<PathBuf> {
    let mut folder = submission.to_owned();
    for _ in 0..=DEPTH {
        if let Some(found) = crate_in(&folder, lesson)? {
            return inside(submission, found);
        }
        let names = subfolders(&folder)?;
        let shown: Vec<&String> = names.iter().filter(|name| is_shown(name)).collect();
        match shown[..] {
            [only] => folder.push(only),
            _ => break,
        }
    }
    bail!(
        "no chat was found: looked for src/lib.rs, work/chat/src/lib.rs and lessons/{}/src/lib.rs",
        lesson.names.folder
    )
}

/// A link may lead to somebody else's.
fn inside(submission: &Path, found: PathBuf) -> Result<PathBuf> {
    match found
        .canonicalize()?
        .starts_with(submission.canonicalize()?)
    {
        true => Ok(found),
        false => bail!(
            "a link leads out of it to {}",
            found.canonicalize()?.display()
        ),
    }
}

/// What some systems add to an archive is nobody's chat.
fn is_shown(name: &str) -> bool {
    !name.starts_with('.') && name != "__MACOSX"
}

fn crate_in(folder: &Path, lesson: &Lesson) -> Result<Option<PathBuf>> {
    if is_crate(folder) {
        return Ok(Some(folder.to_owned()));
    }
    let chat = folder.join("work/chat");
    if is_crate(&chat) {
        let manifest = manifest_of(&chat);
        return match manifest.as_ref().and_then(manifest::lesson) {
            Some(other) if other != lesson.number => bail!(
                "its work/chat is for lesson {other:02}, not for lesson {:02}",
                lesson.number
            ),
            _ => Ok(Some(chat)),
        };
    }
    let own = folder.join("lessons").join(&lesson.names.folder);
    Ok(is_crate(&own).then_some(own))
}

fn is_crate(folder: &Path) -> bool {
    folder.join("src/lib.rs").symlink_metadata().is_ok()
}

/// The manifest in a folder, if it is a file of usual size that can be read.
pub fn manifest_of(folder: &Path) -> Option<DocumentMut> {
    const MOST_BYTES: u64 = 1024 * 1024;
    let about = folder.join("Cargo.toml").symlink_metadata().ok()?;
    let is_usual = about.is_file() && about.len() <= MOST_BYTES;
    is_usual.then(|| manifest::read(folder).ok()).flatten()
}
