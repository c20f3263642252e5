//! The files of messages: access, order, removal.

use crate::support::{self, Browser, Chat, Page, each_database};
use macro_rules_attribute::apply;
use serde_json::{Value, json};

/// General, to which everyone is subscribed.
const GENERAL: i64 = 1;
/// The direct message of Ada and Bob.
const DIRECT: i64 = 2;

#[apply(each_database!)]
async fn before_its_message_only_its_owner_can_read_a_file(chat: Chat) {
    let [mut ada, mut bob, mut eve] = three(&chat).await;
    let id = id_of(&mut ada, b"a secret").await;
    assert!(can_read(&mut ada, &id).await);
    assert!(!can_read(&mut bob, &id).await);
    assert!(!can_read(&mut eve, &id).await);
    let page = chat.browser().get(&format!("/files/{id}")).await;
    assert_eq!((page.status, page.location()), (401, None));
}

#[apply(each_database!)]
async fn everyone_can_read_the_files_of_a_public_channel_and_members_those_of_others(chat: Chat) {
    let [mut ada, mut bob, mut eve] = three(&chat).await;
    let open = id_of(&mut ada, b"for all").await;
    let closed = id_of(&mut ada, b"for us").await;
    attach(&mut ada, GENERAL, &[&open]).await;
    attach(&mut ada, DIRECT, &[&closed]).await;
    assert!(can_read(&mut bob, &open).await && can_read(&mut bob, &closed).await);
    assert!(can_read(&mut eve, &open).await && !can_read(&mut eve, &closed).await);
    chat.execute("DELETE FROM memberships").await;
    assert!(!can_read(&mut bob, &closed).await);
    assert!(can_read(&mut ada, &closed).await);
}

#[apply(each_database!)]
async fn a_file_that_you_may_not_read_looks_like_a_missing_one(chat: Chat) {
    let [mut ada, _, mut eve] = three(&chat).await;
    let id = id_of(&mut ada, &support::jpeg(10, 10)).await;
    attach(&mut ada, DIRECT, &[&id]).await;
    for path in ["", "/thumbnail"] {
        let hidden = eve.get(&format!("/files/{id}{path}")).await;
        let missing = eve.get(&format!("/files/{}{path}", "0".repeat(32))).await;
        assert_eq!((hidden.status, hidden.body), (404, missing.body));
        assert_eq!(hidden.headers.len(), missing.headers.len());
        // Knowing its entity tag does not help.
        let mut knowing = eve.clone();
        knowing.headers = vec![("if-none-match", "*".to_owned())];
        assert_eq!(knowing.get(&format!("/files/{id}{path}")).await.status, 404);
    }
}

#[apply(each_database!)]
async fn a_message_has_its_files_in_its_order(chat: Chat) {
    let [mut ada, ..] = three(&chat).await;
    let first = id_of(&mut ada, b"one").await;
    let second = id_of(&mut ada, &support::jpeg(10, 10)).await;
    let sent = attach(&mut ada, GENERAL, &[&second, &first]).await.json();
    assert_eq!(ids(&sent), [second.as_str(), &first]);
    assert_eq!(
        (&sent["body"], &sent["excerpt"]),
        (&json!(""), &json!("📎 a file.png"))
    );
    let other = id_of(&mut ada, b"three").await;
    attach(&mut ada, GENERAL, &[&other]).await;
    let shown = ada.get("/api/channels/1/messages").await.json();
    assert_eq!(shown["messages"][0], sent);
    assert_eq!(ids(&shown["messages"][1]), [other.as_str()]);
}

#[apply(each_database!)]
async fn nobody_can_send_a_file_of_somebody_else_or_one_that_was_sent(chat: Chat) {
    let [mut ada, mut bob, _] = three(&chat).await;
    let free = id_of(&mut bob, b"free").await;
    let sent = id_of(&mut bob, b"sent").await;
    attach(&mut bob, GENERAL, &[&sent]).await;
    let theirs = id_of(&mut ada, b"secret").await;
    ada.post_form(
        "/account/picture",
        support::form("x", "x", &support::jpeg(9, 9)),
    )
    .await;
    let picture = picture_of(&mut ada).await;
    for id in [theirs.as_str(), &sent, &picture, "no-file"] {
        let refused = attach(&mut bob, DIRECT, &[&free, id]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.says("a file of this message is gone: attach it again"));
    }
    assert_eq!(attach(&mut ada, GENERAL, &[&picture]).await.status, 422);
    // All or nothing: the first of the two can still be sent.
    assert_eq!(attach(&mut bob, DIRECT, &[&free]).await.status, 201);
    assert_eq!(chat.count("SELECT count(*) FROM messages").await, 2);
}

#[apply(each_database!)]
async fn what_is_not_the_id_of_a_file_is_refused_in_a_retry_too(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let send = |files: &[&str]| json!({ "clientId": "a", "body": "x", "files": files });
    let path = "/api/channels/1/messages";
    assert_eq!(ada.fetch("POST", path, &send(&[])).await.status, 201);
    // This could be a file that is gone, so the retry gets its message.
    let gone = "0".repeat(32);
    assert_eq!(ada.fetch("POST", path, &send(&[&gone])).await.status, 201);
    for id in [
        "",
        "no-file",
        &"F".repeat(32),
        &"0".repeat(31),
        &"é".repeat(16),
    ] {
        let page = ada.fetch("POST", path, &send(&[id])).await;
        assert_eq!(page.status, 422, "{id}");
    }
}

#[apply(each_database!)]
async fn the_files_of_a_deleted_message_are_gone_for_everyone_and_then_their_bytes(chat: Chat) {
    let [mut ada, mut bob, _] = three(&chat).await;
    let id = id_of(&mut ada, &support::jpeg(10, 10)).await;
    let stays = id_of(&mut ada, b"stays").await;
    let message = attach(&mut ada, GENERAL, &[&id]).await.json();
    attach(&mut ada, DIRECT, &[&stays]).await;
    let gone = delete(&mut ada, &message).await;
    assert_eq!(gone.json().get("files"), None);
    assert!(!can_read(&mut ada, &id).await && !can_read(&mut bob, &id).await);
    assert_eq!(chat.files().len(), 3);
    chat.state.media.clean_up().await.unwrap();
    assert_eq!(chat.files(), [stays.as_str()]);
    assert_eq!(chat.count("SELECT count(*) FROM files").await, 1);
    assert!(can_read(&mut bob, &stays).await);
}

#[apply(each_database!)]
async fn a_file_without_a_message_is_removed_after_a_day(chat: Chat) {
    let [mut ada, ..] = three(&chat).await;
    let forgotten = id_of(&mut ada, b"forgotten").await;
    let sent = id_of(&mut ada, b"sent").await;
    attach(&mut ada, GENERAL, &[&sent]).await;
    ada.post_form(
        "/account/picture",
        support::form("x", "x", &support::jpeg(9, 9)),
    )
    .await;
    chat.state.media.clean_up().await.unwrap();
    assert!(can_read(&mut ada, &forgotten).await);
    chat.execute("UPDATE files SET created_at = '2020-01-01T00:00:00+00:00'")
        .await;
    let waits = id_of(&mut ada, b"waits").await;
    chat.state.media.clean_up().await.unwrap();
    assert!(!can_read(&mut ada, &forgotten).await);
    let picture = picture_of(&mut ada).await;
    for id in [&sent, &waits, &picture] {
        assert!(can_read(&mut ada, id).await);
    }
    assert_eq!(chat.files().len(), 3);
}

#[apply(each_database!)]
async fn deleting_bytes_is_retried_after_a_failure(chat: Chat) {
    let [mut ada, ..] = three(&chat).await;
    let id = id_of(&mut ada, b"bytes").await;
    chat.execute("UPDATE files SET created_at = '2020-01-01T00:00:00+00:00'")
        .await;
    // A folder with something in it cannot be deleted like a file.
    let path = chat.data().join("files").join(&id);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir_all(path.join("in the way")).unwrap();
    chat.state.media.clean_up().await.unwrap();
    assert_eq!(chat.count("SELECT count(*) FROM files").await, 1);
    std::fs::remove_dir_all(&path).unwrap();
    chat.state.media.clean_up().await.unwrap();
    assert_eq!(chat.count("SELECT count(*) FROM files").await, 0);
}

#[apply(each_database!)]
async fn removed_files_do_not_count_against_the_quota(chat: Chat) {
    let [mut ada, ..] = three(&chat).await;
    ada.router = chat.with(|config| config.quota_mb = 1).await;
    let id = id_of(&mut ada, &vec![b'x'; 900_000]).await;
    let message = attach(&mut ada, GENERAL, &[&id]).await.json();
    assert_eq!(ada.upload(&vec![b'x'; 900_000]).await.status, 413);
    delete(&mut ada, &message).await;
    assert_eq!(ada.upload(&vec![b'x'; 900_000]).await.status, 201);
}

/// Ada, Bob and Eve. Ada and Bob have a direct message.
async fn three(chat: &Chat) -> [Browser; 3] {
    let mut three = [
        chat.signed_up("Ada").await,
        chat.signed_up("Bob").await,
        chat.signed_up("Eve").await,
    ];
    let opened = three[0]
        .fetch("POST", "/api/directs", &json!({ "user": 2 }))
        .await;
    assert_eq!(opened.json()["id"], DIRECT);
    three
}

async fn id_of(browser: &mut Browser, bytes: &[u8]) -> String {
    let file = browser.uploaded(bytes).await;
    file["id"].as_str().unwrap().to_owned()
}

async fn can_read(browser: &mut Browser, id: &str) -> bool {
    let page = browser.get(&format!("/files/{id}")).await;
    assert!(page.status == 200 || page.status == 404);
    page.status == 200
}

async fn picture_of(browser: &mut Browser) -> String {
    let home = browser.get("/account").await;
    let (_, rest) = home.body.split_once("src=\"/files/").unwrap();
    rest[..32].to_owned()
}

/// Sends a message with these files and no text.
async fn attach(browser: &mut Browser, channel: i64, ids: &[&str]) -> Page {
    let path = format!("/api/channels/{channel}/messages");
    // Each time a new one, because no file is sent twice.
    let client_id = format!("{:.40}", ids.concat());
    let new = json!({ "clientId": client_id, "body": "", "files": ids });
    browser.fetch("POST", &path, &new).await
}

async fn delete(browser: &mut Browser, message: &Value) -> Page {
    let path = format!("/api/messages/{}", message["id"]);
    browser.fetch("DELETE", &path, &Value::Null).await
}

fn ids(message: &Value) -> Vec<&str> {
    let files = message["files"].as_array().unwrap().iter();
    files.map(|file| file["id"].as_str().unwrap()).collect()
}
