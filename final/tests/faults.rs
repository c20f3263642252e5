//! The chat while its disk or its database fails, and afterwards. A failure may refuse requests, with
//! words, but only for as long as it lasts.

use std::fs;

use make_chat::storage::Db;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgPool, SqliteConnection};
use tokio::{sync::watch, task::spawn_blocking};

use crate::support::{
    Browser, Chat, Client, Page, Process, Server, SmallDisk, code, each_database, ignoring_limits,
    program,
};
use macro_rules_attribute::apply;

/// Posts a message that needs several pages of the database.
async fn post(browser: &mut Browser, client_id: &str) -> Page {
    let send = json!({ "clientId": client_id, "body": "long ".repeat(300) });
    browser
        .fetch("POST", "/api/channels/1/messages", &send)
        .await
}

async fn is_ready(chat: &Chat) -> bool {
    chat.browser().get("/health/ready").await.status == 200
}

/// Checks that pages are shown, that log-ins and messages are refused with words, and that the
/// health check knows.
async fn check_refused_with_words(chat: &Chat, ada: &mut Browser) {
    let refused = post(ada, "refused").await;
    assert_eq!(refused.status, 500, "{}", refused.body);
    assert_eq!(refused.json()["code"], "failed");
    assert!(!is_ready(chat).await);
    assert_eq!(ada.get("/home").await.status, 200);
    let mut other = chat.browser();
    for page in [
        other.log_in("Ada", "correct horse").await,
        other.sign_up("Bob", "correct horse").await,
    ] {
        assert_eq!(page.status, 500);
        assert!(page.says("something went wrong"), "{}", page.body);
    }
    assert_eq!(other.get("/").await.status, 200);
}

/// Checks that everything works, and that a refused sign-up can be repeated.
async fn check_works(chat: &Chat, ada: &mut Browser) {
    for client_id in ["refused", "later"] {
        let sent = post(ada, client_id).await;
        assert!(sent.status < 300, "{}", sent.body);
    }
    assert!(is_ready(chat).await);
    let mut bob = chat.signed_up("Bob").await;
    let channels = bob.get("/api/channels").await;
    assert!(channels.says("General"), "{}", channels.body);
    assert!(
        chat.browser()
            .log_in("Ada", "correct horse")
            .await
            .location()
            == Some("/home")
    );
}

#[tokio::test]
async fn a_full_disk_refuses_with_words_and_afterwards_everything_works() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let chat = Chat::open_at(disk.folder()).await;
    let mut ada = chat.signed_up("Ada").await;
    assert!(is_ready(&chat).await);
    for _ in 0..3 {
        disk.fill();
        check_refused_with_words(&chat, &mut ada).await;
        disk.make_room();
        assert!(is_ready(&chat).await);
    }
    check_works(&chat, &mut ada).await;
    chat.state.db.close().await;
}

#[tokio::test]
async fn after_an_io_error_in_writing_the_next_message_is_saved() {
    let chat = Chat::open(None).await;
    let ada = chat.signed_up("Ada").await;
    let mut program = program();
    program.args(chat.flags());
    let process = Process::start_as(ignoring_limits(&program));
    let address = watch::Sender::new(process.address);
    let mut ada = Client::new("Ada", &ada, address.subscribe());
    ada.settle().await;
    for round in 0..3 {
        process.limit_file_size(Some(4096));
        let send = json!({ "channel": 1, "clientId": round.to_string(), "body": "lost?" });
        let ack = ada.request("message:send", send.clone()).await.unwrap();
        assert_eq!(code(&ack), "failed");
        process.limit_file_size(None);
        let ack = ada.request("message:send", send).await.unwrap();
        assert_eq!(ack["ok"]["message"]["number"], round + 1, "{ack}");
    }
}

#[tokio::test]
async fn while_another_program_locks_the_database_pages_are_shown_and_afterwards_all_works() {
    let chat = Chat::open(None).await;
    let mut ada = chat.signed_up("Ada").await;
    let mut other = SqliteConnection::connect(&format!(
        "sqlite:{}",
        chat.data().join("make-chat.sqlite").display()
    ))
    .await
    .unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    check_refused_with_words(&chat, &mut ada).await;
    drop(lock);
    other.close().await.unwrap();
    check_works(&chat, &mut ada).await;
}

#[apply(each_database!)]
async fn a_connection_that_is_killed_in_a_transaction_is_replaced(chat: Chat) {
    let Db::Postgres(pool) = &chat.state.db else {
        return;
    };
    let mut ada = chat.signed_up("Ada").await;
    let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for client_id in ["1", "2", "3"] {
        let tx = chat.state.db.begin().await.unwrap();
        sqlx::query(sql).execute(pool).await.unwrap();
        drop(tx);
        let sent = post(&mut ada, client_id).await;
        assert!(sent.status < 300, "{}", sent.body);
    }
    assert!(is_ready(&chat).await);
}

#[tokio::test]
async fn nothing_is_acknowledged_once_the_database_file_is_gone() {
    for spoil in [
        |file: &std::path::Path| fs::remove_file(file).unwrap(),
        |file: &std::path::Path| {
            fs::copy(file, file.with_extension("copy")).unwrap();
            fs::rename(file.with_extension("copy"), file).unwrap();
        },
        |file: &std::path::Path| fs::remove_file(wal(file)).unwrap(),
        |file: &std::path::Path| fs::write(wal(file), "").unwrap(),
    ] {
        let chat = Chat::open(None).await;
        let mut ada = chat.signed_up("Ada").await;
        assert!(post(&mut ada, "before").await.status < 300);
        let file = chat.data().join("make-chat.sqlite");
        spoil(&file);
        let is_left = file.exists();
        assert_eq!(post(&mut ada, "after").await.status, 500);
        assert!(!is_ready(&chat).await);
        // Nobody opens an empty database in its place.
        ada.get("/api/channels").await;
        assert_eq!(file.exists(), is_left);
    }
}

#[tokio::test]
async fn a_second_server_on_one_sqlite_folder_is_refused_in_words() {
    let chat = Chat::open(None).await;
    let first = Process::start(&chat.flags());
    let file = format!("sqlite:{}", chat.data().join("make-chat.sqlite").display());
    for more in [vec![], vec!["--database-url", &file], vec!["demo"]] {
        let second = program().args(chat.flags()).args(more).output().unwrap();
        let errors = String::from_utf8(second.stderr).unwrap();
        assert_eq!(second.status.code(), Some(1), "{errors}");
        assert!(
            errors.starts_with("error: another Make Chat uses"),
            "{errors}"
        );
    }
    // A server that was killed leaves no lock.
    first.kill();
    Process::start(&chat.flags());
}

#[apply(each_database!)]
async fn a_second_server_on_one_postgresql_database_waits_and_is_then_refused_in_words(chat: Chat) {
    let Db::Postgres(pool) = &chat.state.db else {
        return;
    };
    let first = Process::start(&chat.flags());
    for more in [vec![], vec!["demo"]] {
        let second = program().args(chat.flags()).args(more).output().unwrap();
        let errors = String::from_utf8(second.stderr).unwrap();
        assert_eq!(second.status.code(), Some(1), "{errors}");
        assert!(
            errors.starts_with("error: another Make Chat uses this database: stop it first"),
            "{errors}"
        );
    }
    // One that starts while the first one stops waits for it.
    let flags = chat.flags();
    let second = spawn_blocking(move || Process::start(&flags));
    until_count(pool, "wait_event = 'advisory'", 1).await;
    assert!(first.stop().await.status.success());
    let second = second.await.unwrap();
    // One that was killed leaves no lock.
    second.kill();
    let third = Process::start(&chat.flags());
    assert!(third.stop().await.status.success());
}

#[apply(each_database!)]
async fn a_server_that_has_lost_its_database_to_another_one_stops_with_words(chat: Chat) {
    let Db::Postgres(pool) = &chat.state.db else {
        return;
    };
    let first = Process::start(&chat.flags());
    // A network that fails for a moment: the first server takes the lock again.
    end_lock(pool).await;
    until_count(pool, HAS_LOCK, 1).await;
    // Another server is faster.
    let mut other = pool.acquire().await.unwrap();
    let lock = "SELECT pg_advisory_lock(objid::bigint + (classid::bigint << 32)) FROM pg_locks
                WHERE locktype = 'advisory' AND database =
                    (SELECT oid FROM pg_database WHERE datname = current_database())";
    let waiting = tokio::spawn(async move {
        sqlx::query(lock).execute(&mut *other).await.unwrap();
        other
    });
    until_count(pool, "wait_event = 'advisory'", 1).await;
    end_lock(pool).await;
    let other = waiting.await.unwrap();
    let ended = first.end().await;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.log);
    assert!(
        ended
            .log
            .contains("error: another Make Chat uses this database")
    );
    drop(other);
}

/// The condition for a connection that has the lock of the database.
const HAS_LOCK: &str = "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)";

/// Waits until this many connections to the database are in a state.
async fn until_count(pool: &PgPool, state: &str, count: i64) {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {state}"
    );
    while sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql.clone()))
        .fetch_one(pool)
        .await
        .unwrap()
        != count
    {}
}

/// Ends the connection that has the lock of the database.
async fn end_lock(pool: &PgPool) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
         WHERE datname = current_database() AND {HAS_LOCK}"
    );
    let ended: Vec<bool> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(pool)
        .await
        .unwrap();
    assert_eq!(ended, [true]);
}

#[apply(each_database!)]
async fn a_sign_up_that_fails_leaves_nothing(chat: Chat) {
    chat.execute("ALTER TABLE memberships RENAME TO away").await;
    let page = chat.browser().sign_up("Ada", "correct horse").await;
    assert_eq!(page.status, 500);
    assert_eq!(chat.count("SELECT count(*) FROM users").await, 0);
    chat.execute("ALTER TABLE away RENAME TO memberships").await;
    let mut ada = chat.signed_up("Ada").await;
    assert!(ada.get("/api/channels").await.says("General"));
}

#[apply(each_database!)]
async fn a_message_that_the_database_refuses_does_not_hold_its_channel(chat: Chat) {
    match chat.state.db {
        Db::Sqlite { .. } => {
            chat.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.body = 'cursed'
                 BEGIN SELECT RAISE(ABORT, 'cursed'); END",
            )
            .await;
        }
        Db::Postgres(_) => {
            chat.execute("ALTER TABLE messages ADD CHECK (body <> 'cursed')")
                .await;
        }
    }
    let (_server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let message = |body: &str| json!({ "channel": 1, "clientId": body, "body": body });
    for round in 0..10 {
        let other = format!("hello-{round}");
        let (refused, saved) = tokio::join!(
            ada.request("message:send", message("cursed")),
            bob.request("message:send", message(&other)),
        );
        // The page shows it as not sent, and sends the later ones.
        assert_eq!(code(&refused.unwrap()), "cannot-save");
        assert_eq!(saved.unwrap()["ok"]["message"]["number"], round + 1);
    }
}

fn wal(file: &std::path::Path) -> std::path::PathBuf {
    file.with_extension("sqlite-wal")
}
