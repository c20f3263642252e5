//! Runs a test on each kind of database, as a test with a name and a database of its own.

use std::{
    env,
    io::Write,
    path::PathBuf,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::Chat;

static SKIPPED: Once = Once::new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A kind of database.
#[derive(Clone, Copy)]
pub enum Database {
    Sqlite,
    /// If `TEST_POSTGRES_URL` is the URL of a server whose user may create databases.
    Postgres,
}

/// Makes two tests of a function: `name::sqlite` and `name::postgres`. `flavor` is the one of
/// [`tokio::test`].
macro_rules! each_database {
    ($(#[flavor = $flavor:literal])? async fn $name:ident($($chat:tt)*) $test:block) => {
        async fn $name($($chat)*) $test

        mod $name {
            use $crate::support::Database;

            #[tokio::test$((flavor = $flavor))?]
            async fn sqlite() {
                Database::Sqlite.run(super::$name).await;
            }

            #[tokio::test$((flavor = $flavor))?]
            async fn postgres() {
                Database::Postgres.run(super::$name).await;
            }
        }
    };
    // A test with a runtime of its own.
    (fn $name:ident($($database:tt)*) $test:block) => {
        fn $name($($database)*) $test

        mod $name {
            use $crate::support::Database;

            #[test]
            fn sqlite() {
                super::$name(Database::Sqlite);
            }

            #[test]
            fn postgres() {
                super::$name(Database::Postgres);
            }
        }
    };
}
pub(crate) use each_database;

impl Database {
    /// Runs a test with a chat in a database of its own. Skips PostgreSQL if there is no server, and
    /// says so.
    pub async fn run(self, test: impl AsyncFnOnce(Chat)) {
        match self {
            Self::Sqlite => test(Chat::open(None).await).await,
            Self::Postgres => on_postgres(test).await,
        }
    }
}

async fn on_postgres(test: impl AsyncFnOnce(Chat)) {
    if let Some(server) = postgres_url() {
        let name = create_database(&server).await;
        let chat = open_postgres(&server, &name).await;
        let db = chat.state.db.clone();
        test(chat).await;
        db.close().await;
        run(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

/// A chat with a database on this server, without TLS: a test that breaks the network must be able to
/// read what is sent.
async fn open_postgres(server: &str, name: &str) -> Chat {
    Chat::open(Some(&format!("{server}/{name}?sslmode=disable"))).await
}

/// The folder of the certificates that `postgres.sh` has created.
pub fn certificates() -> Option<PathBuf> {
    env::var_os("TEST_POSTGRES_CERTIFICATES").map(PathBuf::from)
}

fn postgres_url() -> Option<String> {
    let url = env::var("TEST_POSTGRES_URL").ok();
    let is_required = env::var("TEST_POSTGRES").is_ok_and(|value| value == "required");
    assert!(
        url.is_some() || !is_required,
        "TEST_POSTGRES=required, but TEST_POSTGRES_URL is not set: run the tests with final/tests/postgres.sh"
    );
    if url.is_none() {
        // Not eprintln, which is shown only for tests that fail.
        let skipped = "note: PostgreSQL is skipped: TEST_POSTGRES_URL is not set\n";
        SKIPPED.call_once(|| std::io::stderr().write_all(skipped.as_bytes()).unwrap());
    }
    url
}

async fn create_database(server: &str) -> String {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("make_chat_test_{}_{number}", std::process::id());
    run(server, format!("CREATE DATABASE {name}")).await;
    name
}

async fn run(server: &str, sql: String) {
    let url = format!("{server}/postgres");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    // Only a number in it varies.
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}
