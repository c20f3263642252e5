//! The folder in which students work: their chat, and earlier chats that were put aside.
//!
//! Nothing of theirs is deleted or written over.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    lessons::{Course, Lesson, Names},
    manifest,
};

mod mover;

pub use mover::Mover;

/// `work/` in the repository.
pub struct Work {
    /// The student's chat.
    pub chat: PathBuf,
    /// The folder of earlier chats, each named after the time at which it was put aside.
    kept: PathBuf,
    /// The folder in which a new chat is built. It is as deep as the chat's, because paths
    /// in the chat's manifest lead out of the folder.
    fresh: PathBuf,
}

/// A chat that was put aside.
pub struct Kept {
    /// The folder's name: when it was put aside.
    pub name: String,
    /// The lesson that it was made for, if it says so.
    pub lesson: Option<u32>,
}

impl Work {
    /// The course's.
    pub fn of(course: &Course) -> Work {
        let folder = course.root.join("work");
        Work {
            chat: folder.join("chat"),
            kept: folder.join("kept"),
            fresh: folder.join(".fresh"),
        }
    }

    /// The names of a crate in `work/`.
    pub fn names() -> Names {
        Names::of_package("my-chat")
    }

    /// The lesson that the chat was made for.
    pub fn lesson<'a>(&self, course: &'a Course) -> Result<&'a Lesson> {
        if !self.has_chat() {
            bail!("{}", self.nothing_here());
        }
        let number = manifest::lesson(&manifest::read(&self.chat)?).context(
            "work/chat does not say which lesson it is for; \
             add these lines to its Cargo.toml, with your lesson's number:\n\n    \
             [package.metadata.course]\n    \
             lesson = 1",
        )?;
        course.lesson(number)
    }

    /// Whether there is a chat.
    pub fn has_chat(&self) -> bool {
        exists(&self.chat)
    }

    fn nothing_here(&self) -> &'static str {
        match self.kept() {
            Ok(kept) if !kept.is_empty() => {
                "there is no work/chat; `cargo course start N` begins lesson N, \
                 `cargo course restore` brings back what you had"
            }
            _ => "there is no work/chat; `cargo course start N` begins lesson N",
        }
    }

    /// The chats that were put aside, oldest first.
    pub fn kept(&self) -> Result<Vec<Kept>> {
        let names = names_in(&self.kept)?.into_iter().chain(self.waiting()?);
        let mut kept: Vec<Kept> = names.map(|name| self.describe(name)).collect();
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(kept)
    }

    fn describe(&self, name: String) -> Kept {
        // The folder may hold anything, so it is listed even without a lesson.
        let manifest = manifest::read(&self.kept.join(&name));
        let lesson = manifest.ok().and_then(|read| manifest::lesson(&read));
        Kept { name, lesson }
    }

    /// The chat that a killed `restore` was about to bring back.
    fn waiting(&self) -> Result<Vec<String>> {
        names_in(&self.kept.join(mover::COMING))
    }

    /// Completes the move that a killed run has begun.
    pub fn settle(&self) -> Result<()> {
        match mover::is_settled(&self.kept) {
            true => Ok(()),
            false => self.mover().map(drop),
        }
    }

    /// Takes the lock on `work/`, or fails at once when another run holds it.
    pub fn mover(&self) -> Result<Mover<'_>> {
        fs::create_dir_all(&self.kept).context("work/kept cannot be made")?;
        let lock = File::create(self.kept.join(".lock")).context("work/kept cannot be locked")?;
        match lock.try_lock() {
            Ok(()) => Mover::new(self, lock),
            Err(TryLockError::WouldBlock) => {
                bail!("another `cargo course` is changing work/; try again when it has ended")
            }
            Err(TryLockError::Error(error)) => Err(error).context("work/kept cannot be locked"),
        }
    }
}

/// Whether anything has that name, a link that leads nowhere included.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The folders in `folder` that are not hidden, links to folders included;
/// none when it is missing.
fn names_in(folder: &Path) -> Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
