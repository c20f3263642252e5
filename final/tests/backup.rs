//! `make-chat backup` and `make-chat restore`.

use std::{collections::BTreeSet, path::Path, process::Output};

use make_chat::{app, state::AppState};
use serde_json::json;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::{sync::watch, task::spawn_blocking};

use crate::support::{Browser, Chat, Client, Process, Server, each_database, jpeg, program};
use macro_rules_attribute::apply;

/// The burst of uploads that one person may send.
const UPLOADS: u32 = 60;

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_backup_during_writes_has_everything_that_was_acknowledged_before(chat: Chat) {
    if chat.database_url().is_some() {
        return;
    }
    let (_server, [ada, bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let eve = chat.signed_up("Eve").await;
    let (url, photo) = sent_picture(&mut eve.clone()).await;
    let stop = watch::Sender::new(false);
    let progress = watch::Sender::new(BTreeSet::new());
    let writers =
        [ada, bob].map(|person| tokio::spawn(write(person, progress.clone(), stop.subscribe())));
    let mut enough = progress.subscribe();
    enough.wait_for(|bodies| bodies.len() > 50).await.unwrap();
    let acknowledged = progress.borrow().clone();
    let home = TempDir::new().unwrap();
    let (saved, restored) = (home.path().join("saved"), home.path().join("restored"));
    succeed(run(["backup", path(&saved)], chat.data()).await);
    stop.send_replace(true);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(progress.borrow().len() > acknowledged.len());
    succeed(run(["restore", path(&saved)], &restored).await);
    let mut there = Browser::new(app(open(&chat, &restored).await));
    there.cookies.clone_from(&eve.cookies);
    assert!(bodies(&restored).await.is_superset(&acknowledged));
    assert_eq!(there.get(&url).await.bytes, photo);
    assert_eq!(there.get(&format!("{url}/thumbnail")).await.status, 200);
    let mut flags = chat.flags();
    flags[1] = restored.into();
    assert!(Process::start(&flags).stop().await.status.success());
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_backup_has_all_its_files_while_others_are_sent_and_deleted(chat: Chat) {
    if chat.database_url().is_some() {
        return;
    }
    let eve = chat.signed_up("Eve").await;
    let coming_and_going = tokio::spawn(send_and_delete(chat.state.clone(), eve));
    let home = TempDir::new().unwrap();
    let mut backups = 0;
    while !coming_and_going.is_finished() {
        backups += 1;
        let saved = home.path().join(backups.to_string());
        let done = run(["backup", path(&saved)], chat.data()).await;
        assert_eq!(String::from_utf8_lossy(&done.stderr), "");
        succeed(done);
    }
    coming_and_going.await.unwrap();
    assert!(backups > 2);
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_file_that_was_lost_before_the_backup_is_named(chat: Chat) {
    if chat.database_url().is_some() {
        return;
    }
    let mut eve = chat.signed_up("Eve").await;
    let (url, _) = sent_picture(&mut eve).await;
    let name = url.strip_prefix("/files/").unwrap();
    std::fs::remove_file(chat.data().join("files").join(name)).unwrap();
    let home = TempDir::new().unwrap();
    let (saved, restored) = (home.path().join("saved"), home.path().join("restored"));
    for done in [
        run(["backup", path(&saved)], chat.data()).await,
        run(["restore", path(&saved)], &restored).await,
    ] {
        let warning = format!("warning: the file {name} is missing\n");
        assert_eq!(String::from_utf8_lossy(&done.stderr), warning);
        succeed(done);
    }
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn nothing_is_overwritten_and_no_unfinished_backup_is_restored(chat: Chat) {
    if chat.database_url().is_some() {
        return;
    }
    let home = TempDir::new().unwrap();
    let (saved, empty) = (home.path().join("saved"), home.path().join("empty"));
    let backup = ["backup", path(&saved)];
    refuse(run(backup, &empty).await, "no chat to back up");
    succeed(run(backup, chat.data()).await);
    refuse(run(backup, chat.data()).await, "will not be overwritten");
    let restore = ["restore", path(&saved)];
    refuse(run(restore, chat.data()).await, "will not be overwritten");
    refuse(
        run(["restore", path(home.path())], &empty).await,
        "has no backup",
    );
    let database = saved.join("make-chat.sqlite");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[4_096..8_192].fill(7);
    std::fs::write(&database, bytes).unwrap();
    refuse(run(restore, &empty).await, "is damaged");
    std::fs::rename(&database, saved.join("unfinished.sqlite")).unwrap();
    refuse(run(restore, &empty).await, "has no backup");
    assert!(!empty.exists());
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn for_remote_data_the_error_names_the_tools_to_use(chat: Chat) {
    let home = TempDir::new().unwrap();
    let saved = home.path().join("saved");
    for (command, flag, value, named) in [
        ("backup", "--files-url", "memory:///", "aws s3 sync"),
        ("restore", "--files-url", "memory:///", "aws s3 sync"),
        ("backup", "--database-url", "postgres://db/chat", "pg_dump"),
        (
            "restore",
            "--database-url",
            "postgres://db/chat",
            "pg_restore",
        ),
    ] {
        let arguments = [command, path(&saved), flag, value];
        refuse(run(arguments, chat.data()).await, named);
    }
    assert!(!saved.exists());
}

/// Sends one message after the other until the stop signal.
async fn write(
    mut person: Client,
    progress: watch::Sender<BTreeSet<String>>,
    stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let body = format!("{} {}", person.name, person.sent.len());
        person.send(1, &body, None).await;
        person.settle().await;
        progress.send_modify(|bodies| assert!(bodies.insert(body)));
    }
}

/// Sends files and deletes them, including their bytes.
async fn send_and_delete(state: AppState, mut eve: Browser) {
    for number in 0..UPLOADS {
        let id = eve.uploaded(b"bytes").await["id"].clone();
        let send = json!({ "clientId": number.to_string(), "body": "", "files": [id] });
        let sent = eve.fetch("POST", "/api/channels/1/messages", &send).await;
        let message = sent.json()["id"].clone();
        let address = format!("/api/messages/{message}");
        let page = eve.fetch("DELETE", &address, &json!({})).await;
        assert_eq!(page.status, 200, "{}", page.body);
        state.media.clean_up().await.unwrap();
    }
}

/// Sends a picture. Returns its address and its bytes.
async fn sent_picture(eve: &mut Browser) -> (String, Vec<u8>) {
    let file = eve.uploaded(&jpeg(600, 400)).await;
    let send = json!({ "clientId": "picture", "body": "look", "files": [file["id"]] });
    let sent = eve.fetch("POST", "/api/channels/1/messages", &send).await;
    assert!(sent.status < 300, "{}", sent.body);
    let url = file["url"].as_str().unwrap().to_owned();
    let bytes = eve.get(&url).await.bytes;
    (url, bytes)
}

/// The texts of all messages.
async fn bodies(data: &Path) -> BTreeSet<String> {
    let database = SqliteConnectOptions::new().filename(data.join("make-chat.sqlite"));
    let mut connection = database.connect().await.unwrap();
    let select = sqlx::query_scalar("SELECT body FROM messages");
    let bodies: Vec<String> = select.fetch_all(&mut connection).await.unwrap();
    bodies.into_iter().collect()
}

async fn open(chat: &Chat, data: &Path) -> AppState {
    let mut config = (*chat.state.config).clone();
    config.data = data.to_owned();
    AppState::open(config).await.unwrap()
}

/// Runs the program with this data folder.
async fn run<const N: usize>(arguments: [&str; N], data: &Path) -> Output {
    let mut program = program();
    program.args(arguments).arg("--data").arg(data);
    spawn_blocking(move || program.output().unwrap())
        .await
        .unwrap()
}

fn succeed(done: Output) {
    assert!(done.status.success(), "{done:?}");
}

fn refuse(done: Output, words: &str) {
    let errors = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{errors}");
    assert!(
        errors.starts_with("error: ") && errors.contains(words),
        "{errors}"
    );
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
