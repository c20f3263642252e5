//! Files of messages: who may read them, and how long they are there.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use make_chat::{
    error::AppError,
    media::{self, model::Attachment},
    storage::Db,
};
use support::{Browser, Chat, on_each_database};

/// The messages that a test can attach files to: 1 in a public channel, 2 in a
/// private one of Ada and Bob.
const MESSAGES: &str = "
    INSERT INTO channels (id, kind) VALUES (1, 'public'), (2, 'private');
    INSERT INTO messages (id, channel_id) VALUES (1, 1), (2, 2);
    INSERT INTO memberships (channel_id, user_id)
    SELECT 2, id FROM users WHERE name IN ('Ada', 'Bob')";

/// Runs one expression in a transaction of either database, which is committed
/// when it succeeds.
macro_rules! in_transaction {
    ($chat:expr, |$connection:ident| $body:expr) => {
        match &$chat.state.db {
            Db::Sqlite(pool) => {
                let mut $connection = pool.begin().await.unwrap();
                let done = $body;
                if done.is_ok() {
                    $connection.commit().await.unwrap();
                }
                done
            }
            Db::Postgres(pool) => {
                let mut $connection = pool.begin().await.unwrap();
                let done = $body;
                if done.is_ok() {
                    $connection.commit().await.unwrap();
                }
                done
            }
        }
    };
}

#[tokio::test]
async fn before_its_message_only_its_owner_can_read_a_file() {
    on_each_database(async |chat| {
        let [mut ada, mut bob, mut eve] = three(&chat).await;
        let id = id_of(&mut ada, b"a secret").await;
        assert!(can_read(&mut ada, &id).await);
        assert!(!can_read(&mut bob, &id).await);
        assert!(!can_read(&mut eve, &id).await);
        let page = chat.browser().get(&format!("/files/{id}")).await;
        assert_eq!((page.status, page.location()), (303, Some("/")));
    })
    .await;
}

#[tokio::test]
async fn everyone_can_read_the_files_of_a_public_channel_and_members_those_of_others() {
    on_each_database(async |chat| {
        let [mut ada, mut bob, mut eve] = three(&chat).await;
        let open = id_of(&mut ada, b"for all").await;
        let closed = id_of(&mut ada, b"for us").await;
        claim(&chat, "Ada", 1, &[&open]).await.unwrap();
        claim(&chat, "Ada", 2, &[&closed]).await.unwrap();
        assert!(can_read(&mut bob, &open).await && can_read(&mut bob, &closed).await);
        assert!(can_read(&mut eve, &open).await && !can_read(&mut eve, &closed).await);
        chat.execute("DELETE FROM memberships").await;
        assert!(!can_read(&mut bob, &closed).await);
        assert!(can_read(&mut ada, &closed).await);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_one_may_not_read_looks_like_one_that_does_not_exist() {
    on_each_database(async |chat| {
        let [mut ada, _, mut eve] = three(&chat).await;
        let id = id_of(&mut ada, &support::jpeg(10, 10)).await;
        claim(&chat, "Ada", 2, &[&id]).await.unwrap();
        for path in ["", "/thumbnail"] {
            let hidden = eve.get(&format!("/files/{id}{path}")).await;
            let missing = eve.get(&format!("/files/{}{path}", "0".repeat(32))).await;
            assert_eq!((hidden.status, hidden.body), (404, missing.body));
            assert_eq!(hidden.headers.len(), missing.headers.len());
            // Nor does it help to know its tag.
            let mut knowing = eve.clone();
            knowing.headers = vec![("if-none-match", "*".to_owned())];
            assert_eq!(knowing.get(&format!("/files/{id}{path}")).await.status, 404);
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_has_its_files_in_its_order() {
    on_each_database(async |chat| {
        let [mut ada, ..] = three(&chat).await;
        let first = id_of(&mut ada, b"one").await;
        let second = id_of(&mut ada, &support::jpeg(10, 10)).await;
        let claimed = claim(&chat, "Ada", 1, &[&second, &first]).await.unwrap();
        assert_eq!(ids(&claimed), [second.as_str(), &first]);
        let other = id_of(&mut ada, b"three").await;
        claim(&chat, "Ada", 2, &[&other]).await.unwrap();
        let found = of_messages(&chat, &[2, 1, 99]).await;
        assert_eq!(found.len(), 2);
        assert_eq!(found[&1], claimed);
        assert_eq!(ids(&found[&2]), [other.as_str()]);
        assert!(of_messages(&chat, &[]).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nobody_can_send_a_file_of_somebody_else_or_one_that_is_sent() {
    on_each_database(async |chat| {
        let [mut ada, mut bob, _] = three(&chat).await;
        let free = id_of(&mut bob, b"free").await;
        let sent = id_of(&mut bob, b"sent").await;
        claim(&chat, "Bob", 1, &[&sent]).await.unwrap();
        let theirs = id_of(&mut ada, b"secret").await;
        ada.post_form(
            "/account/picture",
            support::form("x", "x", &support::jpeg(9, 9)),
        )
        .await;
        let picture = picture_of(&mut ada).await;
        for id in [theirs.as_str(), &sent, &picture, "no-file"] {
            let refused = claim(&chat, "Bob", 2, &[&free, id]).await.unwrap_err();
            assert_eq!(
                refused.to_string(),
                "a file of this message is gone: attach it again"
            );
        }
        let refused = claim(&chat, "Ada", 1, &[&picture]).await;
        assert!(refused.is_err());
        // All or nothing: the first of the two is still free.
        claim(&chat, "Bob", 2, &[&free]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_deleted_message_are_gone_for_everyone_and_then_their_bytes() {
    on_each_database(async |chat| {
        let [mut ada, mut bob, _] = three(&chat).await;
        let id = id_of(&mut ada, &support::jpeg(10, 10)).await;
        let stays = id_of(&mut ada, b"stays").await;
        claim(&chat, "Ada", 1, &[&id]).await.unwrap();
        claim(&chat, "Ada", 2, &[&stays]).await.unwrap();
        let removed: Result<(), sqlx::Error> =
            in_transaction!(chat, |tx| media::remove_of_message(&mut *tx, 1).await);
        removed.unwrap();
        assert!(!can_read(&mut ada, &id).await && !can_read(&mut bob, &id).await);
        assert!(of_messages(&chat, &[1]).await.is_empty());
        assert_eq!(chat.files().len(), 3);
        media::clean_up(&chat.state).await.unwrap();
        assert_eq!(chat.files(), [stays.as_str()]);
        assert_eq!(chat.count("SELECT count(*) FROM files").await, 1);
        assert!(can_read(&mut bob, &stays).await);
    })
    .await;
}

#[tokio::test]
async fn a_file_without_a_message_is_removed_after_a_day() {
    on_each_database(async |chat| {
        let [mut ada, ..] = three(&chat).await;
        let forgotten = id_of(&mut ada, b"forgotten").await;
        let sent = id_of(&mut ada, b"sent").await;
        claim(&chat, "Ada", 1, &[&sent]).await.unwrap();
        ada.post_form(
            "/account/picture",
            support::form("x", "x", &support::jpeg(9, 9)),
        )
        .await;
        media::clean_up(&chat.state).await.unwrap();
        assert!(can_read(&mut ada, &forgotten).await);
        chat.execute("UPDATE files SET created_at = '2020-01-01T00:00:00+00:00'")
            .await;
        let waits = id_of(&mut ada, b"waits").await;
        media::clean_up(&chat.state).await.unwrap();
        assert!(!can_read(&mut ada, &forgotten).await);
        let picture = picture_of(&mut ada).await;
        for id in [&sent, &waits, &picture] {
            assert!(can_read(&mut ada, id).await);
        }
        assert_eq!(chat.files().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn bytes_that_cannot_be_deleted_are_tried_again() {
    on_each_database(async |chat| {
        let [mut ada, ..] = three(&chat).await;
        let id = id_of(&mut ada, b"bytes").await;
        chat.execute("UPDATE files SET created_at = '2020-01-01T00:00:00+00:00'")
            .await;
        // A folder with something in it cannot be deleted like a file.
        let path = chat.data().join("files").join(&id);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir_all(path.join("in the way")).unwrap();
        media::clean_up(&chat.state).await.unwrap();
        assert_eq!(chat.count("SELECT count(*) FROM files").await, 1);
        std::fs::remove_dir_all(&path).unwrap();
        media::clean_up(&chat.state).await.unwrap();
        assert_eq!(chat.count("SELECT count(*) FROM files").await, 0);
    })
    .await;
}

#[tokio::test]
async fn removed_files_do_not_count_against_the_quota() {
    on_each_database(async |chat| {
        let [mut ada, ..] = three(&chat).await;
        ada.router = chat.with(|config| config.quota_mb = 1);
        let id = id_of(&mut ada, &vec![b'x'; 900_000]).await;
        claim(&chat, "Ada", 1, &[&id]).await.unwrap();
        assert_eq!(ada.upload(&vec![b'x'; 900_000]).await.status, 413);
        let removed: Result<(), sqlx::Error> =
            in_transaction!(chat, |tx| media::remove_of_message(&mut *tx, 1).await);
        removed.unwrap();
        assert_eq!(ada.upload(&vec![b'x'; 900_000]).await.status, 201);
    })
    .await;
}

/// Ada, Bob and Eve, and the messages.
async fn three(chat: &Chat) -> [Browser; 3] {
    let three = [
        chat.signed_up("Ada").await,
        chat.signed_up("Bob").await,
        chat.signed_up("Eve").await,
    ];
    for sql in MESSAGES.split(';') {
        chat.execute(sql).await;
    }
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
    let home = browser.get("/home").await;
    let (_, rest) = home.body.split_once("src=\"/files/").unwrap();
    rest[..32].to_owned()
}

async fn claim(
    chat: &Chat,
    owner: &'static str,
    message: i64,
    ids: &[&str],
) -> Result<Vec<Attachment>, AppError> {
    let owner = match owner {
        "Ada" => chat.count("SELECT id FROM users WHERE name = 'Ada'").await,
        _ => chat.count("SELECT id FROM users WHERE name = 'Bob'").await,
    };
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    in_transaction!(chat, |tx| media::claim(&mut *tx, owner, message, &ids)
        .await)
}

async fn of_messages(
    chat: &Chat,
    messages: &[i64],
) -> std::collections::HashMap<i64, Vec<Attachment>> {
    let found: Result<_, sqlx::Error> =
        in_transaction!(chat, |tx| media::of_messages(&mut *tx, messages).await);
    found.unwrap()
}

fn ids(attachments: &[Attachment]) -> Vec<&str> {
    attachments.iter().map(|file| file.id.as_str()).collect()
}
