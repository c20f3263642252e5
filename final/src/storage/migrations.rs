//! Migrates the schema. A released migration is never edited.

use sqlx::{
    migrate::{MigrateError, Migrator},
    query_scalar,
};

use super::{Db, StorageError, on_db};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How far the schema of a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// It has no tables yet.
    New,
    /// The number of migrations that are to run.
    Older(usize),
    /// It is that of this program.
    Current,
}

impl Schema {
    /// The schema of this database. Fails if a newer program has migrated it.
    pub(crate) async fn of(db: &Db) -> Result<Self, StorageError> {
        let known: Vec<i64> = migrator(db).iter().map(|known| known.version).collect();
        let Some(done) = last_migration(db).await? else {
            return Ok(Self::New);
        };
        let newest = known.iter().copied().max().unwrap_or(0);
        if done > newest {
            return Err(StorageError::TooNew {
                found: done,
                known: newest,
            });
        }
        match known.iter().filter(|version| **version > done).count() {
            0 => Ok(Self::Current),
            count => Ok(Self::Older(count)),
        }
    }
}

/// The version of the last migration that has run. None without the library's table of them.
async fn last_migration(db: &Db) -> Result<Option<i64>, sqlx::Error> {
    let exists: bool = match db {
        Db::Sqlite { pool, .. } => {
            let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')";
            query_scalar(sql).fetch_one(pool).await?
        }
        Db::Postgres(pool) => {
            let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
            query_scalar(sql).fetch_one(pool).await?
        }
    };
    if !exists {
        return Ok(None);
    }
    on_db!(db, |pool| {
        query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(pool)
            .await
    })
}

fn migrator(db: &Db) -> &'static Migrator {
    match db {
        Db::Sqlite { .. } => &SQLITE,
        Db::Postgres(_) => &POSTGRES,
    }
}

/// Runs the migrations that the database does not have yet, each in its own transaction.
pub async fn run(db: &Db) -> Result<(), StorageError> {
    let migrator = migrator(db);
    let done = on_db!(db, |pool| migrator.run(pool).await);
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
