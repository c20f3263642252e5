//! The folder in which students work: their chat, and what was put aside.
//!
//! Nothing of theirs is deleted or written over. A folder gets its place by one
//! rename, so that whoever is killed in between leaves every folder whole, and
//! the next run goes on from there.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use chrono::Local;

use crate::{
    files::{self, Links},
    lessons::{Course, Lesson, Names},
    manifest,
};

/// `work/` in the repository.
pub struct Work {
    /// The student's chat.
    pub chat: PathBuf,
    /// What was put aside, each under the time at which that happened.
    kept: PathBuf,
}

/// A chat that was put aside.
pub struct Kept {
    /// The folder's name: when it was put aside.
    pub name: String,
    /// The lesson that it was made for, if it says so.
    pub lesson: Option<u32>,
}

/// The only one who moves folders in `work/`, as long as it lives.
pub struct Mover<'a> {
    work: &'a Work,
    // The operating system gives the lock back when the process ends, however it ends.
    _lock: File,
}

impl Work {
    /// The course's.
    pub fn of(course: &Course) -> Work {
        let folder = course.root.join("work");
        Work {
            chat: folder.join("chat"),
            kept: folder.join("kept"),
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

    /// What was put aside, the oldest first.
    pub fn kept(&self) -> Result<Vec<Kept>> {
        let names = names_in(&self.kept)?.into_iter().chain(self.waiting()?);
        let mut kept: Vec<Kept> = names.map(|name| self.describe(name)).collect();
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(kept)
    }

    fn describe(&self, name: String) -> Kept {
        // It may be anything, so one that tells no lesson is listed too.
        let manifest = manifest::read(&self.kept.join(&name));
        let lesson = manifest.ok().and_then(|read| manifest::lesson(&read));
        Kept { name, lesson }
    }

    /// What was on its way to become the chat when a `restore` was killed.
    fn waiting(&self) -> Result<Vec<String>> {
        names_in(&self.coming())
    }

    fn coming(&self) -> PathBuf {
        self.kept.join(".coming")
    }

    /// Waits for nobody: two who move folders at once would be in each other's way.
    pub fn mover(&self) -> Result<Mover<'_>> {
        fs::create_dir_all(&self.kept).context("work/kept cannot be made")?;
        let lock = File::create(self.kept.join(".lock")).context("work/kept cannot be locked")?;
        match lock.try_lock() {
            Ok(()) => Ok(Mover {
                work: self,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => {
                bail!("another `cargo course` is changing work/; try again when it has ended")
            }
            Err(TryLockError::Error(error)) => Err(error).context("work/kept cannot be locked"),
        }
    }
}

impl Mover<'_> {
    /// A folder, not there yet, in which to build what becomes the chat. What a
    /// killed run has left of such a folder is removed: it was nobody's work.
    pub fn fresh(&self) -> Result<PathBuf> {
        let fresh = self.work.kept.join(".fresh");
        if exists(&fresh) {
            fs::remove_dir_all(&fresh).with_context(|| fresh.display().to_string())?;
        }
        Ok(fresh)
    }

    /// A copy of the whole chat, to be changed and then installed. In its folder
    /// `followed` nothing is a link, so that nobody else's file is written to.
    pub fn fresh_copy(&self, followed: &str) -> Result<PathBuf> {
        let (chat, fresh) = (&self.work.chat, self.fresh()?);
        fs::create_dir(&fresh).with_context(|| fresh.display().to_string())?;
        for entry in fs::read_dir(chat).with_context(|| chat.display().to_string())? {
            let name = entry?.file_name();
            let links = match name == followed {
                true => Links::Followed,
                false => Links::Kept,
            };
            files::copy_whole(name.as_ref(), chat, &fresh, links)?;
        }
        Ok(fresh)
    }

    /// Makes `fresh` the chat, and tells under which name the one before is kept.
    pub fn install(&self, fresh: &Path) -> Result<Option<String>> {
        self.settle()?;
        self.replace_with(fresh)
    }

    /// Brings a kept chat back: the one of that name, or the one put aside last.
    /// Returns its name, and the name under which the one before is kept.
    pub fn restore(&self, name: Option<&str>) -> Result<(String, Option<String>)> {
        let name = self.choose(name)?;
        self.settle()?;
        let coming = self.work.coming();
        fs::create_dir_all(&coming).with_context(|| coming.display().to_string())?;
        // From here on the choice is on disk: killed before its end, the next
        // `restore` goes on with the same one.
        let chosen = coming.join(&name);
        rename(&self.work.kept.join(&name), &chosen)?;
        let before = self.replace_with(&chosen)?;
        Ok((name, before))
    }

    fn choose(&self, name: Option<&str>) -> Result<String> {
        let kept: Vec<String> = self.work.kept()?.into_iter().map(|one| one.name).collect();
        if kept.is_empty() {
            bail!("nothing is kept in work/kept");
        }
        let Some(name) = name else {
            let waiting = self.work.waiting()?.pop();
            let latest = waiting.or_else(|| kept.last().cloned());
            return latest.context("nothing is kept in work/kept");
        };
        // A shell completes names to `work/kept/NAME/`.
        let name = name
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(name);
        if !kept.iter().any(|one| one == name) {
            bail!("work/kept has no {name}; it has: {}", kept.join(", "));
        }
        Ok(name.to_owned())
    }

    /// Puts back what a killed `restore` has left on its way.
    fn settle(&self) -> Result<()> {
        for name in self.work.waiting()? {
            rename(&self.work.coming().join(&name), &self.work.kept.join(&name))?;
        }
        Ok(())
    }

    fn replace_with(&self, folder: &Path) -> Result<Option<String>> {
        let before = self.put_aside()?;
        rename(folder, &self.work.chat)?;
        Ok(before)
    }

    fn put_aside(&self) -> Result<Option<String>> {
        if !exists(&self.work.chat) {
            return Ok(None);
        }
        let name = self.free_name();
        rename(&self.work.chat, &self.work.kept.join(&name))?;
        Ok(Some(name))
    }

    fn free_name(&self) -> String {
        let now = Local::now().format("%Y-%m-%d-%H%M%S").to_string();
        let numbered = (2..).map(|count| format!("{now}-{count}"));
        let mut names = std::iter::once(now.clone()).chain(numbered);
        let is_free = |name: &String| !exists(&self.work.kept.join(name));
        names.find(is_free).unwrap_or(now)
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

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to)
        .with_context(|| format!("{} cannot be moved to {}", from.display(), to.display()))
}
