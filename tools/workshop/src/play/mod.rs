//! Play: a running chat with up to three users, and a tape of all packets between them and
//! the chat.
//!
//! - [`choice`] finds the chat to run, [`server`] runs it as a process.
//! - [`session`] is a chat and its users, as one page sees them; [`events`] handles
//!   that page's requests, [`page`] renders the page itself.
//! - [`proxy`] is between a user and the chat: [`tap`] reads the bodies of requests and
//!   responses, [`tunnel`] and [`websocket`] read WebSockets, [`cookies`] keeps the
//!   users' cookies apart.
//! - [`packet`] splits a packet into its [`part`]s, [`frame`] is an entry on the tape,
//!   [`packet_recorder`] writes it, [`ring_log`] stores it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Result;
use socketioxide::socket::Sid;

use choice::Choice;
use course::programs::Programs;
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

/// The running chats, at most one for each page. Clones share the same chats.
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
    /// Starts a chat for a page, in place of the page's current one.
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

    /// Stops the chat of a page. Its tape can still be read.
    fn stop_one(&self, page: Sid) {
        let programs = self.lock().get(&page).map(|one| one.programs.clone());
        if let Some(programs) = programs {
            programs.stop();
        }
    }

    /// Ends the chat of a page that has closed.
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
