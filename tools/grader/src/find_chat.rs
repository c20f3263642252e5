//! Finds the chat in a submission. The same rules apply to a folder and to an archive
//! of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use toml_edit::DocumentMut;
use walkdir::{DirEntry, WalkDir};

use super::{
    archive::{self, Unpacker},
    submissions::Submission,
};
use course::{lessons::Lesson, manifest};

/// The number of folders that may be nested around a chat.
const DEPTH: usize = 8;
/// The number of archives that may be nested in an archive.
const WRAPPED: usize = 3;
/// Folders of a fork that hold the course's own code.
const OF_THE_COURSE: [&str; 5] = ["final", "lessons", "slides", "static", "tools"];

/// The chat of a submission; archives are unpacked into `space`.
pub fn find(submission: &Submission, lesson: &Lesson, space: &Path) -> Result<PathBuf> {
    let mut unpacker = Unpacker::new();
    let mut found = match submission.path.is_dir() {
        true => Found::of(&submission.path, lesson)?,
        false => {
            let folder = space.join("0");
            fs::create_dir_all(&folder)?;
            unpacker.unpack(&submission.path, &folder)?;
            Found::of(&folder, lesson)?
        }
    };
    for round in 1..=WRAPPED {
        if !found.chats.is_empty() {
            break;
        }
        let archives = std::mem::take(&mut found.archives);
        for (number, archive) in archives.iter().enumerate() {
            let folder = space.join(format!("{round}-{number}"));
            fs::create_dir_all(&folder)?;
            match unpacker.unpack(archive, &folder) {
                Ok(()) => found.add(Found::of(&folder, lesson)?),
                Err(error) => found
                    .obstacles
                    .push(format!("{}: {error:#}", file_name(archive))),
            }
        }
    }
    found.chat(lesson)
}

/// The relevant contents of a folder.
#[derive(Default)]
struct Found {
    /// Crates that may be the chat: the ones nested in the fewest folders.
    chats: Vec<Candidate>,
    archives: Vec<PathBuf>,
    /// Parts of the submission that cannot be read, each with the reason.
    obstacles: Vec<String>,
    has_fork: bool,
}

struct Candidate {
    path: PathBuf,
    /// The path in the submission.
    shown: String,
    depth: usize,
    lesson: Option<u32>,
}

impl Found {
    fn of(folder: &Path, lesson: &Lesson) -> Result<Found> {
        let mut found = Found::default();
        let entries = WalkDir::new(folder).max_depth(DEPTH).sort_by_file_name();
        let is_looked_at = |entry: &DirEntry| entry.depth() == 0 || !is_passed_over(entry, lesson);
        for entry in entries.into_iter().filter_entry(is_looked_at) {
            let entry = entry?;
            let shown = entry.path().strip_prefix(folder)?;
            found.look_at(&entry, shown, lesson);
        }
        let fewest = found.chats.iter().map(|chat| chat.depth).min();
        found.chats.retain(|chat| Some(chat.depth) == fewest);
        Ok(found)
    }

    fn look_at(&mut self, entry: &DirEntry, shown: &Path, lesson: &Lesson) {
        let (path, kind) = (entry.path(), entry.file_type());
        let name = entry.file_name().to_string_lossy();
        if kind.is_dir() {
            self.has_fork |= is_fork(path, lesson);
            if is_crate(path) {
                let manifest = manifest_of(path);
                self.chats.push(Candidate {
                    path: path.to_owned(),
                    shown: shown.display().to_string(),
                    depth: entry.depth(),
                    lesson: manifest.as_ref().and_then(manifest::lesson),
                });
            }
        } else if kind.is_symlink() {
            if archive::is_wanted(shown) {
                let shown = shown.display();
                self.obstacles
                    .push(format!("{shown} is a link, and links are not followed"));
            }
        } else if archive::name(&name).is_some() {
            self.archives.push(path.to_owned());
        } else if archive::is_foreign(&name) {
            let endings = archive::ENDINGS.join(", ");
            let shown = shown.display();
            self.obstacles
                .push(format!("{shown} is an archive, but none of {endings}"));
        }
    }

    fn add(&mut self, other: Found) {
        self.chats.extend(other.chats);
        self.archives.extend(other.archives);
        self.obstacles.extend(other.obstacles);
        self.has_fork |= other.has_fork;
    }

    /// The chat, or the reason why there is none.
    fn chat(mut self, lesson: &Lesson) -> Result<PathBuf> {
        let is_for_it = |chat: &Candidate| chat.lesson == Some(lesson.number);
        if self.chats.iter().any(is_for_it) {
            self.chats.retain(is_for_it);
        }
        match &self.chats[..] {
            [] => bail!("{}", self.why_without_chat()),
            [chat] => chat.for_lesson(lesson),
            chats => {
                let shown: Vec<&str> = chats.iter().map(|chat| chat.shown.as_str()).collect();
                bail!("it holds more than one chat: {}", shown.join(", "))
            }
        }
    }

    fn why_without_chat(&self) -> String {
        if let Some(obstacle) = self.obstacles.first() {
            return format!("no chat was found: {obstacle}");
        }
        match self.has_fork {
            true => "it is a copy of the course without work/chat, and lessons/ holds the \
                     course's own solution; git leaves work/ out, so ask for the archive that \
                     `cargo course hand-in` writes"
                .to_owned(),
            false => "no chat was found: no folder holds src/lib.rs".to_owned(),
        }
    }
}

impl Candidate {
    fn for_lesson(&self, lesson: &Lesson) -> Result<PathBuf> {
        match self.lesson {
            Some(other) if other != lesson.number => bail!(
                "its chat is for lesson {other:02}, not for lesson {:02}",
                lesson.number
            ),
            _ => Ok(self.path.clone()),
        }
    }
}

/// Whether to skip an entry: hidden files, build output, chats that were put aside, and
/// the course's own code.
fn is_passed_over(entry: &DirEntry, lesson: &Lesson) -> bool {
    let name = entry.file_name().to_string_lossy();
    let parent = entry.path().parent().unwrap_or(entry.path());
    let is_of = |folder: &str| parent.file_name().is_some_and(|name| name == folder);
    name.starts_with('.')
        || archive::is_skipped(&name)
        || name == "kept" && is_of("work")
        || OF_THE_COURSE.contains(&name.as_ref()) && is_fork(parent, lesson)
}

fn is_fork(folder: &Path, lesson: &Lesson) -> bool {
    let solution = folder.join("lessons").join(&lesson.names.folder);
    solution.is_dir()
}

fn is_crate(folder: &Path) -> bool {
    let is_folder = |path: &Path| path.symlink_metadata().is_ok_and(|about| about.is_dir());
    is_folder(&folder.join("src")) && folder.join("src/lib.rs").symlink_metadata().is_ok()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The manifest in a folder, if it is a readable file of reasonable size.
pub fn manifest_of(folder: &Path) -> Option<DocumentMut> {
    const MOST_BYTES: u64 = 1024 * 1024;
    let about = folder.join("Cargo.toml").symlink_metadata().ok()?;
    let is_usual = about.is_file() && about.len() <= MOST_BYTES;
    is_usual.then(|| manifest::read(folder).ok()).flatten()
}
