//! Runs a test on each database, and plays the browsers that visit the chat.

mod browser;
mod client;
mod database;
mod pictures;
mod process;
mod proxy;
mod room;
#[cfg(feature = "s3")]
mod s3;
mod uploads;

use std::{ffi::OsString, path::PathBuf};

use axum::Router;
use clap::Parser;
use make_chat::{app, config::Config, state::AppState};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

pub use browser::{Browser, Page};
pub use client::{Client, Feed, check_letters};
pub use database::{certificates, on_each_database};
pub use pictures::{animated_gif, animated_webp, encoded, exif, jpeg, opaque, with_segments};
pub use process::{Process, Server, program};
pub use proxy::{Network, Proxy};
pub use room::{code, enter, say, start};
#[cfg(feature = "s3")]
pub use s3::S3;
pub use uploads::form;

/// A chat of its own: nothing in it, nobody else there.
pub struct Chat {
    pub state: AppState,
    pub router: Router,
    config: Config,
    // Deleted with the chat.
    _folder: TempDir,
}

impl Chat {
    /// A chat with its own empty database, SQLite unless there is a URL.
    pub async fn open(database_url: Option<&str>) -> Self {
        let folder = TempDir::new().unwrap();
        let config = config(folder.path().join("data"), database_url);
        let state = AppState::open(config.clone()).await.unwrap();
        Self {
            router: app(state.clone()),
            state,
            config,
            _folder: folder,
        }
    }

    /// The same data behind other flags.
    pub async fn with(&self, change: impl FnOnce(&mut Config)) -> Router {
        let mut config = self.config.clone();
        change(&mut config);
        app(AppState::open(config).await.unwrap())
    }

    /// Opens the same database again, as a restarted program does.
    pub async fn reopen(&self) -> Result<AppState, make_chat::storage::StorageError> {
        AppState::open(self.config.clone()).await
    }

    /// A browser that has not been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser whose user has signed up with the password "correct horse".
    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_up(name, "correct horse").await;
        assert_eq!(page.location(), Some("/home"), "{}", page.body);
        browser
    }

    /// The data folder.
    pub fn data(&self) -> &std::path::Path {
        &self.config.data
    }

    /// What stands in the data folder besides the database.
    pub fn files(&self) -> Vec<String> {
        let folder = std::fs::read_dir(&self.config.data).unwrap();
        let stored = std::fs::read_dir(self.config.data.join("files")).unwrap();
        let names = folder.chain(stored).map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        names
            .filter(|name| name != "files" && !name.contains(".sqlite"))
            .collect()
    }

    /// Runs SQL that a test needs and the chat does not.
    pub async fn execute(&self, sql: &'static str) {
        use make_chat::storage::Db;
        match &self.state.db {
            Db::Sqlite { pool, .. } => drop(sqlx::query(sql).execute(pool).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        }
    }

    /// Reads a text with SQL.
    pub async fn text(&self, sql: &'static str) -> String {
        use make_chat::storage::Db;
        match &self.state.db {
            Db::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Counts with SQL.
    pub async fn count(&self, sql: &str) -> i64 {
        use make_chat::storage::Db;
        // Each test writes its own.
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.state.db {
            Db::Sqlite { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }
}

fn config(data: PathBuf, database_url: Option<&str>) -> Config {
    let mut args: Vec<OsString> = vec!["make-chat".into(), "--data".into(), data.into()];
    if let Some(url) = database_url {
        args.extend(["--database-url".into(), url.into()]);
    }
    let mut config = Config::parse_from(args);
    // Whatever the environment of the test run says.
    config.database_url = database_url.map(str::to_owned);
    // A test asks faster than a person; the limit has a test of its own.
    config.requests_per_second = 10_000.try_into().unwrap();
    config
}
