//! The database: connecting to it, and migrating databases of earlier versions.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use make_chat::{
    accounts::sessions::cookie_name,
    app,
    state::AppState,
    storage::{Db, StorageError},
};
use serde_json::json;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, query_scalar, raw_sql,
    sqlite::SqliteConnectOptions,
};
use tempfile::TempDir;

use crate::support::{Browser, Chat, certificates, each_database, say, start};
use macro_rules_attribute::apply;

/// The cookie of the session in the fixtures.
const COOKIE: &str = "Fb5Fw4Xxu-FVEu8IfgKbog";
/// The first schema whose sessions are still valid: before, the database had the cookies themselves.
const FIRST_WITH_HASHED_COOKIES: i64 = 4;
/// The names of the files in the fixtures. Each contains the word "bytes".
const FILES: [&str; 4] = [
    "00000000000000000000000000000001",
    "00000000000000000000000000000002",
    "00000000000000000000000000000003",
    "00000000000000000000000000000004",
];

#[apply(each_database!)]
async fn a_database_of_each_earlier_version_is_migrated_with_all_its_data(chat: Chat) {
    let newest = chat
        .count("SELECT max(version) FROM _sqlx_migrations")
        .await;
    for version in 1..=newest {
        let folder = TempDir::new().unwrap();
        load_fixture(&chat, folder.path(), version).await;
        let mut config = (*chat.state.config).clone();
        config.data = folder.path().to_owned();
        let state = AppState::open(config).await.unwrap();
        for name in FILES {
            std::fs::write(folder.path().join("files").join(name), "bytes").unwrap();
        }
        let mut ada = Browser::new(app(state.clone()));
        let cookie = cookie_name(&state.chat_id.0);
        ada.cookies.insert(cookie, COOKIE.to_owned());
        let is_logged_in = version >= FIRST_WITH_HASHED_COOKIES;
        assert_eq!(ada.is_logged_in().await, is_logged_in, "version {version}");
        let page = ada.log_in("ada", "correct horse").await;
        assert_eq!(page.location(), Some("/home"), "version {version}");
        let general = ada.get("/api/channels/1").await.json();
        assert_snapshot!(format!("version_{version}"), shown(&mut ada).await);
        let send = json!({ "clientId": "new", "body": "from now on" });
        let sent = ada.fetch("POST", "/api/channels/1/messages", &send).await;
        let number = general["seq"].as_i64().unwrap() + 1;
        assert_eq!(sent.json()["number"], number, "{}", sent.body);
        state.db.close().await;
    }
}

/// All that Ada can read: a line for each person, channel, message and file.
async fn shown(ada: &mut Browser) -> String {
    let mut lines = Vec::new();
    for user in 1..=3 {
        lines.push(ada.get(&format!("/api/users/{user}")).await.body);
    }
    let channels = ada.get("/api/channels").await.json();
    for channel in channels.as_array().unwrap() {
        lines.push(channel.to_string());
        let path = format!("/api/channels/{}/messages", channel["id"]);
        let page = ada.get(&path).await.json();
        let messages = page["messages"].as_array().unwrap();
        lines.extend(messages.iter().map(|message| format!("  {message}")));
    }
    for name in FILES {
        let file = ada.get(&format!("/files/{name}")).await;
        lines.push(format!("{name}: {}", file.status));
    }
    lines.join("\n")
}

/// Creates a database as a program of this version has left it: in this folder, or in place of the
/// chat's own. `fixtures/write.sh` writes the next one.
async fn load_fixture(chat: &Chat, folder: &Path, version: i64) {
    let read = |kind: &str| {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let name = format!("{kind}/{version:04}.sql");
        let sql = std::fs::read_to_string(fixtures.join(&name));
        // A file of the tests; nothing comes from outside.
        AssertSqlSafe(sql.unwrap_or_else(|_| panic!("no {name}: run tests/fixtures/write.sh")))
    };
    let Some(url) = chat.database_url() else {
        let file = SqliteConnectOptions::new().filename(folder.join("make-chat.sqlite"));
        let mut connection = file.create_if_missing(true).connect().await.unwrap();
        let sql = raw_sql(read("sqlite"));
        sql.execute(&mut connection).await.unwrap();
        return connection.close().await.unwrap();
    };
    chat.execute("DROP SCHEMA public CASCADE").await;
    chat.execute("CREATE SCHEMA public").await;
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = raw_sql(read("postgres"));
    sql.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[apply(each_database!)]
async fn each_chat_has_an_id_of_its_own_that_stays(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let id = chat.state.chat_id.0.clone();
    for path in ["/home", "/account"] {
        assert_eq!(ada.get(path).await.chat_id(), Some(&*id), "{path}");
    }
    assert_eq!(chat.reopen().await.unwrap().chat_id.0, id);
    assert_eq!(id.len(), 32);
    assert_ne!(Chat::open(None).await.state.chat_id.0, id);
}

#[apply(each_database!)]
async fn postgresql_is_connected_with_tls_if_the_url_requires_it(chat: Chat) {
    let Some(folder) = certificates_for(&chat) else {
        return;
    };
    let root = folder.join("root.crt");
    assert!(!is_encrypted(&chat.state.db).await);
    for mode in [
        "require".to_owned(),
        format!("verify-ca&sslrootcert={}", root.display()),
        format!("verify-full&sslrootcert={}", root.display()),
    ] {
        let opened = open_with(&chat, "127.0.0.1", &mode).await.unwrap();
        assert!(is_encrypted(&opened.db).await, "{mode}");
        opened.db.close().await;
    }
}

#[apply(each_database!)]
async fn a_postgresql_with_a_wrong_certificate_is_refused_with_a_sentence(chat: Chat) {
    let Some(folder) = certificates_for(&chat) else {
        return;
    };
    let verify = |file: &str| format!("verify-full&sslrootcert={}/{file}", folder.display());
    for (host, mode, reason) in [
        ("127.0.0.1", verify("stranger.crt"), "UnknownIssuer"),
        ("127.0.0.1", "verify-full".to_owned(), "UnknownIssuer"),
        ("localhost", verify("root.crt"), "not valid for name"),
    ] {
        let refused = open_with(&chat, host, &mode).await.err().unwrap();
        assert!(matches!(refused, StorageError::Tls(_)), "{refused:?}");
        let words = refused.to_string();
        assert!(words.contains(reason) && words.contains("sslrootcert in DATABASE_URL"));
    }
    let nowhere = verify("nowhere.crt");
    let refused = open_with(&chat, "127.0.0.1", &nowhere).await.err().unwrap();
    let words = refused.to_string();
    assert!(words.contains("nowhere.crt") && words.contains("named by sslrootcert"));
}

/// None without PostgreSQL, or if it has other certificates.
fn certificates_for(chat: &Chat) -> Option<PathBuf> {
    chat.database_url().and(certificates())
}

/// Opens the database of this chat at this host, with this `sslmode`.
async fn open_with(chat: &Chat, host: &str, mode: &str) -> Result<AppState, StorageError> {
    let url = chat.database_url().unwrap();
    let url = url.replace("@127.0.0.1:", &format!("@{host}:"));
    let mut config = (*chat.state.config).clone();
    config.database_url = Some(url.replace("sslmode=disable", &format!("sslmode={mode}")));
    AppState::open(config).await
}

/// Whether PostgreSQL reports that this connection is encrypted.
async fn is_encrypted(db: &Db) -> bool {
    let Db::Postgres(pool) = db else {
        panic!("not a PostgreSQL")
    };
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    query_scalar(sql).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_plain_message_does_not_wait_for_the_thread_that_writes_everything_else() {
    let chat = Chat::open(None).await;
    let mut room = start(&chat, ["Ada"]).await;
    let Db::Sqlite { writer, .. } = &chat.state.db else {
        panic!("SQLite is the default");
    };
    let _held = writer.acquire().await.unwrap();
    say(&mut room, "Ada", 1, "quick").await;
    assert_eq!(room.received("Ada", "message:created").len(), 1);
}

#[tokio::test]
async fn a_plain_message_is_stored_like_any_other() {
    let chat = Chat::open(None).await;
    let mut ada = chat.signed_up("Ada").await;
    for (client_id, reply_to) in [("plain", None), ("reply", Some(1))] {
        let send = json!({ "clientId": client_id, "body": "text", "replyTo": reply_to });
        let sent = ada.fetch("POST", "/api/channels/1/messages", &send).await;
        let (sent, id) = (sent.json(), sent.json()["id"].clone());
        let read = ada.get(&format!("/api/messages/{id}")).await.json();
        assert_eq!(sent, read);
    }
    // A reply goes through the other connection. Both rows have values of the same kind.
    let kinds = "SELECT count(DISTINCT typeof(number) || typeof(seq) || typeof(author_id)
                     || typeof(body) || typeof(latitude)
                     || (sent_at LIKE '____-__-__T__:__:__.%+00:00'))
                 FROM messages";
    assert_eq!(chat.count(kinds).await, 1);
}
