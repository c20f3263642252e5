//! A connection to an SQLite file that works in the task that uses it.
//!
//! The other connections have threads of their own, and each statement goes to the thread and back.
//! For what everyone waits for, a message, that costs more than the statements themselves. So a
//! short transaction, which only writes to the log in memory, may run right here. It must not wait:
//! if another program has locked the database, it fails, and the caller takes the other way.

use std::{io, path::Path, sync::Arc};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use super::sqlite::{DatabaseFile, WRITER_CACHE};

/// One writer at a time, in the order in which they ask. The connection is gone once the database
/// is closed.
pub type Turn = Arc<Mutex<Option<Connection>>>;

/// How many prepared statements the connection keeps.
const STATEMENTS: usize = 16;

/// The connection, for as long as it is this task's turn to write.
pub struct Direct<'a> {
    connection: MappedMutexGuard<'a, Connection>,
    file: &'a DatabaseFile,
}

/// Why a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum DirectError {
    /// SQLite refused it. Nothing was saved, unless it failed in the commit.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// It was committed to a file that the next start will not read.
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Opens the connection. The schema exists already.
pub(super) fn open(path: &Path) -> Result<Connection, sqlx::Error> {
    connect(path).map_err(|error| sqlx::Error::Configuration(error.into()))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // As the other connections, but for two: it never waits for a lock, and it never copies the log
    // into the file, which waits for the disk.
    for (name, value) in [
        ("busy_timeout", "0"),
        ("wal_autocheckpoint", "0"),
        ("foreign_keys", "on"),
        ("synchronous", "normal"),
        ("temp_store", "memory"),
        ("cache_size", WRITER_CACHE),
    ] {
        connection.pragma_update(None, name, value)?;
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

impl<'a> Direct<'a> {
    pub(super) async fn lock(turn: &'a Turn, file: &'a DatabaseFile) -> Option<Self> {
        let connection = MutexGuard::try_map(turn.lock().await, Option::as_mut).ok()?;
        Some(Self { connection, file })
    }

    /// Runs a transaction, and commits it if it succeeds.
    pub fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, DirectError> {
        // A transaction that begins with reading fails at its first write, if another one has
        // written in between.
        let behavior = TransactionBehavior::Immediate;
        let tx = self.connection.transaction_with_behavior(behavior)?;
        let result = work(&tx)?;
        tx.commit()?;
        self.file.check()?;
        Ok(result)
    }
}
