//! The database: connecting to it, and migrating databases of earlier versions.

use std::path::{Path, PathBuf};

use make_chat::{
    app,
    state::AppState,
    storage::{Db, StorageError},
};
use serde_json::json;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, migrate::Migrator, query_scalar,
    raw_sql, sqlite::SqliteConnectOptions,
};
use tempfile::TempDir;

use crate::support::{Browser, Chat, certificates, each_database, say, start};
use macro_rules_attribute::apply;

/// The data in a database of each version, beginning with the first.
const ROWS: [&str; 3] = [
    "INSERT INTO users (name, name_key, display_name, about, password_hash, created_at)
     VALUES ('Ada', 'ada', 'Ada Lovelace', '', '{hash}', '2024-01-01T00:00:00+00:00');
     INSERT INTO sessions (id, user_id, expires_at) VALUES ('old', 1, '2999-01-01T00:00:00+00:00')",
    "INSERT INTO messages (channel_id, number, seq, author_id, client_id, body, sent_at)
     VALUES (1, 1, 1, 1, 'a', 'from before', '2024-01-01T00:00:00+00:00');
     UPDATE channels SET seq = 1",
    "INSERT INTO files (storage_name, owner_id, message_id, name, kind, content_type, bytes, created_at)
     VALUES ('0123', 1, 1, 'a.txt', 'file', 'application/octet-stream', 5, '2024-01-01T00:00:00+00:00')",
];

#[apply(each_database!)]
async fn a_database_of_each_earlier_version_is_migrated_with_all_its_data(chat: Chat) {
    chat.signed_up("Ada").await;
    let hash = chat.text("SELECT password_hash FROM users").await;
    let newest = chat
        .count("SELECT max(version) FROM _sqlx_migrations")
        .await;
    assert!(newest >= 4);
    for version in 1..=newest {
        let folder = TempDir::new().unwrap();
        make_version(&chat, folder.path(), version, &hash).await;
        let mut config = (*chat.state.config).clone();
        config.data = folder.path().to_owned();
        let state = AppState::open(config).await.unwrap();
        std::fs::write(folder.path().join("files/0123"), "bytes").unwrap();
        let mut ada = Browser::new(app(state.clone()));
        let page = ada.log_in("ada", "correct horse").await;
        assert_eq!(page.location(), Some("/home"), "version {version}");
        assert_eq!(shown(&mut ada).await, [version > 1, version > 2]);
        let send = json!({ "clientId": "b", "body": "from now on" });
        let sent = ada.fetch("POST", "/api/channels/1/messages", &send).await;
        let number = if version > 1 { 2 } else { 1 };
        assert_eq!(sent.json()["number"], number, "{}", sent.body);
        state.db.close().await;
    }
}

/// Whether the message and the file of the earlier version exist.
async fn shown(ada: &mut Browser) -> [bool; 2] {
    let page = ada.get("/api/channels/1/messages").await;
    let file = ada.get("/files/0123").await;
    [page.says("from before"), file.body == "bytes"]
}

/// Creates a database as a program of this version would have left it: in this folder, or in place
/// of the chat's own.
async fn make_version(chat: &Chat, folder: &Path, version: i64, hash: &str) {
    let rows = ROWS.iter().take(version as usize);
    let rows = rows.map(|sql| sql.replace("{hash}", hash));
    macro_rules! make {
        ($kind:literal, $connection:expr) => {{
            let mut connection = $connection;
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $kind);
            let migrator = Migrator::new(Path::new(folder)).await.unwrap();
            for (number, sql) in (1..).zip(rows) {
                migrator.run_to(number, &mut connection).await.unwrap();
                // The SQL above and a hash; nothing comes from outside.
                let sql = raw_sql(AssertSqlSafe(sql));
                sql.execute(&mut connection).await.unwrap();
            }
            migrator.run_to(version, &mut connection).await.unwrap();
            connection.close().await.unwrap();
        }};
    }
    let Some(url) = chat.database_url() else {
        let file = SqliteConnectOptions::new().filename(folder.join("make-chat.sqlite"));
        make!(
            "sqlite",
            file.create_if_missing(true).connect().await.unwrap()
        );
        return;
    };
    chat.execute("DROP SCHEMA public CASCADE").await;
    chat.execute("CREATE SCHEMA public").await;
    make!("postgres", PgConnection::connect(url).await.unwrap());
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
