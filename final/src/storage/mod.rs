//! The database, SQLite or PostgreSQL; the features' stores hold the queries.

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

/// How long a writer waits for another to finish before it is an error.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many connections read a file at once. Each has a thread, and a cache of up
/// to 2 MiB that holds the same as the others' and is read anew after each change.
const SQLITE_CONNECTIONS: u32 = 4;
/// How much the connection that writes remembers of the file: 16 MiB, as SQLite
/// wants it to be said. What does not fit is read again for each new message.
const WRITER_CACHE: &str = "-16384";

/// After how many pages of 4 KiB, written beside the file, they are taken into it.
/// A page that was written often is taken once: rarer is less work.
const CHECKPOINT_PAGES: &str = "4000";
/// How many rows SQLite may be ahead of who reads them; as many as one statement
/// returns for most purposes, so that it need not wait in between.
const WAITING_ROWS: usize = 256;

/// The database. A clone shares the connections.
#[derive(Debug, Clone)]
pub enum Db {
    /// A file.
    Sqlite {
        /// For everything but transactions.
        pool: SqlitePool,
        /// One connection for transactions, of which a file has one at a time
        /// anyway. It remembers the pages that it has written, where another
        /// would have to read them anew.
        writer: SqlitePool,
    },
    /// A server that several processes can share.
    Postgres(PgPool),
}

/// Why the database or the store of the files could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The URL names no database that the chat knows. It may hold a password,
    /// so it is not repeated.
    #[error("DATABASE_URL must start with postgres:// or sqlite:")]
    BadUrl,
    /// The store of the files does not answer, or refuses.
    #[error("the files cannot be kept where --files-url says: {0}")]
    Files(#[from] object_store::Error),
    /// A folder cannot be made.
    #[error("the folder {0:?} cannot be made: {1}")]
    Folder(String, io::Error),
    /// The database does not answer, or refuses.
    #[error("the database cannot be opened: {0}")]
    Open(#[from] sqlx::Error),
    /// PostgreSQL cannot be talked to through TLS as the URL wants it.
    #[error(
        "the database cannot be opened through TLS: {0}; \
         sslmode and sslrootcert in DATABASE_URL say what is asked of it"
    )]
    Tls(sqlx::Error),
    /// A file that TLS needs cannot be read.
    #[error("the file {path:?}, named by {parameter} in DATABASE_URL, cannot be read: {error}")]
    Certificate {
        /// The part of the URL.
        parameter: String,
        /// The file.
        path: String,
        /// What the operating system says.
        error: io::Error,
    },
    /// The schema cannot be brought up to date.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    /// A newer program has been here; going on could lose what it wrote.
    #[error(
        "the database has schema {found}, and this program knows only up to {known}: \
         start a newer Make Chat, or restore a backup from before the update"
    )]
    TooNew {
        /// The schema of the database.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
}

/// Runs one expression with the pool of either database: the same query, typed
/// for each.
macro_rules! on_db {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite { pool: $pool, .. } => $body,
            $crate::storage::Db::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on_db;

/// A transaction of either database. Dropped, it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// Of a file.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of a server.
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
    /// Opens the database that the configuration names, and brings its schema
    /// up to date.
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

    /// The id of this chat. Browsers keep drafts under it, because another chat
    /// may be, or have been, at the same address.
    pub async fn chat_id(&self) -> Result<String, sqlx::Error> {
        on_db!(self, |pool| sqlx::query_scalar("SELECT id FROM chat")
            .fetch_one(pool)
            .await)
    }

    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        match self {
            // Were it to begin as a reader, it would fail as soon as it wants
            // to write after somebody else has written.
            Self::Sqlite { writer, .. } => {
                writer.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite)
            }
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }

    /// Begins a transaction that will only read. On SQLite all of it is of one moment.
    pub async fn begin_reading(&self) -> Result<Tx, sqlx::Error> {
        match self {
            Self::Sqlite { pool, .. } => pool.begin().await.map(Tx::Sqlite),
            Self::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
    }

    /// Asks the database for an answer.
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
    /// Makes everything that was written last.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// The items, and nothings up to a power of two. A statement about so many rows
/// is a text for each count, and the database prepares each text anew: there are
/// few of them when the counts are few.
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

/// For its owner only: it holds what people wrote to each other.
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
        // With WAL, NORMAL loses nothing when the program dies; only a power
        // cut may take the last commits, never the file.
        .synchronous(SqliteSynchronous::Normal)
        // What a statement would need to take itself back: for many messages
        // at once it is more than goes into the file.
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .row_buffer_size(WAITING_ROWS);
    // A file does not go away as a server may, so no connection needs a test.
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
