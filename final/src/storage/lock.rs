//! Only one server may use a database: another one would not hear of its changes, and its sockets
//! would outlive a log-out.

use std::{
    fs::{File, TryLockError},
    future::pending,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{Connection, PgConnection, query, raw_sql};
use tokio::time::{sleep, timeout};

use super::{StorageError, postgres};

/// The key of the lock in a PostgreSQL database: "makechat" in ASCII.
const KEY: i64 = i64::from_be_bytes(*b"makechat");
/// How a connection waits for the lock: as long as a server may take to stop. PostgreSQL also frees
/// the lock of a computer that does not respond for 7 seconds.
const SETTINGS: &str = "SET lock_timeout = '10s'; SET tcp_keepalives_idle = 3; \
                        SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2";
/// PostgreSQL's error code for a lock that was not free in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// How often a server checks that it still has its lock, and how long it waits for the response.
const CHECK_PERIOD: Duration = Duration::from_secs(5);

/// The right to use a database, until this is dropped. It also ends when the program ends in any
/// other way: the operating system frees a file, and PostgreSQL notices that the connection ends.
#[derive(Debug)]
#[must_use = "the lock ends when this is dropped"]
pub enum DatabaseLock {
    /// A file beside an SQLite database. The database itself has SQLite's own locks.
    File {
        /// The locked file. None for a database in memory.
        _file: Option<File>,
    },
    /// An advisory lock of PostgreSQL, which belongs to a connection.
    Postgres {
        /// The connection, open only for the lock.
        connection: Box<PgConnection>,
        /// The URL of the database.
        url: String,
    },
}

impl DatabaseLock {
    /// For a database that nobody else can use.
    pub(super) fn none() -> Self {
        Self::File { _file: None }
    }

    /// Locks a file beside the database.
    pub(super) fn beside(database: &Path) -> Result<Self, StorageError> {
        let path = path_beside(database);
        let failed = |error| StorageError::Lock(path.display().to_string(), error);
        let mut options = File::options();
        let file = options.create(true).write(true).truncate(false);
        let file = file.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self::File { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err(StorageError::InUse(database.display().to_string()))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Locks a PostgreSQL database. Waits for another server, which may be about to stop.
    pub(super) async fn in_postgres(url: &str) -> Result<Self, StorageError> {
        Ok(Self::Postgres {
            connection: Box::new(lock_postgres(url).await?),
            url: url.to_owned(),
        })
    }

    /// Returns when another server has taken the lock, which is possible only after the connection
    /// to the database was lost. After that, this server must stop.
    pub(crate) async fn lost(&mut self) -> StorageError {
        let Self::Postgres { connection, url } = self else {
            return pending().await;
        };
        loop {
            sleep(CHECK_PERIOD).await;
            if let Ok(Ok(())) = timeout(CHECK_PERIOD, connection.ping()).await {
                continue;
            }
            match lock_postgres(url).await {
                Ok(locked) => **connection = locked,
                Err(error @ StorageError::InUsePostgres) => return error,
                Err(error) => tracing::warn!(%error, "the lock of the database is lost"),
            }
        }
    }
}

async fn lock_postgres(url: &str) -> Result<PgConnection, StorageError> {
    let mut connection = postgres::connect(url).await?;
    raw_sql(SETTINGS).execute(&mut connection).await?;
    let lock = query("SELECT pg_advisory_lock($1)").bind(KEY);
    match lock.execute(&mut connection).await {
        Ok(_) => Ok(connection),
        Err(sqlx::Error::Database(error))
            if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) =>
        {
            Err(StorageError::InUsePostgres)
        }
        Err(error) => Err(error.into()),
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
