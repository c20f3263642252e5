//! Private messages: who receives them, and who doesn't.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn a_private_message_reaches_two_people_and_nobody_else() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.step("Ada writes to Bob")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "a secret", "to": "Bob" }),
        )
        .await;
    room.step("Bob answers, and says more than he is asked")
        .request(
            "Bob",
            "message:send",
            json!({ "body": "mine too", "to": "ada", "author": "Eve", "channel": "General" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_person_is_reached_in_any_channel() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.request("Bob", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.request("Bob", "channel:join", json!({ "channel": "Recipes" }))
        .await;
    room.step("Ada, in General, writes to Bob, in Recipes")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "hello", "to": "Bob" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_guess_opens_no_private_conversation() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.connect(["Cleo"]).await;
    for guess in ["@Bob", "Bob", "#@Bob"] {
        room.step("Eve guesses the name of Bob's room")
            .request("Eve", "channel:join", json!({ "channel": guess }))
            .await;
    }
    room.step("Cleo would join there")
        .request(
            "Cleo",
            "user:join",
            json!({ "name": "Cleo", "channel": "@Bob" }),
        )
        .await;
    room.step("Eve makes a channel of that name and enters it")
        .request("Eve", "channel:create", json!({ "name": "@Bob" }))
        .await;
    room.request("Eve", "channel:join", json!({ "channel": "@Bob" }))
        .await;
    room.step("Ada writes to Bob")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "a secret", "to": "Bob" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_private_message_is_not_saved() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.request("Ada", "message:send", json!({ "body": "hello" }))
        .await;
    room.request(
        "Ada",
        "message:send",
        json!({ "body": "a secret", "to": "Bob" }),
    )
    .await;
    room.connect(["Eve"]).await;
    room.step("Eve joins later")
        .request("Eve", "user:join", json!({ "name": "Eve" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn the_next_person_of_a_name_gets_what_is_written_then() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.connect(["Eve"]).await;
    room.request("Bob", "user:leave", json!({})).await;
    room.step("Ada writes to Bob, who has logged out")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "still there?", "to": "Bob" }),
        )
        .await;
    room.step("Eve joins as Bob")
        .request("Eve", "user:join", json!({ "name": "Bob" }))
        .await;
    room.step("Ada writes to Bob again")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "hello again", "to": "Bob" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_lost_connection_is_nobody_to_write_to() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.drop_connection("Bob").await;
    room.wait_for("Ada", "user:left").await;
    let answer = room
        .request(
            "Ada",
            "message:send",
            json!({ "body": "still there?", "to": "Bob" }),
        )
        .await;
    assert_eq!(answer["error"]["code"], "user-unknown");
}

#[tokio::test]
async fn a_message_to_nobody_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.connect(["Eve"]).await;
    for to in ["Eve", "", "@Bob", "Bo\nb"] {
        room.step("Ada writes to a name that nobody here has")
            .request("Ada", "message:send", json!({ "body": "hello", "to": to }))
            .await;
    }
    room.step("Ada writes to herself")
        .request(
            "Ada",
            "message:send",
            json!({ "body": "hello", "to": "ADA" }),
        )
        .await;
    room.step("Ada writes nothing to Bob")
        .request("Ada", "message:send", json!({ "body": " ", "to": "Bob" }))
        .await;
    room.step("Eve, who has not joined, writes to Bob")
        .request(
            "Eve",
            "message:send",
            json!({ "body": "hello", "to": "Bob" }),
        )
        .await;
    assert_snapshot!(room.tape());
}
