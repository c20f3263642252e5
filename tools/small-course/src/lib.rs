//! A small course in a temporary folder, and the tools run in it.
//!
//! Its files are in `course/`; `tape/` has those that a test of a tape adds.
//!
//! For the tests of the tools: each program lies beside the test program's folder, where
//! `cargo build` and `cargo test` put it.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;
use walkdir::WalkDir;

pub mod carried;
pub mod student;

/// The page of lesson 2, for tests that change it.
pub const PAGE: &str = "lessons/02-farewell/README.md";
/// The manifest of lesson 2.
pub const MANIFEST: &str = "lessons/02-farewell/Cargo.toml";
/// The library of lesson 2.
pub const LIBRARY: &str = "lessons/02-farewell/src/lib.rs";
/// The deck of lesson 2, for tests that change it.
pub const DECK: &str = "slides/02-farewell.md";
/// The plan of the days.
pub const PLAN: &str = "slides/schedule.toml";
/// The folder of the small dictionary: it has every word of the pages and decks, and no other.
pub const DICTIONARY: &str = "dictionary";

/// A repository with two lessons of which all checks approve.
pub struct Repository {
    folder: PathBuf,
    /// Where cargo builds.
    target: PathBuf,
    /// Removes the folder in the end.
    _temporary: Option<TempDir>,
}

/// The outcome of a run.
pub struct Ran {
    /// Whether it succeeded.
    pub is_ok: bool,
    /// Its output, with times replaced by `0.0 s`.
    pub out: String,
    /// Its error stream.
    pub error: String,
}

impl Repository {
    /// A new one.
    #[allow(clippy::new_without_default, reason = "it writes files")]
    pub fn new() -> Repository {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().to_owned();
        let target = folder.join("course/target");
        Repository::fill(folder, target, Some(temporary))
    }

    /// One in a folder whose name a program may trip over.
    pub fn in_folder(name: &str) -> Repository {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join(name);
        let target = folder.join("course/target");
        Repository::fill(folder, target, Some(temporary))
    }

    /// One whose second lesson compares a tape with insta. It is built where
    /// insta is built already, and always in the same place: cargo would take
    /// each new place for another crate, and keep what it built for all of them.
    pub fn with_tape(test: &str) -> Repository {
        let home = &built(3).join("tmp");
        let folder = home.join(test);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let repository = Repository::fill(folder, home.join("built"), None);
        repository.add("tape");
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        fs::copy(lock, repository.path("Cargo.lock")).unwrap();
        repository
    }

    fn fill(folder: PathBuf, target: PathBuf, temporary: Option<TempDir>) -> Repository {
        let repository = Repository {
            folder,
            target,
            _temporary: temporary,
        };
        repository.add("course");
        repository
    }

    /// Adds the files of a folder of this crate; one that is there gets their lines at its end.
    fn add(&self, folder: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in WalkDir::new(&folder) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&folder).unwrap();
                let path = path.to_str().unwrap();
                let before = fs::read_to_string(self.path(path)).unwrap_or_default();
                self.write(path, &(before + &fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }

    /// Adds tests of the pages, with this program.
    pub fn add_page_tests(&self, program: &str) {
        self.add("pages");
        self.write("tools/browser/tests/lessons.rs", program);
    }

    /// One with words of lesson 2's page replaced.
    pub fn with_page(old: &str, new: &str) -> Repository {
        let repository = Repository::new();
        repository.replace(PAGE, old, new);
        repository
    }

    /// One whose last lesson belongs to part two; it has a page and a deck, and a day.
    pub fn with_part_two() -> Repository {
        let repository = Repository::new();
        let page = "# Lesson 08: More\n\n**20 minutes**\n";
        repository.write("lessons/08-more/README.md", page);
        repository.write("slides/08-more.md", "# Lesson 08: More\n\n## Why · 3 min\n");
        repository.append(PLAN, "\n[[days]]\ntitle = \"More\"\nlessons = [8]\n");
        repository
    }

    /// A path in the repository, which has the temporary folder for itself.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join("course").join(path)
    }

    /// A path in the folder in which cargo builds.
    pub fn built(&self, path: &str) -> PathBuf {
        self.target.join(path)
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Writes a file, and the folders in which it is.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes at the end of a file.
    pub fn append(&self, path: &str, text: &str) {
        self.write(path, &(self.read(path) + text));
    }

    /// Replaces words that must be there.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} does not contain {old:?}");
        self.write(path, &text.replace(old, new));
    }

    /// Adds a folder to the workspace.
    pub fn add_member(&self, folder: &str) {
        self.replace(
            "Cargo.toml",
            "members = [",
            &format!("members = [\"{folder}\", "),
        );
    }

    /// Removes a file, or a folder with all that is in it.
    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    /// Moves a file or a folder.
    pub fn rename(&self, old: &str, new: &str) {
        fs::rename(self.path(old), self.path(new)).unwrap();
    }

    /// The names of the chats that were put aside, sorted.
    pub fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path("work/kept")) else {
            return Vec::new();
        };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }

    /// Runs `course` with these words in the repository.
    pub fn course(&self, words: &[&str]) -> Ran {
        self.course_in("", words)
    }

    /// Runs `course` in a folder of the repository.
    pub fn course_in(&self, folder: &str, words: &[&str]) -> Ran {
        Ran::from(self.command(folder, words).output().unwrap())
    }

    /// `course` with these words, ready to run in a folder of the repository.
    pub fn command(&self, folder: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program(tool_for(words)));
        command.args(words).current_dir(self.path(folder));
        self.alone(command)
    }

    /// Runs `cargo` in the student's chat, without a network.
    pub fn cargo(&self, words: &[&str]) -> Ran {
        self.cargo_in("work/chat", words)
    }

    /// Runs `cargo` in a folder of the repository, without a network.
    pub fn cargo_in(&self, folder: &str, words: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(words)
            .arg("--offline")
            .current_dir(self.path(folder));
        Ran::from(self.alone(command).output().unwrap())
    }

    /// Runs one check.
    pub fn verify(&self, check: &str) -> Ran {
        self.course(&["verify", "--only", check])
    }

    /// Each repository builds in a folder of its own, and without colours; words
    /// are looked up in a small dictionary.
    fn alone(&self, mut command: Command) -> Command {
        command
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_NET_OFFLINE", "true")
            .env("DICPATH", self.path(DICTIONARY))
            .env("NO_COLOR", "1")
            .env("GIT_CONFIG_GLOBAL", self.path("no-file"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env_remove("SPELLING")
            .env_remove("CLICOLOR_FORCE");
        command
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            is_ok: output.status.success(),
            out: without_times(&String::from_utf8(output.stdout).unwrap()),
            error: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Asserts that it succeeded without a word on the error stream; returns its output.
    #[track_caller]
    pub fn passes(self) -> String {
        assert!(self.is_ok, "{}{}", self.out, self.error);
        assert_eq!(self.error, "");
        self.out
    }

    /// Asserts that it failed and printed these words.
    #[track_caller]
    pub fn fails(self, words: &str) {
        let said = self.out + &self.error;
        assert!(!self.is_ok, "this should fail:\n{said}");
        assert!(said.contains(words), "{words:?} is missing in:\n{said}");
    }
}

/// The program of a tool, as it was built last.
pub fn program(tool: &str) -> PathBuf {
    let name = format!("{tool}{}", env::consts::EXE_SUFFIX);
    let program = built(2).join(name);
    let path = program.display();
    assert!(program.is_file(), "{path} is missing: run `cargo build`");
    program
}

/// The tool that runs the command, as `cargo course` knows it.
fn tool_for(words: &[&str]) -> &'static str {
    let has = |option| words.contains(&option);
    match words.first().copied() {
        Some("serve" | "slides") => "workshop",
        Some("list") if has("--schedule") => "workshop",
        Some("diff") if has("--html") => "workshop",
        Some("grade") => "grader",
        Some("carry" | "new" | "verify") => "prover",
        _ => "course",
    }
}

/// A folder above this program, which is `target/debug/deps/commands-…`.
fn built(levels: usize) -> PathBuf {
    let this = env::current_exe().unwrap();
    this.ancestors().nth(levels).unwrap().to_owned()
}

/// `(0.0 s)` for `(1.7 s)`.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = match line.rsplit_once(" (") {
            Some((start, time)) if time.ends_with(" s)") => format!("{start} (0.0 s)"),
            _ => line.to_owned(),
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}
