//! The database, SQLite or PostgreSQL. The queries are in the features' `store.rs`.

use std::{
    fs,
    iter::repeat_with,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction, query, query_scalar,
    sqlite::SqliteConnectOptions,
};
use tokio::{sync::OwnedMutexGuard, time::timeout};

use crate::config::Config;

mod bus;
mod direct;
mod error;
mod lock;
mod migrations;
mod postgres;
mod sqlite;

pub use bus::Bus;
pub(crate) use bus::{Feed, Notice, Received};
use direct::Turn;
pub use direct::{Direct, DirectError};
pub use error::StorageError;
pub use lock::DatabaseLock;
pub(crate) use lock::is_locked;
pub(crate) use migrations::Schema;
use sqlite::DatabaseFile;

/// The name of the database in the data folder.
pub(crate) const SQLITE_FILE: &str = "make-chat.sqlite";

/// How long a request waits for a free connection to PostgreSQL.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a task that others depend on waits for PostgreSQL.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The database. A clone shares the connections.
#[derive(Debug, Clone)]
pub enum Db {
    /// An SQLite file.
    Sqlite {
        /// For everything that only reads. It must not wait for the lock that writing needs, or
        /// all pages would wait with it.
        pool: SqlitePool,
        /// One connection for everything that writes: SQLite allows only one writer at a time.
        /// This connection has the pages that it has written in its cache; another one would have
        /// to read them again.
        writer: SqlitePool,
        /// Each task that writes waits for its turn. It comes with a connection that works without
        /// another thread; see [`Direct`].
        turn: Turn,
        /// The file itself.
        file: Arc<DatabaseFile>,
    },
    /// A PostgreSQL server, which several processes can share.
    Postgres(PgPool),
}

/// Evaluates an expression that reads, with the pool of either database: the same query, typed for
/// each.
macro_rules! on_db {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite { pool: $pool, .. } => $body,
            $crate::storage::Db::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on_db;

/// Like [`on_db!`], for an expression that writes.
macro_rules! on_writer {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite {
                writer: $pool,
                turn,
                ..
            } => {
                let _turn = turn.lock().await;
                $body
            }
            $crate::storage::Db::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on_writer;

/// A transaction of either database. It is rolled back when it is dropped.
#[derive(Debug)]
pub enum Tx {
    /// A transaction of an SQLite file.
    Sqlite {
        /// The transaction itself.
        tx: Transaction<'static, Sqlite>,
        /// The file that it writes to.
        file: Arc<DatabaseFile>,
        /// If it writes: the others wait for it.
        turn: Option<OwnedMutexGuard<Option<rusqlite::Connection>>>,
    },
    /// A transaction of a PostgreSQL server.
    Postgres(Transaction<'static, Postgres>),
}

/// Like [`on_db!`], within a transaction.
macro_rules! on_tx {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite { tx, .. } => {
                let $connection = &mut **tx;
                $body
            }
            $crate::storage::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on_tx;

/// Locks the database that the configuration names, if only one server may use it.
pub(crate) fn lock(config: &Config) -> Result<DatabaseLock, StorageError> {
    let Some(path) = sqlite_path(config)? else {
        return Ok(DatabaseLock::none());
    };
    if config.database_url.is_none() {
        make_private_folder(&config.data)?;
    }
    DatabaseLock::beside(&path)
}

/// The SQLite file that the configuration names. None for PostgreSQL, and for a database in memory.
pub(crate) fn sqlite_path(config: &Config) -> Result<Option<PathBuf>, StorageError> {
    match config.database_url.as_deref() {
        None => Ok(Some(config.data.join(SQLITE_FILE))),
        Some(url) if url.starts_with("sqlite:") && !url.contains("memory") => {
            let options = SqliteConnectOptions::from_str(url)?;
            Ok(Some(options.get_filename().to_owned()))
        }
        Some(_) => Ok(None),
    }
}

impl Db {
    /// Opens the database that the configuration names, and migrates its schema.
    pub async fn open(config: &Config) -> Result<Self, StorageError> {
        let db = Self::connect(config).await?;
        migrations::run(&db).await?;
        Ok(db)
    }

    /// Like [`Db::open`], but leaves the schema as it is.
    pub(crate) async fn connect(config: &Config) -> Result<Self, StorageError> {
        match config.database_url.as_deref() {
            None => Ok(sqlite::open(in_folder(&config.data)?).await?),
            Some(url) if url.starts_with("sqlite:") => {
                Ok(sqlite::open(SqliteConnectOptions::from_str(url)?).await?)
            }
            Some(url) if postgres::is_url(url) => Ok(Self::Postgres(postgres::open(url).await?)),
            Some(_) => Err(StorageError::BadUrl),
        }
    }

    /// Reads all of an SQLite file, and returns what is damaged in it.
    pub(crate) async fn find_damage(&self) -> Result<Option<String>, sqlx::Error> {
        let Self::Sqlite { pool, .. } = self else {
            return Ok(None);
        };
        let found: String = query_scalar("PRAGMA quick_check(1)")
            .fetch_one(pool)
            .await?;
        Ok(Some(found).filter(|found| found != "ok"))
    }

    /// The time of the clock that the database uses.
    pub(crate) async fn time(&self) -> Result<DateTime<Utc>, sqlx::Error> {
        match self {
            Self::Sqlite { .. } => Ok(Utc::now()),
            Self::Postgres(pool) => query_scalar("SELECT now()").fetch_one(pool).await,
        }
    }

    /// The id of this chat. Browsers store drafts under it, because there may be another chat at
    /// the same address later.
    pub async fn chat_id(&self) -> Result<String, sqlx::Error> {
        on_db!(self, |pool| query_scalar("SELECT id FROM chat")
            .fetch_one(pool)
            .await)
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        match self {
            // A transaction that begins with reading fails at its first write, if another one has
            // written in between.
            Self::Sqlite {
                writer, turn, file, ..
            } => {
                let turn = Some(turn.clone().lock_owned().await);
                let tx = writer.begin_with("BEGIN IMMEDIATE").await?;
                let file = file.clone();
                Ok(Tx::Sqlite { tx, file, turn })
            }
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }

    /// Begins a transaction that only reads. On SQLite, it sees the data of one moment.
    pub async fn begin_reading(&self) -> Result<Tx, sqlx::Error> {
        match self {
            Self::Sqlite { pool, file, .. } => Ok(Tx::Sqlite {
                tx: pool.begin().await?,
                file: file.clone(),
                turn: None,
            }),
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }

    /// The connection of an SQLite file that works without another thread, once it is its turn.
    /// None for PostgreSQL, and for a database in memory.
    pub async fn direct(&self) -> Option<Direct<'_>> {
        match self {
            Self::Sqlite { turn, file, .. } => Direct::lock(turn, file).await,
            Self::Postgres(_) => None,
        }
    }

    /// Copies the write-ahead log of an SQLite file into the file, as far as nobody reads it. Nobody
    /// writes meanwhile, so the log can start again from its beginning.
    pub async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        let Self::Sqlite { writer, turn, .. } = self else {
            return Ok(());
        };
        let _turn = turn.lock().await;
        let checkpoint = query("PRAGMA wal_checkpoint(PASSIVE)");
        checkpoint.execute(writer).await.map(drop)
    }

    /// Checks that the database saves what is written. Only a commit reaches the disk, so this
    /// replaces the id of the chat, and puts it back in the same transaction: SQLite does not write
    /// a row that stays the same.
    pub async fn check_writing(&self) -> Result<(), sqlx::Error> {
        let id = self.chat_id().await?;
        let mut tx = self.begin().await?;
        for id in ["", &id] {
            on_tx!(&mut tx, |connection| query("UPDATE chat SET id = $1")
                .bind(id)
                .execute(connection)
                .await
                .map(|_| ()))?;
        }
        tx.commit().await
    }

    /// Waits for a response of PostgreSQL, but not forever: a network can lose it without ending the
    /// connection. SQLite is never out of reach.
    pub(crate) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        match self {
            Self::Sqlite { .. } => work.await,
            Self::Postgres(_) => {
                let done = timeout(RESPONSE_TIMEOUT, work).await;
                done.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut))
            }
        }
    }

    /// Waits for running queries, then closes all connections.
    pub async fn close(&self) {
        if let Self::Sqlite { writer, turn, .. } = self {
            drop(turn.lock().await.take());
            writer.close().await;
        }
        on_db!(self, |pool| pool.close().await);
    }
}

impl Tx {
    /// Commits everything that was written. It fails if the file is gone, although SQLite would
    /// go on.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite { tx, file, .. } => {
                tx.commit().await?;
                Ok(file.check()?)
            }
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// The patterns for LIKE that find a text anywhere, and at the start.
pub(crate) fn patterns(text: &str) -> (String, String) {
    let literal = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    (format!("%{literal}%"), format!("{literal}%"))
}

/// The items, padded with `None` to a power of two. Each number of rows makes another statement,
/// and the database has to prepare each; with padding there are only a few.
pub(crate) fn padded<T>(
    items: impl ExactSizeIterator<Item = T>,
) -> impl Iterator<Item = Option<T>> {
    let size = items.len().next_power_of_two();
    items.map(Some).chain(repeat_with(|| None)).take(size)
}

fn in_folder(folder: &Path) -> Result<SqliteConnectOptions, StorageError> {
    make_private_folder(folder)?;
    Ok(SqliteConnectOptions::new().filename(folder.join(SQLITE_FILE)))
}

/// Creates a folder that only its owner may open: it has people's messages.
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), StorageError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| StorageError::Folder(folder.display().to_string(), error))
}
