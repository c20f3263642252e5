//! Shared by all tests: chats with their own databases, browsers, clients, processes, networks.

mod browser;
mod client;
mod clock;
mod database;
mod description;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod faulty_disk;
mod pictures;
mod postgres;
mod process;
mod proxies;
mod proxy;
mod room;
#[cfg(feature = "s3")]
mod s3;
mod servers;
mod uploads;
mod writers;

use std::{ffi::OsString, path::PathBuf, sync::Arc};

use axum::Router;
use clap::Parser;
use make_chat::{
    accounts::{
        User,
        sessions::{self, DbSessions},
    },
    app,
    config::Config,
    state::AppState,
};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;
use tower_sessions::Session;

pub use browser::{Browser, Page};
pub use client::{Client, Core, check_sent};
pub use clock::StoppedClock;
pub(crate) use database::each_database;
pub use database::{Database, certificates};
#[cfg(target_os = "linux")]
pub use disk::{SmallDisk, ignoring_limits};
#[cfg(target_os = "linux")]
pub use faulty_disk::{DiskCall, Fault, FaultyDisk, Lasts};
pub use pictures::{animated_gif, animated_webp, encoded, exif, jpeg, opaque, with_segments};
pub use postgres::{Postgres, Stop};
pub use process::{Process, Server, program, program_at};
pub use proxies::{Choice, ProxyKind, RealProxy};
pub use proxy::{Network, Proxy};
pub use room::{code, enter, say, start};
#[cfg(feature = "s3")]
pub use s3::S3;
pub use servers::Servers;
pub use uploads::form;
pub use writers::Writers;

/// Runs SQL that only a test needs, on either database.
macro_rules! on_pool {
    ($chat:expr, |$pool:ident| $body:expr) => {
        match &$chat.state.db {
            make_chat::storage::Db::Sqlite { pool: $pool, .. } => $body,
            make_chat::storage::Db::Postgres($pool) => $body,
        }
    };
}

/// A new and empty chat, only for one test.
pub struct Chat {
    pub state: AppState,
    pub router: Router,
    config: Config,
    // Deleted when the chat is dropped.
    _folder: TempDir,
}

impl Chat {
    /// A chat with an empty database: SQLite, unless there is a URL.
    pub async fn open(database_url: Option<&str>) -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        Self::open_in(folder, data, database_url).await
    }

    /// A chat with an empty SQLite database in this folder.
    pub async fn open_at(data: PathBuf) -> Self {
        Self::open_in(TempDir::new().unwrap(), data, None).await
    }

    async fn open_in(folder: TempDir, data: PathBuf, database_url: Option<&str>) -> Self {
        let config = config(data, database_url);
        let state = AppState::open(config.clone()).await.unwrap();
        Self {
            router: app(state.clone()),
            state,
            config,
            _folder: folder,
        }
    }

    /// The same chat with other flags.
    pub async fn with(&self, change: impl FnOnce(&mut Config)) -> Router {
        let mut config = self.config.clone();
        change(&mut config);
        app(AppState::open(config).await.unwrap())
    }

    /// Opens the same database again, like a restarted program.
    pub async fn reopen(&self) -> Result<AppState, make_chat::storage::StorageError> {
        AppState::open(self.config.clone()).await
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser of someone who has just signed up with the password "correct horse".
    pub async fn signed_up(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_up(name, "correct horse").await;
        assert_eq!(page.location(), Some("/home"), "{}", page.body);
        browser
    }

    /// Browsers of this many people. Signing up takes long, because of the password's hash, so only
    /// the first one does that.
    pub async fn many_signed_up(&self, count: usize) -> Vec<Browser> {
        let mut browsers = vec![self.signed_up("Ada").await];
        for number in 1..count {
            let name = format!("person-{number}");
            let user: User = on_pool!(self, |pool| {
                sqlx::query_as(
                "INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
                 SELECT $1, $1, $1, '', password_hash, created_at FROM users WHERE name = 'Ada'
                 RETURNING *",
            )
            .bind(&name)
            .fetch_one(pool)
            .await
            .unwrap()
            });
            let store = DbSessions::of(self.state.accounts.clone());
            let session = Session::new(None, Arc::new(store), None);
            sessions::start(&session, &user).await.unwrap();
            let mut browser = self.browser();
            let id = session.id().unwrap().to_string();
            browser.cookies.insert(self.cookie_name(), id);
            browsers.push(browser);
        }
        browsers
    }

    /// Subscribes everyone to General but the first person, who has signed up and is subscribed.
    pub async fn subscribe_others(&self) {
        self.execute(
            "INSERT INTO memberships (channel_id, user_id, seen)
             SELECT 1, id, 0 FROM users WHERE id > 1",
        )
        .await;
    }

    /// The name of the session cookie.
    pub fn cookie_name(&self) -> String {
        format!("make_chat_{}", &self.state.chat_id.0[..8])
    }

    /// The data folder.
    pub fn data(&self) -> &std::path::Path {
        &self.config.data
    }

    /// The names of all files in the data folder, without the database.
    pub fn files(&self) -> Vec<String> {
        let folder = std::fs::read_dir(&self.config.data).unwrap();
        let stored = std::fs::read_dir(self.config.data.join("files")).unwrap();
        let names = folder.chain(stored).map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        names
            .filter(|name| name != "files" && !name.contains(".sqlite"))
            .collect()
    }

    /// Runs SQL that only a test needs.
    pub async fn execute(&self, sql: &str) {
        use make_chat::storage::Db;
        // The SQL is part of the tests.
        let sql = AssertSqlSafe(sql.to_owned());
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
        // The SQL is part of the tests.
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
    // Regardless of the environment of the test run.
    config.database_url = database_url.map(str::to_owned);
    // A test sends requests faster than a person. The limit has a test of its own.
    config.requests_per_second = 10_000.try_into().unwrap();
    config
}
