//! The database, SQLite or PostgreSQL. The queries are in the features' `store.rs`.

use std::{fs, io, iter::repeat_with, path::Path, str::FromStr, time::Duration};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::config::Config;

mod migrations;
mod postgres;

/// The name of the database in the data folder.
pub(crate) const SQLITE_FILE: &str = "make-chat.sqlite";

/// How long a writer waits for another one before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many connections read an SQLite file at once. Each has a thread and a cache of up to 2 MiB,
/// which mostly duplicates the other caches and is reloaded after each change.
const SQLITE_CONNECTIONS: u32 = 4;
/// The cache of the writing connection: 16 MiB, in KiB with a minus sign, as SQLite expects it.
/// Pages that do not fit are read again for each new message.
const WRITER_CACHE: &str = "-16384";

/// After how many pages of 4 KiB the write-ahead log is copied into the file. A page that was
/// written several times is copied once, so rarer checkpoints are less work.
const CHECKPOINT_PAGES: &str = "4000";
/// How many rows SQLite may read ahead: as many as most statements return, so that it need not
/// wait for the program in between.
const ROW_BUFFER: usize = 256;

/// The database. A clone shares the connections.
#[derive(Debug, Clone)]
pub enum Db {
    /// An SQLite file.
    Sqlite {
        /// For everything but writing transactions.
        pool: SqlitePool,
        /// One connection for writing transactions: SQLite allows only one at a time. This
        /// connection has the pages that it has written in its cache; another one would have to
        /// read them again.
        writer: SqlitePool,
    },
    /// A PostgreSQL server, which several processes can share.
    Postgres(PgPool),
}

/// Why the database or the object store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The URL has another scheme. The message does not repeat the URL, which may have a password.
    #[error("DATABASE_URL must start with postgres:// or sqlite:")]
    BadUrl,
    /// The object store does not respond, or refuses to store a file.
    #[error("the object store cannot be opened, check --files-url: {0}")]
    Files(#[from] object_store::Error),
    /// A folder cannot be created.
    #[error("the folder {0:?} cannot be created: {1}")]
    Folder(String, io::Error),
    /// The database does not respond, or refuses the connection.
    #[error("the database cannot be opened: {0}")]
    Open(#[from] sqlx::Error),
    /// PostgreSQL does not offer TLS as the URL requires it.
    #[error(
        "the database cannot be opened with TLS: {0}; \
         check sslmode and sslrootcert in DATABASE_URL"
    )]
    Tls(sqlx::Error),
    /// A file that TLS needs cannot be read.
    #[error("the file {path:?}, named by {parameter} in DATABASE_URL, cannot be read: {error}")]
    Certificate {
        /// The parameter in the URL.
        parameter: String,
        /// The path of the file.
        path: String,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The schema cannot be migrated.
    #[error("the database cannot be migrated: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    /// A newer program has migrated this database. This one could damage its data.
    #[error(
        "the database has schema {found}, and this program knows only up to {known}: \
         start a newer Make Chat, or restore a backup from before the update"
    )]
    TooNew {
        /// The version of the database's schema.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
}

/// Evaluates an expression with the pool of either database: the same query, typed for each.
macro_rules! on_db {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite { pool: $pool, .. } => $body,
            $crate::storage::Db::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on_db;

/// A transaction of either database. It is rolled back when it is dropped.
#[derive(Debug)]
pub enum Tx {
    /// A transaction of an SQLite file.
    Sqlite(Transaction<'static, Sqlite>),
    /// A transaction of a PostgreSQL server.
    Postgres(Transaction<'static, Postgres>),
}

/// Like [`on_db!`], within a transaction.
macro_rules! on_tx {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite(tx) => {
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

impl Db {
    /// Opens the database that the configuration names, and migrates its schema.
    pub async fn open(config: &Config) -> Result<Self, StorageError> {
        let db = match config.database_url.as_deref() {
            None => open_sqlite(in_folder(&config.data)?).await?,
            Some(url) if url.starts_with("sqlite:") => {
                open_sqlite(SqliteConnectOptions::from_str(url)?).await?
            }
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Self::Postgres(postgres::open(url).await?)
            }
            Some(_) => return Err(StorageError::BadUrl),
        };
        migrations::run(&db).await?;
        Ok(db)
    }

    /// The id of this chat. Browsers store drafts under it, because there may be another chat at
    /// the same address later.
    pub async fn chat_id(&self) -> Result<String, sqlx::Error> {
        on_db!(self, |pool| sqlx::query_scalar("SELECT id FROM chat")
            .fetch_one(pool)
            .await)
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        match self {
            // A transaction that begins with reading fails at its first write, if another one has
            // written in between.
            Self::Sqlite { writer, .. } => {
                writer.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite)
            }
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }

    /// Begins a transaction that only reads. On SQLite, it sees the data of one moment.
    pub async fn begin_reading(&self) -> Result<Tx, sqlx::Error> {
        match self {
            Self::Sqlite { pool, .. } => pool.begin().await.map(Tx::Sqlite),
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }

    /// Checks that the database responds.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        on_db!(self, |pool| sqlx::query("SELECT 1")
            .execute(pool)
            .await
            .map(|_| ()))
    }

    /// Waits for running queries, then closes all connections.
    pub async fn close(&self) {
        if let Self::Sqlite { writer, .. } = self {
            writer.close().await;
        }
        on_db!(self, |pool| pool.close().await);
    }
}

impl Tx {
    /// Commits everything that was written.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
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

async fn open_sqlite(options: SqliteConnectOptions) -> Result<Db, sqlx::Error> {
    let options = options
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        // With WAL, NORMAL loses nothing if the program crashes. A power cut may lose the last
        // commits, but does not damage the file.
        .synchronous(SqliteSynchronous::Normal)
        // SQLite stores what it needs to undo a statement. For many messages at once, that is
        // more than it writes to the file.
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .row_buffer_size(ROW_BUFFER);
    // Unlike a server, a file does not go away, so connections need no test.
    let pool = SqlitePoolOptions::new()
        .max_connections(SQLITE_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false);
    Ok(Db::Sqlite {
        pool: pool.clone().connect_with(options.clone()).await?,
        writer: pool
            .max_connections(1)
            .connect_with(options.pragma("cache_size", WRITER_CACHE))
            .await?,
    })
}
