//! Moves the student's chat out of its place, and another one in.
//!
//! The new chat is complete before anything moves. Then the old chat's files move out, and
//! the new ones move in; the folder itself stays in place, because terminals and editors
//! are open in it. The decision is on disk before the first move, so after a killed run
//! the next one completes it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use chrono::Local;

use super::{Work, exists};
use crate::{
    files::{self, Links},
    history,
};

/// A chat that has moved into place.
struct Moved {
    /// Its name in `work/kept`, or [`NEW`].
    name: String,
    /// The name in `work/kept` of the chat before, if this run has moved it there.
    before: Option<String>,
}

/// The name of a chat that has never been in `work/kept`.
const NEW: &str = ".new";
/// In `work/kept`: holds the folder of the chat that is to move in.
pub const COMING: &str = ".coming";
/// In `work/kept`: holds the new chat while its files move into the empty `work/chat`.
const ARRIVING: &str = ".arriving";
/// In `work/kept`: holds the old chat while its files move out.
const LEAVING: &str = ".leaving";

/// Moves files in `work/`. Only one mover exists at a time.
pub struct Mover<'a> {
    work: &'a Work,
    /// The move of a killed run, which this one has completed.
    settled: Option<Moved>,
    // The operating system gives the lock back when the process ends, however it ends.
    _lock: File,
}

/// Whether no killed run has left a move to complete.
pub fn is_settled(kept: &Path) -> bool {
    let mut places = [COMING, ARRIVING].iter();
    places.all(|place| only_in(&kept.join(place)).is_none())
}

impl<'a> Mover<'a> {
    /// Completes the move of a killed run, if there is one.
    pub fn new(work: &'a Work, lock: File) -> Result<Mover<'a>> {
        let mut mover = Mover {
            work,
            settled: None,
            _lock: lock,
        };
        mover.settled = mover.settle()?;
        Ok(mover)
    }

    /// The path of a folder in which to build the new chat; the folder does not exist yet.
    /// Leftovers of a killed run are removed: they hold nobody's work.
    pub fn fresh(&self) -> Result<PathBuf> {
        let fresh = &self.work.fresh;
        if exists(fresh) {
            fs::remove_dir_all(fresh).with_context(|| fresh.display().to_string())?;
        }
        Ok(fresh.clone())
    }

    /// A copy of the whole chat, to be changed and then installed. In its folder
    /// `followed`, links become copies of their files, so that nothing outside is written to.
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
        history::unlock(&fresh)?;
        Ok(fresh)
    }

    /// Makes `fresh` the chat, and returns the name under which the old one is kept.
    pub fn install(&self, fresh: &Path) -> Result<Option<String>> {
        self.move_in(fresh, NEW)
    }

    /// Brings a kept chat back: the one of that name, or the one put aside last.
    /// Returns its name, and the name under which the old one is kept.
    pub fn restore(&self, name: Option<&str>) -> Result<(String, Option<String>)> {
        let name = name.map(last_part);
        let is_wanted =
            |moved: &&Moved| moved.name != NEW && name.is_none_or(|name| name == moved.name);
        if let Some(moved) = self.settled.as_ref().filter(is_wanted) {
            return Ok((moved.name.clone(), moved.before.clone()));
        }
        let name = self.choose(name)?;
        let before = self.move_in(&self.place(&name), &name)?;
        Ok((name, before))
    }

    fn choose(&self, name: Option<&str>) -> Result<String> {
        let kept: Vec<String> = self.work.kept()?.into_iter().map(|one| one.name).collect();
        if kept.is_empty() {
            bail!("nothing is kept in work/kept");
        }
        let Some(name) = name else {
            return kept.last().cloned().context("nothing is kept in work/kept");
        };
        if !kept.iter().any(|one| one == name) {
            bail!("work/kept has no {name}; it has: {}", kept.join(", "));
        }
        Ok(name.to_owned())
    }

    fn move_in(&self, folder: &Path, name: &str) -> Result<Option<String>> {
        let coming = self.place(COMING);
        make_folder(&coming)?;
        // From here on the decision is on disk.
        rename(folder, &coming.join(name))?;
        Ok(self.settle()?.and_then(|moved| moved.before))
    }

    fn settle(&self) -> Result<Option<Moved>> {
        let (coming, arriving) = (self.place(COMING), self.place(ARRIVING));
        let arrived = self.arrive()?;
        let Some(name) = only_in(&coming) else {
            let moved = |name| Moved { name, before: None };
            return Ok(arrived.map(moved));
        };
        let before = self.leave()?;
        // Only now, because a build of the old chat could start until now.
        files::renew_times(&coming.join(&name));
        make_folder(&arriving)?;
        rename(&coming.join(&name), &arriving.join(&name))?;
        self.arrive()?;
        Ok(Some(Moved { name, before }))
    }

    /// Puts the chat aside, and returns its new name.
    fn leave(&self) -> Result<Option<String>> {
        let (chat, leaving) = (&self.work.chat, self.place(LEAVING));
        if is_folder(chat) {
            self.move_files(chat, &leaving)?;
        } else if exists(chat) {
            // A link itself moves, not its target.
            rename(chat, &leaving)?;
        }
        if !exists(&leaving) {
            return Ok(None);
        }
        let name = self.free_name();
        rename(&leaving, &self.place(&name))?;
        Ok(Some(name))
    }

    /// Moves the arriving files into the empty chat, and returns their chat's name.
    fn arrive(&self) -> Result<Option<String>> {
        let (chat, arriving) = (&self.work.chat, self.place(ARRIVING));
        let Some(name) = only_in(&arriving) else {
            return Ok(None);
        };
        let folder = arriving.join(&name);
        if is_folder(&folder) && is_folder(chat) {
            self.move_files(&folder, chat)?;
            fs::remove_dir(&folder).with_context(|| folder.display().to_string())?;
        } else {
            if is_folder(chat) {
                fs::remove_dir(chat).with_context(|| chat.display().to_string())?;
            }
            rename(&folder, chat)?;
        }
        Ok(Some(name))
    }

    /// Moves everything in one folder into another. An empty folder creates no target.
    fn move_files(&self, from: &Path, to: &Path) -> Result<()> {
        let entries = fs::read_dir(from).with_context(|| from.display().to_string())?;
        for entry in entries.collect::<io::Result<Vec<_>>>()? {
            let place = to.join(entry.file_name());
            if exists(&place) {
                // An editor has saved a file here in the meantime.
                let aside = self.place(&self.free_name());
                make_folder(&aside)?;
                rename(&place, &aside.join(entry.file_name()))?;
            }
            make_folder(to)?;
            rename(&entry.path(), &place)?;
        }
        Ok(())
    }

    fn place(&self, name: &str) -> PathBuf {
        self.work.kept.join(name)
    }

    fn free_name(&self) -> String {
        let now = Local::now().format("%Y-%m-%d-%H%M%S").to_string();
        let numbered = (2..).map(|count| format!("{now}-{count}"));
        let mut names = std::iter::once(now.clone()).chain(numbered);
        let is_free = |name: &String| !exists(&self.place(name));
        names.find(is_free).unwrap_or(now)
    }
}

/// A shell completes names to `work/kept/NAME/`.
fn last_part(name: &str) -> &str {
    let name = name.trim_end_matches('/');
    name.rsplit('/').next().unwrap_or(name)
}

/// A folder itself, not a link to one.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| about.is_dir())
}

/// The name of the folder in `folder`, which may be a link to one.
fn only_in(folder: &Path) -> Option<String> {
    let mut entries = fs::read_dir(folder).ok()?.flatten();
    let entry = entries.find(|entry| entry.path().is_dir())?;
    Some(entry.file_name().to_string_lossy().into_owned())
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to)
        .with_context(|| format!("{} cannot be moved to {}", from.display(), to.display()))
}
