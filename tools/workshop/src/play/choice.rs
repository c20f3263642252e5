//! The choice of the chat that a page runs.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use course::{cargo::cargo, lessons::Course, limits::bound, work::Work};

/// The name of the student's own chat in requests from pages.
pub const OWN: &str = "my-chat";

/// A chat that can be started.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The name of its package: `lesson-07` or `my-chat`.
    pub package: String,
    folder: PathBuf,
}

impl Choice {
    /// Finds a chat by its name: one of the lessons, or the student's own.
    pub fn find(course: &Course, package: &str) -> Option<Choice> {
        let folder = if package == OWN {
            Self::own_folder(course)?
        } else {
            let mut lessons = course.lessons.iter();
            let lesson = lessons.find(|lesson| lesson.names.package == package)?;
            lesson.path.clone()
        };
        Some(Choice {
            package: package.to_owned(),
            folder,
        })
    }

    /// Whether the student has a chat.
    pub fn has_own(course: &Course) -> bool {
        Self::own_folder(course).is_some()
    }

    fn own_folder(course: &Course) -> Option<PathBuf> {
        let folder = Work::of(course).chat;
        folder.join("Cargo.toml").is_file().then_some(folder)
    }

    /// The command that builds and runs it. The chat takes any free port and prints it.
    pub fn command(&self) -> Result<Command> {
        let mut command = bound(&cargo())?;
        command
            .args(["run", "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .current_dir(&self.folder)
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .env("NO_COLOR", "1")
            .env("PORT", "0");
        Ok(command)
    }
}
