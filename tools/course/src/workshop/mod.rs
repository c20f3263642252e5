//! `cargo course serve`: the workshop as web pages, on this machine only.
//!
//! - [`server`] listens, and stops everything in the end.
//! - [`guard`] lets nobody in but pages of the workshop itself.
//! - [`routes`] puts the pages together, [`layout`] is around each of them,
//!   [`error`] is the page for what cannot be shown.
//! - [`home`], [`read`], [`diff`] and [`check`] are the pages.
//! - [`sockets`] and [`wire`] carry the events.

use std::{process::ExitCode, sync::Arc};

use anyhow::Result;

use crate::{lessons::Course, play::Play};

pub mod error;
mod guard;
mod home;
pub mod layout;
mod read;
mod routes;
mod server;
mod sockets;
#[allow(dead_code, reason = "the check of the workshop page is on its way")]
pub mod wire;

/// What all pages and sockets share. A clone points at the same.
#[derive(Clone)]
pub struct Workshop {
    /// The repository.
    pub course: Arc<Course>,
    /// The chats that run for pages.
    pub play: Play,
}

impl Workshop {
    fn new(course: Course) -> Workshop {
        Workshop {
            course: Arc::new(course),
            play: Play::default(),
        }
    }

    /// Stops every program that the workshop has started.
    fn stop(&self) {
        self.play.stop();
    }
}

/// Serves the workshop until somebody stops it.
pub fn run(course: Course, port: u16) -> Result<ExitCode> {
    server::run(Workshop::new(course), port)?;
    Ok(ExitCode::SUCCESS)
}
