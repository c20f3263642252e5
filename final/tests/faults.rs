//! The chat while its disk or its database fails, and afterwards. A failure may refuse requests, with
//! words, but only for as long as it lasts.

use std::fs;

use make_chat::storage::Db;
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::watch;

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
        // As a new connection does.
        |file: &std::path::Path| {
            fs::remove_file(wal(file)).unwrap();
            fs::write(wal(file), "").unwrap();
        },
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
