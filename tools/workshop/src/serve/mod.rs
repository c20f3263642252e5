//! `cargo course serve`: the workshop as web pages, on this machine only.
//!
//! - [`server`] listens, and stops everything in the end.
//! - [`guard`] admits only pages of the workshop itself.
//! - [`routes`] lists the pages, [`layout`] is the frame around each lesson's pages, and
//!   [`error`] is the page that explains why another one cannot be shown.
//! - [`home`], [`glossary`], [`search`], [`read`], [`diff`], [`check`] and [`slides`] are the
//!   pages.
//! - [`markdown`] and [`links`] turn a lesson's text into a page; [`code`] shows its blocks,
//!   and [`followed`] knows its steps.
//! - [`changed_files`] shows files that differ, [`changed_words`] colours their lines, and
//!   [`notes`] finds the lessons' words about them; [`report`] shows the results of a check.
//! - [`sockets`] and [`wire`] carry the events: those of checks are in
//!   [`check_events`], those of the student's chat in [`student`]. [`checks`]
//!   holds the running checks.

use std::{process::ExitCode, sync::Arc};

use anyhow::Result;

use crate::play::Play;
use course::{lessons::Course, work::Work};

mod changed_files;
mod changed_words;
mod check;
mod check_events;
mod checks;
mod code;
mod diff;
pub mod error;
mod followed;
mod glossary;
mod guard;
mod home;
pub mod layout;
mod links;
mod markdown;
mod notes;
mod read;
mod report;
mod routes;
mod search;
mod server;
mod slides;
mod sockets;
mod student;
pub mod wire;

use checks::Checks;

/// The state that all pages and sockets share. A clone points at the same data.
#[derive(Clone)]
pub struct Workshop {
    /// The repository.
    pub course: Arc<Course>,
    /// The running checks.
    pub checks: Checks,
    /// The chats that pages have started.
    pub play: Play,
}

impl Workshop {
    fn new(course: Course) -> Workshop {
        Workshop {
            course: Arc::new(course),
            checks: Checks::default(),
            play: Play::default(),
        }
    }

    /// Stops every program that the workshop has started.
    fn stop(&self) {
        self.checks.close();
        self.play.stop();
    }

    /// The lesson that the student's chat is made for, or why that is not known
    /// although there is a chat.
    fn here(&self) -> (Option<u32>, Option<String>) {
        let work = self.work();
        match work.lesson(&self.course) {
            Ok(lesson) => (Some(lesson.number), None),
            Err(error) if work.has_chat() => (None, Some(format!("{error:#}"))),
            Err(_) => (None, None),
        }
    }

    /// The student's folder.
    pub fn work(&self) -> Work {
        Work::of(&self.course)
    }
}

/// Serves the workshop until it is stopped.
pub fn run(course: Course, port: u16) -> Result<ExitCode> {
    server::run(Workshop::new(course), port)?;
    Ok(ExitCode::SUCCESS)
}
