//! Opens a PostgreSQL database, with TLS if its URL requires it.

use std::{fs::File, io};

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
    raw_sql,
};
use url::Url;

use super::{ACQUIRE_TIMEOUT, StorageError};

/// The URL parameters that name files, in the spellings of PostgreSQL and `sqlx`.
const FILES: [&str; 7] = [
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
];
/// The beginning of a certificate that is part of the URL itself.
const INLINE: &str = "-----BEGIN";

/// If a server is cut off in the middle of a transaction, PostgreSQL ends the transaction after this
/// time: it may have locked a channel for the other servers.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '10s'";

/// Whether a URL names a PostgreSQL database.
pub fn is_url(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Connects to the database that a URL names.
pub async fn connect(url: &str) -> Result<PgConnection, StorageError> {
    let options: PgConnectOptions = url.parse()?;
    check_files(url)?;
    options.connect().await.map_err(explain)
}

/// Opens the database that a URL names.
pub async fn open(url: &str) -> Result<PgPool, StorageError> {
    // A single connection fails with the reason; the pool would retry until it times out.
    connect(url).await?.close().await?;
    let options: PgConnectOptions = url.parse()?;
    let pool = PgPoolOptions::new()
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move { raw_sql(SETTINGS).execute(connection).await.map(drop) })
        });
    Ok(pool.connect_with(options).await?)
}

/// Checks that the files can be read: the library's error does not name the file.
fn check_files(url: &str) -> Result<(), StorageError> {
    let url = Url::parse(url).map_err(|_| StorageError::BadUrl)?;
    for (name, path) in url.query_pairs() {
        let is_file = FILES.contains(&name.as_ref()) && !path.starts_with(INLINE);
        if is_file && let Err(error) = File::open(path.as_ref()) {
            return Err(StorageError::Certificate {
                parameter: name.into_owned(),
                path: path.into_owned(),
                error,
            });
        }
    }
    Ok(())
}

fn explain(error: sqlx::Error) -> StorageError {
    match &error {
        sqlx::Error::Tls(_) => StorageError::Tls(error),
        // The certificate of the server is not valid.
        sqlx::Error::Io(io) if io.kind() == io::ErrorKind::InvalidData => StorageError::Tls(error),
        _ => StorageError::Open(error),
    }
}
