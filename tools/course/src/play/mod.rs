//! Play: a chat that runs, two or three users before it, and a tape of all that
//! passes between them.
//!
//! - [`choice`] says which chats there are, [`server`] runs one as a process.
//! - [`session`] is a chat and its users, as one page sees them; [`events`] are
//!   that page's requests, [`page`] is the page itself.
//! - [`proxy`] stands between a user and the chat: [`tap`] looks at the bodies of
//!   requests and responses, [`tunnel`] and [`websocket`] at WebSockets, [`cookies`]
//!   keeps the users apart.
//! - [`packet`] takes a packet to its [`part`]s, [`frame`] is a line of the tape,
//!   [`packet_recorder`] writes it, [`ring_log`] keeps it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Result;
use socketioxide::socket::Sid;

use crate::programs::Programs;
use choice::Choice;
use session::Session;

mod choice;
mod cookies;
pub mod events;
mod frame;
mod packet;
mod packet_recorder;
pub mod page;
mod part;
mod proxy;
#[cfg(test)]
mod proxy_tests;
mod ring_log;
mod server;
mod session;
mod tap;
mod tunnel;
mod websocket;

/// The chats that run, at most one for each page. A clone speaks of the same ones.
#[derive(Clone, Default)]
pub struct Play {
    // A std mutex: nothing is awaited while it is held.
    running: Arc<Mutex<HashMap<Sid, Running>>>,
    runs: Arc<AtomicU64>,
}

struct Running {
    session: Arc<Session>,
    programs: Programs,
}

impl Play {
    /// Starts a chat for a page, instead of the one that it has.
    fn start(&self, page: Sid, choice: Choice) -> Result<Arc<Session>> {
        self.leave(page);
        let programs = Programs::in_groups();
        let run = self.runs.fetch_add(1, Ordering::Relaxed) + 1;
        let session = Session::start(run, choice, &programs)?;
        let running = Running {
            session: session.clone(),
            programs,
        };
        self.lock().insert(page, running);
        Ok(session)
    }

    /// The chat of a page.
    fn session(&self, page: Sid) -> Option<Arc<Session>> {
        Some(self.lock().get(&page)?.session.clone())
    }

    /// Stops the chat of a page; its tape can still be read.
    fn stop_one(&self, page: Sid) {
        let programs = self.lock().get(&page).map(|one| one.programs.clone());
        if let Some(programs) = programs {
            programs.stop();
        }
    }

    /// A page has gone: its chat ends.
    pub fn leave(&self, page: Sid) {
        let removed = self.lock().remove(&page);
        if let Some(removed) = removed {
            removed.programs.stop();
            removed.session.close();
        }
    }

    /// Ends all chats.
    pub fn stop(&self) {
        let pages: Vec<Sid> = self.lock().keys().copied().collect();
        for page in pages {
            self.leave(page);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sid, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
