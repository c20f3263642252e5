//! Input that no page of ours would send: the server refuses it, or ends the
//! connection, and keeps serving the others.

use insta::assert_snapshot;
use serde_json::{Value, json};
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn a_wave_that_cannot_be_read_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    room.step("no payload")
        .request("Ada", "wave:send", json!(null))
        .await;
    for payload in [json!("hello"), json!(7), json!(true), json!([])] {
        room.step("another type")
            .request("Ada", "wave:send", payload)
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_join_that_cannot_be_read_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    for payload in [
        json!(null),
        json!({}),
        json!({ "name": 7 }),
        json!("Ada"),
        json!(["Ada"]),
    ] {
        room.step("no name in an object")
            .request("Ada", "user:join", payload)
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn bytes_for_a_name_are_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    room.step("bytes for the name");
    request_with_bytes(&mut room, "user:join", json!({ "name": bytes() })).await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for payload in [
        json!(null),
        json!({}),
        json!({ "body": null }),
        json!({ "body": ["hello"] }),
        json!(["hello"]),
    ] {
        room.step("no body in an object")
            .request("Ada", "message:send", payload)
            .await;
    }
    room.step("bytes for the body");
    request_with_bytes(&mut room, "message:send", json!({ "body": bytes() })).await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_leave_that_cannot_be_read_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for payload in [json!(null), json!("bye"), json!(7), json!([])] {
        room.step("no object")
            .request("Ada", "user:leave", payload)
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_channel_that_cannot_be_read_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for (event, field) in [("channel:create", "name"), ("channel:join", "channel")] {
        for payload in [
            json!(null),
            json!({}),
            json!({ field: 7 }),
            json!(["General"]),
        ] {
            room.step("no name in an object")
                .request("Ada", event, payload)
                .await;
        }
        room.step("bytes for the name");
        request_with_bytes(&mut room, event, json!({ field: bytes() })).await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_person_who_cannot_be_read_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    for to in [json!(7), json!(["Bob"]), json!({ "name": "Bob" })] {
        room.step("no name to write to")
            .request("Ada", "message:send", json!({ "body": "hello", "to": to }))
            .await;
        room.step("no name to type to")
            .request("Ada", "typing:start", json!({ "to": to }))
            .await;
    }
    for payload in [json!(null), json!("Bob"), json!([])] {
        room.step("no object")
            .request("Ada", "typing:start", payload)
            .await;
    }
    room.step("bytes for the name");
    let message = json!({ "body": "hello", "to": bytes() });
    request_with_bytes(&mut room, "message:send", message).await;
    request_with_bytes(&mut room, "typing:start", json!({ "to": bytes() })).await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn an_unknown_event_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    room.step("Ada asks for something that does not exist")
        .request("Ada", "wave:sned", json!({}))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn deep_json_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada"]).await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    room.send_raw("Ada", &format!(r#"420["wave:send",{deep}]"#))
        .await;
    let answer = room.wait_for("Ada", "ack").await;
    assert_eq!(answer["error"]["code"], "bad-payload");
}

#[tokio::test]
async fn a_broken_packet_ends_the_connection_and_no_other() {
    for packet in [r#"42["wave:send""#, "42", "4x", "9", "42[7]", "42{}"] {
        let mut room = Recorder::start(chat::app()).await;
        room.connect(["Ada", "Bob"]).await;
        room.send_raw("Ada", packet).await;
        room.wait_for_disconnect("Ada").await;
        let answer = room.request("Bob", "wave:send", json!(null)).await;
        assert_eq!(answer["error"]["code"], "bad-payload", "after {packet}");
    }
}

#[tokio::test]
async fn a_packet_that_is_too_large_ends_the_connection_and_no_other() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada", "Bob"]).await;
    let large = "x".repeat(100_000);
    room.send_raw("Ada", &format!(r#"420["wave:send","{large}"]"#))
        .await;
    room.wait_for_disconnect("Ada").await;
    let answer = room.request("Bob", "wave:send", json!(null)).await;
    assert_eq!(answer["error"]["code"], "bad-payload");
}

#[tokio::test]
async fn a_flood_is_answered_and_others_are_served() {
    let mut room = Recorder::start(chat::app()).await;
    room.connect(["Ada", "Bob"]).await;
    for number in 0..1_000 {
        room.send_raw("Ada", &format!(r#"42{number}["wave:send",null]"#))
            .await;
    }
    let answer = room.request("Bob", "wave:send", json!(null)).await;
    assert_eq!(answer["error"]["code"], "bad-payload");
    for answer in room.wait_for_all("Ada", "ack", 1_000).await {
        assert_eq!(answer["error"]["code"], "bad-payload");
    }
}

/// Sends an event whose payload refers to [`bytes`], and waits for its answer.
pub async fn request_with_bytes(room: &mut Recorder, event: &str, payload: Value) {
    let packet = format!(r#"451-0["{event}",{payload}]"#);
    room.send_raw("Ada", &packet).await;
    room.send_binary("Ada", b"Ada").await;
    room.wait_for("Ada", "ack").await;
}

/// Stands in a payload for the bytes that are sent behind it.
pub fn bytes() -> Value {
    json!({ "_placeholder": true, "num": 0 })
}
