//! Brings the schema up to date. A migration that was released is never edited.

use sqlx::migrate::{MigrateError, Migrator};

use super::{Db, StorageError};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Runs what is missing, in a transaction each.
pub async fn run(db: &Db) -> Result<(), StorageError> {
    let (done, migrator) = match db {
        Db::Sqlite { pool, .. } => (SQLITE.run(pool).await, &SQLITE),
        Db::Postgres(pool) => (POSTGRES.run(pool).await, &POSTGRES),
    };
    let known = migrator.iter().map(|migration| migration.version).max();
    done.map_err(|error| explain(error, known.unwrap_or(0)))
}

fn explain(error: MigrateError, known: i64) -> StorageError {
    match error {
        MigrateError::VersionMissing(found) if found > known => {
            StorageError::TooNew { found, known }
        }
        error => StorageError::Migrate(error),
    }
}
