//! The history of the student's chat: `work/chat` is a git repository of their own.
//!
//! The history is optional: without git, or when git fails, everything else still works.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::files::{self, Links};

/// Where git keeps the history.
const FOLDER: &str = ".git";
/// A commit by the tool runs no hooks, asks for no pass phrase, and starts no background
/// work.
const SETTINGS: [&str; 8] = [
    "advice.addEmbeddedRepo=false",
    "commit.gpgSign=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.safecrlf=false",
    "gc.auto=0",
    "init.defaultBranch=main",
    "maintenance.auto=false",
];
/// The author of commits when git has no name for the student.
const SOMEBODY: [(&str, &str); 2] = [
    ("user.email", "student@localhost"),
    ("user.name", "Student"),
];
/// Variables that point git at another repository. They are set when git itself has
/// started this program, from a hook for instance.
const OF_ANOTHER: [&str; 6] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_WORK_TREE",
];

/// The result of an attempt to commit.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// Everything is committed.
    Recorded,
    /// There is no git on this machine.
    NoGit,
    /// Git failed, with this message.
    Failed(String),
}

/// Copies the history of the chat to `fresh`, and commits the files there. Uncommitted
/// changes in `chat` are committed first, with the message `leaving`.
pub fn go_on(chat: &Path, fresh: &Path, leaving: &str, message: &str) -> Result<Outcome> {
    if !is_repository(chat) {
        return Ok(record(fresh, message));
    }
    files::copy_whole(FOLDER.as_ref(), chat, fresh, Links::Kept)?;
    unlock(fresh)?;
    let before = Repository {
        git: &fresh.join(FOLDER),
        files: chat,
    };
    Ok(match before.commit(leaving) {
        Ok(Outcome::Recorded) => record(fresh, message),
        other => outcome(other),
    })
}

/// Commits the files in `folder`, if any has changed, into a repository in it.
pub fn record(folder: &Path, message: &str) -> Outcome {
    let here = Repository {
        git: &folder.join(FOLDER),
        files: folder,
    };
    outcome(here.commit(message))
}

/// Removes the lock from a copied history: it belongs to a git that runs in the original.
pub fn unlock(copy: &Path) -> Result<()> {
    let lock = copy.join(FOLDER).join("index.lock");
    match lock.is_file() {
        true => fs::remove_file(&lock).with_context(|| lock.display().to_string()),
        false => Ok(()),
    }
}

fn is_repository(folder: &Path) -> bool {
    folder.join(FOLDER).is_dir()
}

fn outcome(committed: Result<Outcome>) -> Outcome {
    committed.unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")))
}

/// Files, and where git keeps their history.
struct Repository<'a> {
    git: &'a Path,
    files: &'a Path,
}

impl Repository<'_> {
    fn commit(&self, message: &str) -> Result<Outcome> {
        if !has_git() {
            return Ok(Outcome::NoGit);
        }
        if !self.git.exists() {
            // Given both folders, it would note where the files are now.
            answer(
                git()
                    .args(["init", "--quiet", "--template="])
                    .current_dir(self.files),
            )?;
        }
        answer(self.command().args(["add", "--all"]))?;
        let mut compare = self.command();
        if !is_well(compare.args(["diff", "--cached", "--quiet"]))? {
            let mut commit = self.command();
            for (key, value) in SOMEBODY {
                if !is_well(self.command().args(["config", "--get", key]))? {
                    commit.arg("-c").arg(format!("{key}={value}"));
                }
            }
            answer(commit.args(["commit", "--quiet", "--no-verify", "--message", message]))?;
        }
        Ok(Outcome::Recorded)
    }

    /// Told where the repository is, git does not look for one in the folders above.
    fn command(&self) -> Command {
        let mut command = git();
        command
            .env("GIT_DIR", self.git)
            .env("GIT_WORK_TREE", self.files)
            .current_dir(self.files);
        command
    }
}

fn git() -> Command {
    let mut command = Command::new("git");
    for name in OF_ANOTHER {
        command.env_remove(name);
    }
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.stdin(Stdio::null());
    command
}

fn has_git() -> bool {
    let version = git().arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

fn answer(command: &mut Command) -> Result<()> {
    let output = command.output().context("git cannot be run")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn is_well(command: &mut Command) -> Result<bool> {
    let output = command.output().context("git cannot be run")?;
    Ok(output.status.success())
}
