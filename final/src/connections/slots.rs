//! The upper number of connections, and which one is closed to make room.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

/// How long to wait for the connection that makes room to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// Files that the program needs beside its connections: the database, uploads, downloads.
const OTHER_FILES: usize = 100;
/// How many connections there may be, if the operating system allows more files than that.
const DEFAULT_MAX: usize = 10_000;

/// The upper number of connections, unless the configuration sets it: as many as the limit of open
/// files allows. This raises the limit first, as far as it may.
pub fn default_max() -> usize {
    open_files()
        .saturating_sub(OTHER_FILES)
        .clamp(1, DEFAULT_MAX)
}

#[cfg(unix)]
fn open_files() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    limit.current = limit.maximum;
    let files = match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.maximum,
        Err(_) => before,
    };
    files.map_or(usize::MAX, |files| {
        usize::try_from(files).unwrap_or(usize::MAX)
    })
}

#[cfg(not(unix))]
fn open_files() -> usize {
    usize::MAX
}

/// The connections that there may be.
#[derive(Clone)]
pub struct Slots {
    max: usize,
    free: Arc<Semaphore>,
    pub unused: Unused,
}

impl Slots {
    pub fn new(max: usize) -> Self {
        Self {
            max,
            free: Arc::new(Semaphore::new(max)),
            unused: Unused::default(),
        }
    }

    /// A slot for a new connection. If all are taken, this closes the connection that has waited
    /// longest for its first request. None if there is no such connection.
    pub async fn take(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(slot) = self.free.clone().try_acquire_owned() {
            return Some(slot);
        }
        self.unused.close_oldest()?;
        let freed = timeout(CLOSE_TIMEOUT, self.free.clone().acquire_owned());
        freed.await.ok()?.ok()
    }

    /// Whether connections are scarce, so that none is kept for a next request.
    pub fn are_scarce(&self) -> bool {
        self.free.available_permits() < self.max / 4
    }
}

/// The connections without a request yet, the oldest first, and how to close each.
#[derive(Clone, Default)]
pub struct Unused(Arc<Mutex<UnusedList>>);

#[derive(Default)]
struct UnusedList {
    last: u64,
    list: BTreeMap<u64, oneshot::Sender<()>>,
}

impl Unused {
    fn lock(&self) -> MutexGuard<'_, UnusedList> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connection, and returns its number.
    pub fn add(&self, close: oneshot::Sender<()>) -> u64 {
        let mut unused = self.lock();
        unused.last += 1;
        let id = unused.last;
        unused.list.insert(id, close);
        id
    }

    pub fn remove(&self, id: u64) {
        self.lock().list.remove(&id);
    }

    fn close_oldest(&self) -> Option<()> {
        let (_, close) = self.lock().list.pop_first()?;
        // It fails if the connection is being closed already.
        close.send(()).ok()
    }
}
