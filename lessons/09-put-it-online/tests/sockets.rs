//! Connections: greeting, counting, waving.

use insta::assert_snapshot;
use serde_json::json;
use testkit::{Recorder, Transport};

use crate::chat;

#[tokio::test]
async fn a_browser_is_welcomed() {
    let mut room = Recorder::start(chat::app()).await;
    room.step("Ada connects").connect(["Ada"]).await;
    room.wait_for("Ada", "visitors:changed").await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn everyone_learns_how_many_are_here() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    room.step("Bob connects").connect(["Bob"]).await;
    room.wait_for("Bob", "visitors:changed").await;
    room.step("Bob closes the page").disconnect("Bob").await;
    room.wait_for("Ada", "visitors:changed").await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_lost_connection_is_counted_out() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada", "Bob"]).await;
    room.step("Bob's network fails")
        .drop_connection("Bob")
        .await;
    room.wait_for("Ada", "visitors:changed").await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn the_welcome_names_the_transport() {
    for transport in [Transport::WebSocket, Transport::Polling] {
        let mut room = Recorder::start_over(chat::app(), transport).await;
        room.connect(["Ada"]).await;
        let welcome = room.wait_for("Ada", "socket:welcome").await;
        assert_eq!(welcome["transport"], transport.as_str());
    }
}

#[tokio::test]
async fn a_wave_names_its_sender_to_the_others() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.step("Ada waves")
        .request("Ada", "wave:send", json!({}))
        .await;
    room.step("Bob waves back, in the name of Eve")
        .request("Bob", "wave:send", json!({ "from": "Eve", "number": 99 }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn waving_before_joining_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob waves, and has no name yet")
        .request("Bob", "wave:send", json!({}))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_browser_that_does_not_confirm_a_wave_is_not_counted() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.stay_silent("Eve");
    room.step("Ada waves, and Eve's browser hangs")
        .request("Ada", "wave:send", json!({}))
        .await;
    assert_snapshot!(room.tape());
}
