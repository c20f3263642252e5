//! The database, SQLite or PostgreSQL; the features' stores hold the queries.

use std::{fs, io, path::Path, str::FromStr, time::Duration};

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

/// The database. A clone shares the connections.
#[derive(Debug, Clone)]
pub enum Db {
    /// A file.
    Sqlite(SqlitePool),
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
            $crate::storage::Db::Sqlite($pool) => $body,
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

    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        match self {
            // Were it to begin as a reader, it would fail as soon as it wants
            // to write after somebody else has written.
            Self::Sqlite(pool) => pool.begin_with("BEGIN IMMEDIATE").await.map(Tx::Sqlite),
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
        .synchronous(SqliteSynchronous::Normal);
    let pool = SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
    Ok(Db::Sqlite(pool.connect_with(options).await?))
}
