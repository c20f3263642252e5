//! One running chat of one page, and its users.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    process::ExitStatus,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use serde::Serialize;
use tokio::{runtime::Handle, sync::watch};

use super::{
    choice::Choice,
    packet_recorder::{PacketRecorder, Tape},
    proxy::Proxy,
    ring_log::{Bounds, RingLog},
    server::{self, Listener, LogLine},
};
use course::programs::Programs;

/// How many frames are kept, and how many bytes in total.
const TAPE_BOUNDS: Bounds = Bounds {
    entries: 2000,
    bytes: 8 * 1024 * 1024,
};
/// How many lines of the build and of the chat are kept.
const LOG_BOUNDS: Bounds = Bounds {
    entries: 1000,
    bytes: 1024 * 1024,
};
/// The users, side by side on the page: more would be too narrow to read.
const USERS: [char; 3] = ['A', 'B', 'C'];
/// How many users a chat starts with.
const FIRST_USERS: usize = 2;

/// A chat, from its build to its end.
#[derive(Debug)]
pub struct Session {
    choice: Choice,
    /// Every frame of every user.
    pub tape: Arc<Tape>,
    /// The output of cargo and the chat.
    pub log: RingLog<LogLine>,
    state: watch::Sender<State>,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    /// The address of the chat, once it listens.
    server: Option<SocketAddr>,
    proxies: BTreeMap<char, Proxy>,
}

/// The state of a chat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct State {
    /// The number of the run: each started chat gets a higher one.
    pub run: u64,
    /// The chat's current phase.
    #[serde(flatten)]
    pub phase: Phase,
    /// The current users, in order.
    pub users: Vec<User>,
    /// Whether there is room for one more.
    pub has_room: bool,
}

/// The phase of a chat.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "phase", rename_all = "lowercase")]
pub enum Phase {
    /// Cargo is building it, or it has not printed its address yet.
    Building,
    /// It listens at its address.
    Running,
    /// Its process has ended.
    Ended {
        /// Why it ended, as a sentence.
        reason: String,
    },
}

/// A user, who looks like a separate browser to the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    /// The user's letter: `A`, `B` or `C`.
    pub name: char,
    /// The port through which this user reaches the chat.
    pub port: u16,
}

/// Why a user cannot be added or removed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The chat is not listening.
    #[error("the chat is not running")]
    NotRunning,
    /// All users are already there.
    #[error("there is no room for another user")]
    NoRoom,
    /// There is no user with that name.
    #[error("there is no user of that name")]
    Unknown,
    /// No port could be opened for the user.
    #[error("no port can be opened: {0}")]
    Io(#[from] io::Error),
}

impl Session {
    /// Starts a chat. `programs` must belong to this session alone.
    pub fn start(run: u64, choice: Choice, programs: &Programs) -> Result<Arc<Session>> {
        let command = choice.command()?;
        let session = Arc::new(Session {
            choice,
            tape: Arc::new(RingLog::new(TAPE_BOUNDS)),
            log: RingLog::new(LOG_BOUNDS),
            state: watch::Sender::new(State {
                run,
                phase: Phase::Building,
                users: Vec::new(),
                has_room: true,
            }),
            running: Mutex::default(),
        });
        let listener = SessionListener {
            session: session.clone(),
            runtime: Handle::current(),
        };
        server::start(programs, command, listener)?;
        Ok(session)
    }

    /// The current state and all later ones.
    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Adds one more user.
    pub async fn add_user(&self) -> Result<User, UserError> {
        let (server, name) = {
            let running = self.lock();
            let server = running.server.ok_or(UserError::NotRunning)?;
            let mut free = USERS.into_iter();
            let free = free.find(|name| !running.proxies.contains_key(name));
            (server, free.ok_or(UserError::NoRoom)?)
        };
        let owner = format!("{}-{name}", self.choice.package);
        let recorder = PacketRecorder::new(name, self.tape.clone());
        let proxy = Proxy::start(server, owner, recorder).await?;
        let user = User {
            name,
            port: proxy.port,
        };
        self.lock().proxies.insert(name, proxy);
        self.tell_users();
        Ok(user)
    }

    /// Removes a user and closes the connections of this browser.
    pub fn remove_user(&self, name: char) -> Result<(), UserError> {
        let removed = self.lock().proxies.remove(&name);
        removed.ok_or(UserError::Unknown)?;
        self.tell_users();
        Ok(())
    }

    /// Removes all users and closes the tape and the log, so that waiting readers return.
    pub fn close(&self) {
        self.lock().proxies.clear();
        self.tape.close();
        self.log.close();
    }

    async fn open(&self) {
        for _ in 0..FIRST_USERS {
            match self.add_user().await {
                Ok(_) => {}
                Err(UserError::NotRunning) => return,
                Err(error) => tracing::warn!(%error, "a user cannot play"),
            }
        }
        self.state.send_if_modified(|state| {
            let is_building = state.phase == Phase::Building;
            if is_building {
                state.phase = Phase::Running;
            }
            is_building
        });
    }

    fn tell_users(&self) {
        let running = self.lock();
        let users = running.proxies.iter().map(|(name, proxy)| User {
            name: *name,
            port: proxy.port,
        });
        self.state.send_modify(|state| {
            state.users = users.collect();
            state.has_room = state.users.len() < USERS.len();
        });
    }

    fn end(&self, status: io::Result<ExitStatus>) {
        let has_listened = self.lock().server.take().is_some();
        let reason = reason(has_listened, status);
        self.state
            .send_modify(|state| state.phase = Phase::Ended { reason });
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Passes the events of the process on to its session.
#[derive(Clone)]
struct SessionListener {
    session: Arc<Session>,
    runtime: Handle,
}

impl Listener for SessionListener {
    fn wrote(&self, line: LogLine) {
        let bytes = line.text.len();
        self.session.log.write(line, bytes);
    }

    fn listens(&self, address: SocketAddr) {
        let session = self.session.clone();
        let is_first = session.lock().server.replace(address).is_none();
        if is_first {
            self.runtime.spawn(async move { session.open().await });
        }
    }

    fn ended(&self, status: io::Result<ExitStatus>) {
        self.session.end(status);
    }
}

fn reason(has_listened: bool, status: io::Result<ExitStatus>) -> String {
    match status {
        Err(error) => format!("Nobody knows how it ended: {error}."),
        Ok(status) if has_listened => format!("It ended ({status})."),
        Ok(status) => format!("It ended before it said where it listens ({status})."),
    }
}
