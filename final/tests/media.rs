//! Uploads: what is accepted, what is refused, and what is left on the disk.

use std::{convert::Infallible, time::Duration};

use crate::support::{Browser, Chat, each_database, form};
use axum::body::Body;
use futures_util::{StreamExt, stream};
use macro_rules_attribute::apply;
use make_chat::app;
use serde_json::json;
use tokio::{
    sync::mpsc::{Sender, channel},
    time::timeout,
};

/// When a test gives up: far more than the server's own timeouts.
const DEADLINE: Duration = Duration::from_secs(90);

#[apply(each_database!)]
async fn a_file_comes_back_as_it_was(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let page = ada.upload_as("notes.txt", b"what was said").await;
    assert_eq!(page.status, 201);
    let file = page.json();
    let id = file["id"].as_str().unwrap();
    assert!(id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit()));
    let expected = json!({
        "id": id, "name": "notes.txt", "kind": "file", "bytes": 13,
        "contentType": "application/octet-stream", "width": null, "height": null,
        "url": format!("/files/{id}"), "thumbnailUrl": null,
    });
    assert_eq!(file, expected);
    let page = ada.get(&format!("/files/{id}")).await;
    assert_eq!((page.status, page.body.as_str()), (200, "what was said"));
    assert_eq!(page.header("content-length"), Some("13"));
    assert_eq!(ada.get(&format!("/files/{id}/thumbnail")).await.status, 404);
}

#[apply(each_database!)]
async fn a_file_survives_a_restart(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let file = ada.uploaded(b"what was said").await;
    ada.router = app(chat.reopen().await.unwrap());
    let page = ada.get(file["url"].as_str().unwrap()).await;
    assert_eq!(page.body, "what was said");
}

#[apply(each_database!)]
async fn a_file_is_stored_where_the_url_says(chat: Chat) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}/deep/er", folder.path().display());
    for url in [url.as_str(), "memory:///"] {
        let mut config = (*chat.state.config).clone();
        config.files_url = Some(url.parse().unwrap());
        let state = make_chat::state::AppState::open(config).await.unwrap();
        let mut browser = Browser::new(app(state));
        browser.sign_up(&url[..4], "correct horse").await;
        let file = browser.uploaded(b"bytes").await;
        let page = browser.get(file["url"].as_str().unwrap()).await;
        assert_eq!(page.body, "bytes");
    }
    let kept = std::fs::read_dir(folder.path().join("deep/er")).unwrap();
    assert_eq!(kept.count(), 1);
    assert!(chat.files().is_empty());
}

#[apply(each_database!)]
async fn the_error_names_a_folder_that_cannot_be_created(chat: Chat) {
    let taken = tempfile::NamedTempFile::new().unwrap();
    let path = taken.path().join("files").display().to_string();
    let mut config = (*chat.state.config).clone();
    config.files_url = Some(format!("file://{path}").parse().unwrap());
    let refused = make_chat::state::AppState::open(config)
        .await
        .err()
        .unwrap();
    assert!(refused.to_string().contains(&path), "{refused}");
}

#[apply(each_database!)]
async fn a_name_is_no_path_and_has_no_invisible_characters(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let long = format!("{}.txt", "x".repeat(4_096));
    for (sent, shown) in [
        ("../../x", "x"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("annexe\u{202e}txt.exe", "annexetxt.exe"),
        ("<img onerror=a()>.txt", "<img onerror=a()>.txt"),
        (&long, &format!("{}.txt", "x".repeat(196))),
    ] {
        let page = ada.upload_as(sent, b"bytes").await;
        assert_eq!(page.json()["name"], *shown);
        let id = page.json()["id"].as_str().unwrap().to_owned();
        assert!(chat.files().contains(&id));
        let header = ada.get(&format!("/files/{id}")).await;
        let header = header.header("content-disposition").unwrap().to_owned();
        assert!(header.starts_with("attachment; filename=\""), "{header}");
    }
    let page = ada.upload_as("a\0b", b"bytes").await;
    assert_eq!((page.status, page.json()["name"].as_str()), (400, None));
}

#[apply(each_database!)]
async fn a_form_without_a_file_is_refused_with_a_sentence(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let page = ada.post("/files", &[("file", "x")]).await;
    assert_eq!(page.status, 400);
    assert!(page.problem().contains("could not be read"));
    let page = ada.upload_as("", b"").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.problem(), "choose a file first");
    let page = chat.browser().upload(b"x").await;
    assert_eq!(
        (page.status, page.problem().as_str()),
        (401, "log in first")
    );
    ada.origin = "https://evil.test";
    assert_eq!(ada.upload(b"x").await.status, 403);
    assert_nothing_is_left(&chat).await;
}

#[apply(each_database!)]
async fn an_oversize_upload_is_refused_and_leaves_nothing(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    ada.router = chat.with(|config| config.max_upload_mb = 1).await;
    let exact = ada.uploaded(&vec![b'x'; 1_000_000]).await;
    assert_eq!(exact["bytes"], 1_000_000);
    chat.execute("DELETE FROM files").await;
    std::fs::remove_file(
        chat.data()
            .join("files")
            .join(exact["id"].as_str().unwrap()),
    )
    .unwrap();

    for size in [1_000_001, 1_100_000] {
        let page = ada.upload(&vec![b'x'; size]).await;
        assert_eq!(
            (page.status, page.problem().as_str()),
            (413, "a file has at most 1 MB")
        );
        // Without a Content-Length, in chunks.
        let body = form("x", "text/plain", &vec![b'x'; size]);
        let pieces = body
            .chunks(10_000)
            .map(|piece| Ok::<_, Infallible>(piece.to_vec()));
        let pieces = stream::iter(pieces.collect::<Vec<_>>());
        let page = ada.post_form("/files", Body::from_stream(pieces)).await;
        assert_eq!(
            (page.status, page.problem().as_str()),
            (413, "a file has at most 1 MB")
        );
    }
    assert_nothing_is_left(&chat).await;
}

#[apply(each_database!)]
async fn an_announced_oversize_upload_is_refused_before_it_is_sent(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    ada.headers = vec![("content-length", "26000000".to_owned())];
    let never = Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>());
    let page = ada.post_form("/files", never).await;
    assert_eq!(
        (page.status, page.problem().as_str()),
        (413, "a file has at most 25 MB")
    );
}

#[apply(each_database!)]
async fn an_upload_that_pauses_is_stopped_and_leaves_nothing(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let (sender, body) = slow_body();
    let upload = ada.post_form("/files", body);
    let stop = async {
        send(&sender, &form("x", "text/plain", &[b'x'; 50_000])[..40_000]).await;
        pass(31).await;
    };
    let both = async { tokio::join!(upload, stop) };
    let (page, ()) = timeout(DEADLINE, both).await.unwrap();
    assert_eq!(page.status, 408);
    assert!(page.problem().contains("too slow"));
    assert_nothing_is_left(&chat).await;
}

#[apply(each_database!)]
async fn an_upload_that_is_too_slow_is_stopped_although_it_never_pauses(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let (sender, body) = slow_body();
    let upload = ada.post_form("/files", body);
    let trickle = async {
        let start = form("x", "text/plain", b"xxx");
        send(&sender, &start[..start.len() - 40]).await;
        pass(20).await;
        send(&sender, b"x").await;
        pass(11).await;
    };
    let both = async { tokio::join!(upload, trickle) };
    let (page, ()) = timeout(DEADLINE, both).await.unwrap();
    assert_eq!(page.status, 408);
    assert_nothing_is_left(&chat).await;
}

#[apply(each_database!)]
async fn an_upload_that_breaks_off_leaves_nothing(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let whole = form("x", "text/plain", &[b'x'; 50_000]);
    let page = ada.post_form("/files", whole[..40_000].to_vec()).await;
    assert_eq!(page.status, 400);
    assert_nothing_is_left(&chat).await;
    // The browser disconnects, and the server drops the waiting request.
    let (sender, body) = slow_body();
    tokio::select! {
        _ = ada.post_form("/files", body) => unreachable!(),
        () = send(&sender, &whole[..40_000]) => {}
    }
    assert_nothing_is_left(&chat).await;
}

#[apply(each_database!)]
async fn a_store_that_fails_leaves_no_file_behind(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let folder = chat.data().join("files");
    std::fs::remove_dir(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let page = ada.upload(b"bytes").await;
    assert_eq!(page.status, 500);
    assert!(page.problem().contains("try again in a moment"));
    let left = "SELECT count(*) FROM files WHERE removed_at IS NULL";
    assert_eq!(chat.count(left).await, 0);
}

#[apply(each_database!)]
async fn two_simultaneous_uploads_cannot_exceed_the_quota(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    ada.router = chat.with(|config| config.quota_mb = 1).await;
    let half = vec![b'x'; 600_000];
    let (mut one, mut two) = (ada.clone(), ada.clone());
    let (one, two) = tokio::join!(one.upload(&half), two.upload(&half));
    let (kept, refused) = if one.status == 201 {
        (one, two)
    } else {
        (two, one)
    };
    assert_eq!((kept.status, refused.status), (201, 413));
    assert!(refused.problem().contains("your files may take up 1 MB"));
    assert_eq!(ada.upload(&half[..400_000]).await.status, 201);
    // Now the quota is used up, so the server refuses before it reads the file.
    let never = Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>());
    assert_eq!(ada.post_form("/files", never).await.status, 413);
    assert_eq!(chat.files().len(), 2);
    let mut bob = Browser::new(ada.router.clone());
    bob.sign_up("Bob", "correct horse").await;
    assert_eq!(bob.upload(&half).await.status, 201);
}

#[apply(each_database!)]
async fn a_person_who_uploads_too_often_must_wait(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    // On a slow machine, the limit allows more meanwhile.
    let mut allowed = 0;
    let page = loop {
        let page = ada.upload_as("", b"").await;
        if page.status != 422 {
            break page;
        }
        allowed += 1;
        assert!(allowed < 1_000, "there is no limit");
    };
    assert!(allowed >= 60, "{allowed}");
    assert_eq!(page.status, 429);
    let seconds: u32 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&seconds));
    assert!(page.problem().starts_with("too many uploads: wait"));
    assert_eq!(chat.signed_up("Bob").await.upload(b"x").await.status, 201);
}

/// A body that the test sends chunk by chunk, and that never ends while the test runs.
fn slow_body() -> (Sender<Vec<u8>>, Body) {
    let (sender, mut receiver) = channel(1);
    let pieces = stream::poll_fn(move |context| receiver.poll_recv(context));
    (sender, Body::from_stream(pieces.map(Ok::<_, Infallible>)))
}

/// Sends a chunk, and then an empty one: when that has found room, the server has received the
/// first.
async fn send(sender: &Sender<Vec<u8>>, piece: &[u8]) {
    for piece in [piece, &[]] {
        assert!(sender.send(piece.to_vec()).await.is_ok());
    }
}

/// Advances the server's clock, without waiting.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// There is no file in the data folder, and no row.
async fn assert_nothing_is_left(chat: &Chat) {
    assert_eq!(chat.files(), Vec::<String>::new());
    assert_eq!(chat.count("SELECT count(*) FROM files").await, 0);
}
