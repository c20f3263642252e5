//! A browser that does not read.

use serde_json::json;

use crate::support::{Chat, Client, Server, each_database};
use macro_rules_attribute::apply;

/// The server's log line when it disconnects a browser.
const DISCONNECTED: &str = "disconnecting a browser that does not read";
/// Far more than the server may buffer for one browser.
const MAX_GROWTH_KIB: u64 = 64 * 1024;

#[apply(each_database!)]
async fn a_client_that_stops_reading_is_disconnected_when_its_buffer_is_full_and_then_caught_up(
    chat: Chat,
) {
    let (server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let before = server.process.resident_kib();
    stop_reading(&mut ada, &mut bob).await;
    // Ada sends no more requests: only events wait for her.
    let mut number = 0;
    until_disconnected(&server, async || {
        for _ in 0..200 {
            number += 1;
            let client_id = format!("flood-{number}");
            let message = json!({ "channel": 1, "clientId": client_id, "body": "flood" });
            bob.emit("message:send", message).await;
        }
        bob.settle().await;
    })
    .await;
    bob.send(1, "nobody is disconnected twice", None).await;
    bob.settle().await;
    assert_eq!(server.process.log().matches(DISCONNECTED).count(), 1);
    assert!(server.process.resident_kib() < before + MAX_GROWTH_KIB);
    while ada.receive().await {}
    assert!(ada.known(1) < bob.known(1));
    ada.settle().await;
    assert_eq!(ada.shown(1), bob.shown(1));
}

#[apply(each_database!)]
async fn a_client_that_does_not_read_its_acks_is_disconnected_and_then_caught_up(chat: Chat) {
    let (server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    stop_reading(&mut ada, &mut bob).await;
    // Ada receives no events: only acknowledgements wait for her.
    until_disconnected(&server, async || {
        for _ in 0..200 {
            ada.emit("nonsense:request", json!({})).await;
        }
        let nothing = json!({ "channel": 1, "after": bob.known(1) });
        bob.request("channel:sync", nothing).await;
    })
    .await;
    bob.send(1, "a message that Ada has missed", None).await;
    bob.settle().await;
    assert_eq!(server.process.log().matches(DISCONNECTED).count(), 1);
    while ada.receive().await {}
    ada.settle().await;
    assert_eq!(ada.shown(1), bob.shown(1));
}

#[apply(each_database!)]
async fn a_client_that_never_reads_again_goes_offline(chat: Chat) {
    let (server, [mut ada, mut bob]) = Server::start_with(&chat, ["Ada", "Bob"]).await;
    let before = server.process.resident_kib();
    stop_reading(&mut ada, &mut bob).await;
    bob.wait_for("user:left", |event| event["user"] == 1).await;
    assert!(server.process.resident_kib() < before + MAX_GROWTH_KIB);
}

/// Fills Ada's buffer until the server disconnects her.
async fn until_disconnected(server: &Server, mut add: impl AsyncFnMut()) {
    for _ in 0..50 {
        if server.process.log().contains(DISCONNECTED) {
            return;
        }
        add().await;
    }
    panic!("the server has not disconnected the browser");
}

/// Ada requests more than the network buffers, and reads none of it.
async fn stop_reading(ada: &mut Client, bob: &mut Client) {
    let long = "long ".repeat(400);
    for _ in 0..200 {
        bob.send(1, &long, None).await;
        bob.catch_up().await;
    }
    ada.settle().await;
    for _ in 0..10 {
        let everything = json!({ "channel": 1, "after": 0 });
        ada.emit("channel:sync", everything).await;
    }
}
