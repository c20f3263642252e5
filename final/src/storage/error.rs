//! Why the data could not be opened.

use std::io;

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
    /// Another server uses the database.
    #[error("another Make Chat uses {0:?}: stop it first, or choose another folder with --data")]
    InUse(String),
    /// The file that shows that the database is in use cannot be created or locked.
    #[error("the file {0:?} cannot be locked: {1}")]
    Lock(String, io::Error),
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
