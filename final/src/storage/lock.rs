//! Only one server may use an SQLite database: another one would not hear of its changes, and its
//! sockets would outlive a log-out. On PostgreSQL, servers hear of each other over the
//! [`Bus`](super::Bus).

use std::{
    fs::{File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::StorageError;

/// The right to use a database, until this is dropped. It also ends when the program ends in any
/// other way: the operating system frees the file.
#[derive(Debug)]
#[must_use = "the lock ends when this is dropped"]
pub struct DatabaseLock {
    /// The locked file. None for a database that needs no lock.
    _file: Option<File>,
}

impl DatabaseLock {
    /// For a database in memory, which nobody else can use, and for PostgreSQL, which others may.
    pub(super) fn none() -> Self {
        Self { _file: None }
    }

    /// Locks a file beside the database, which itself has SQLite's own locks.
    pub(super) fn beside(database: &Path) -> Result<Self, StorageError> {
        let path = path_beside(database);
        let failed = |error| StorageError::Lock(path.display().to_string(), error);
        let mut options = File::options();
        let file = options.create(true).write(true).truncate(false);
        let file = file.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err(StorageError::InUse(database.display().to_string()))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Whether a server uses the database. This leaves nothing behind, unlike [`DatabaseLock`].
pub(crate) fn is_locked(database: &Path) -> Result<bool, StorageError> {
    let path = path_beside(database);
    let failed = |error| StorageError::Lock(path.display().to_string(), error);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn path_beside(database: &Path) -> PathBuf {
    let mut path = database.to_owned().into_os_string();
    path.push(".lock");
    path.into()
}
