//! Migrates the schema. A released migration is never edited.

use sqlx::migrate::{MigrateError, Migrator};

use super::{Db, StorageError};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Runs the migrations that the database does not have yet, each in its own transaction.
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
