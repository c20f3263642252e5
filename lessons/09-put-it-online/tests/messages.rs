//! Messages: what people write reaches everyone.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn a_message_reaches_everyone_with_its_author_and_time() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada says hello")
        .request("Ada", "message:send", json!({ "body": "hello" }))
        .await;
    room.step("Bob answers")
        .request("Bob", "message:send", json!({ "body": "hello yourself" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_message_is_trimmed_and_keeps_its_lines() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.step("Ada writes a list")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "  milk\n\nbread \n" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn html_is_passed_on_as_the_text_it_is() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.step("Ada writes something that looks like HTML")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "<img src=x onerror=alert(1)>" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn an_empty_message_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada sends nothing but spaces")
        .request("Ada", "message:send", json!({ "body": " \n " }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_message_that_is_too_long_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    let longest = "é".repeat(2_000);
    let answer = room
        .request("Ada", "message:send", json!({ "body": longest }))
        .await;
    assert_eq!(answer["ok"]["id"], 1);
    let too_long = "é".repeat(2_001);
    let answer = room
        .request("Ada", "message:send", json!({ "body": too_long }))
        .await;
    assert_eq!(answer["error"]["code"], "message-too-long");
    assert_eq!(room.received("Bob", "message:created").len(), 1);
}

#[tokio::test]
async fn writing_before_joining_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob writes, and has no name yet")
        .request("Bob", "message:send", json!({ "body": "hello" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn author_number_and_time_come_from_the_server() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Eve"]).await;
    let forged = json!({ "body": "I owe Eve 5", "author": "Ada", "id": 99, "sentAt": "yesterday" });
    room.step("Eve pretends to be Ada")
        .request("Eve", "message:send", forged)
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_messages_arrive_in_the_order_of_their_numbers() {
    let names = ["Ada", "Bob", "Eve", "Dan"];
    let mut room = Recorder::start(chat::app()).await;
    room.join(names).await;
    for _ in 0..100 {
        for name in names {
            room.emit(name, "message:send", json!({ "body": "quick" }))
                .await;
        }
    }
    for name in names {
        let messages = room.wait_for_all(name, "message:created", 400).await;
        let ids: Vec<u64> = messages.iter().map(|m| m["id"].as_u64().unwrap()).collect();
        assert_eq!(ids, (1..=400).collect::<Vec<u64>>());
    }
}

#[tokio::test]
async fn a_flood_of_messages_is_answered_and_others_are_served() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    for number in 0..500 {
        let ask = format!(r#"42{number}["message:send",{{"body":"flood"}}]"#);
        room.send_raw("Ada", &ask).await;
    }
    let answer = room
        .request("Bob", "message:send", json!({ "body": "hello" }))
        .await;
    assert!(answer["ok"]["id"].is_u64(), "{answer}");
    for answer in room.wait_for_all("Ada", "ack", 500).await {
        assert!(answer["ok"]["id"].is_u64(), "{answer}");
    }
}
