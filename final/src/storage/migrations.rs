//! Migrates the schema. A released migration is never edited.
//!
//! In an update, this version and the one before serve one PostgreSQL database for a while, and the
//! version before may have to start again, on SQLite too. So a program uses a database that has
//! **one** migration more than it knows, if that one only adds: tables, indexes that forbid nothing,
//! and columns that may be left out. Such a migration has a name that begins with `add_`. The library
//! saves the name in the database, where a program finds it that does not have the migration.
//! `tests/updates.rs` checks in the SQL that a migration keeps the promise of its name, and starts the
//! release before beside this one. The SQL is not everything: this version must also get on with rows
//! that the version before writes, and the other way round.
//!
//! With two unknown migrations, or one of another name, a program refuses to start. So a release has
//! at most one migration. Two releases may well get on with each other, but nobody tests it.

use std::sync::LazyLock;

use sqlx::{
    migrate::{MigrateError, Migrator},
    query_as, query_scalar,
};

use super::{Db, StorageError, on_db};

/// The beginning of the name of a migration that only adds. The library replaces the `_` by a space.
const ADDS: &str = "add ";

static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| ignoring_others(sqlx::migrate!("migrations/sqlite")));
static POSTGRES: LazyLock<Migrator> =
    LazyLock::new(|| ignoring_others(sqlx::migrate!("migrations/postgres")));

/// The library would refuse each migration that this program does not know; [`Schema::of`] decides.
fn ignoring_others(mut migrator: Migrator) -> Migrator {
    migrator.set_ignore_missing(true);
    migrator
}

/// How far the schema of a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// It has no tables yet.
    New,
    /// Migrations are to run.
    Older {
        /// How many.
        count: usize,
        /// Whether the version before can use the database afterwards.
        only_adds: bool,
    },
    /// It is that of this program.
    Current,
    /// It is that of the next version, which has only added to this one's.
    Next,
}

impl Schema {
    /// The schema of this database. Fails if a newer program has migrated it in a way that this one
    /// does not get on with.
    pub(crate) async fn of(db: &Db) -> Result<Self, StorageError> {
        let migrator = migrator(db);
        let done = migrations_of(db).await?;
        if done.is_empty() {
            return Ok(Self::New);
        }
        let is_unknown = |version: i64| !migrator.version_exists(version);
        let unknown: Vec<_> = done.iter().filter(|done| is_unknown(done.0)).collect();
        if let Some((last, _)) = unknown.last() {
            let known = migrator.iter().map(|known| known.version).max();
            let known = known.unwrap_or(0);
            return match unknown[..] {
                [(version, name)] if *version > known && name.starts_with(ADDS) => Ok(Self::Next),
                _ if *last > known => Err(StorageError::TooNew {
                    found: *last,
                    known,
                }),
                // Some program that was never released has left it.
                _ => Err(StorageError::Migrate(MigrateError::VersionMissing(*last))),
            };
        }
        let is_done = |version: i64| done.iter().any(|done| done.0 == version);
        let to_run: Vec<_> = migrator
            .iter()
            .filter(|known| !is_done(known.version))
            .collect();
        Ok(match to_run[..] {
            [] => Self::Current,
            [only] => Self::Older {
                count: 1,
                only_adds: only.description.starts_with(ADDS),
            },
            _ => Self::Older {
                count: to_run.len(),
                only_adds: false,
            },
        })
    }
}

/// The versions and names of the migrations that have run, in their order.
async fn migrations_of(db: &Db) -> Result<Vec<(i64, String)>, sqlx::Error> {
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
        return Ok(Vec::new());
    }
    on_db!(db, |pool| {
        query_as("SELECT version, description FROM _sqlx_migrations ORDER BY version")
            .fetch_all(pool)
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
    // Before anything is changed.
    Schema::of(db).await?;
    let migrator = migrator(db);
    on_db!(db, |pool| migrator.run(pool).await).map_err(StorageError::Migrate)
}
