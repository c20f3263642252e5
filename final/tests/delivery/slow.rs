//! A browser that does not read.

use serde_json::json;

use crate::support::{Client, Server, on_each_database};

/// What the server says when it has cut a browser.
const CUT: &str = "a browser that does not read is cut";
/// Far more than may wait for one browser.
const MAX_GROWTH_KIB: u64 = 64 * 1024;

#[tokio::test]
async fn a_client_that_stops_reading_is_disconnected_when_its_buffer_is_full_and_then_caught_up() {
    on_each_database(async |chat| {
        let (server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
        let before = server.process.resident_kib();
        stop_reading(&mut ada, &mut bob).await;
        // Ada asks for nothing more: only news wait for her.
        let mut number = 0;
        until_cut(&server, async || {
            for _ in 0..200 {
                number += 1;
                let client_id = format!("flood-{number}");
                let news = json!({ "channel": 1, "clientId": client_id, "body": "news" });
                bob.tell("message:send", news).await;
            }
            bob.settle().await;
        })
        .await;
        bob.send(1, "nobody is cut twice", None).await;
        bob.settle().await;
        assert_eq!(server.process.log().matches(CUT).count(), 1);
        assert!(server.process.resident_kib() < before + MAX_GROWTH_KIB);
        while ada.hear().await {}
        assert!(ada.feeds[&1].known < bob.feeds[&1].known);
        ada.settle().await;
        assert_eq!(ada.feeds[&1].shown(), bob.feeds[&1].shown());
    })
    .await;
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answers_is_disconnected_and_then_caught_up() {
    on_each_database(async |chat| {
        let (server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
        stop_reading(&mut ada, &mut bob).await;
        // Nothing is told to Ada: only answers wait for her.
        until_cut(&server, async || {
            for _ in 0..200 {
                ada.tell("nonsense:ask", json!({})).await;
            }
            let nothing = json!({ "channel": 1, "after": bob.feeds[&1].known });
            bob.request("channel:sync", nothing).await;
        })
        .await;
        bob.send(1, "what Ada has missed", None).await;
        bob.settle().await;
        assert_eq!(server.process.log().matches(CUT).count(), 1);
        while ada.hear().await {}
        ada.settle().await;
        assert_eq!(ada.feeds[&1].shown(), bob.feeds[&1].shown());
    })
    .await;
}

#[tokio::test]
async fn a_client_that_never_reads_again_is_gone_before_long() {
    on_each_database(async |chat| {
        let (server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
        let before = server.process.resident_kib();
        stop_reading(&mut ada, &mut bob).await;
        bob.wait_for("user:left", |event| event["user"] == 1).await;
        assert!(server.process.resident_kib() < before + MAX_GROWTH_KIB);
    })
    .await;
}

/// Adds to what waits for Ada until that is too much.
async fn until_cut(server: &Server, mut add: impl AsyncFnMut()) {
    for _ in 0..50 {
        if server.process.log().contains(CUT) {
            return;
        }
        add().await;
    }
    panic!("nothing was too much");
}

/// Ada asks for more than the network holds, and reads none of it.
async fn stop_reading(ada: &mut Client, bob: &mut Client) {
    let long = "long ".repeat(400);
    for _ in 0..200 {
        bob.send(1, &long, None).await;
        bob.catch_up().await;
    }
    ada.settle().await;
    for _ in 0..10 {
        let everything = json!({ "channel": 1, "after": 0 });
        ada.tell("channel:sync", everything).await;
    }
}
