//! Opens a PostgreSQL, through TLS when its URL says so.

use std::{fs::File, io};

use sqlx::{
    ConnectOptions, Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use url::Url;

use super::{ACQUIRE_TIMEOUT, StorageError};

/// The parts of a URL that name files, as PostgreSQL and `sqlx` call them.
const FILES: [&str; 7] = [
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
];
/// How a certificate begins that stands in the URL itself.
const INLINE: &str = "-----BEGIN";

/// Opens the database that a URL names.
pub async fn open(url: &str) -> Result<PgPool, StorageError> {
    let options: PgConnectOptions = url.parse()?;
    check_files(url)?;
    // One connection first: it fails with the reason, where the pool would try
    // again until its time is up.
    let first = options.connect().await.map_err(explain)?;
    first.close().await?;
    let pool = PgPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
    Ok(pool.connect_with(options).await?)
}

/// The library does not say which file it could not read.
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
        // What the other side has shown is not what was asked for.
        sqlx::Error::Io(io) if io.kind() == io::ErrorKind::InvalidData => StorageError::Tls(error),
        _ => StorageError::Open(error),
    }
}
