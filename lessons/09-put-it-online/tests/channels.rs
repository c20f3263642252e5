//! Channels: conversations that are kept apart.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn everyone_starts_in_general() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob joins without naming a channel")
        .request("Bob", "user:join", json!({ "name": "Bob" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_new_channel_is_announced_to_everyone() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada makes a channel")
        .request("Ada", "channel:create", json!({ "name": " Recipes " }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_second_channel_of_the_same_name_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for name in ["General", "GENERAL", "ｇｅｎｅｒａｌ"] {
        room.step("Ada wants another General")
            .request("Ada", "channel:create", json!({ "name": name }))
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn channels_have_names_like_people() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for name in [" ", &"R".repeat(21), "Reci\npes"] {
        room.step("Ada chooses a name that nobody may have")
            .request("Ada", "channel:create", json!({ "name": name }))
            .await;
    }
    room.step("Ada chooses a good one, and says more than she is asked")
        .request(
            "Ada",
            "channel:create",
            json!({ "name": "Recipes", "id": 7, "people": ["Eve"] }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn the_hundredth_channel_is_the_last() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for number in 2..=100 {
        let name = format!("Channel {number}");
        let answer = room
            .request("Ada", "channel:create", json!({ "name": name }))
            .await;
        assert_eq!(answer["ok"]["name"], name);
    }
    room.step("Ada makes one more")
        .request("Ada", "channel:create", json!({ "name": "One more" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_message_stays_in_its_channel() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.request("Ada", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.step("Ada goes to Recipes")
        .request("Ada", "channel:join", json!({ "channel": "Recipes" }))
        .await;
    room.step("Bob follows")
        .request("Bob", "channel:join", json!({ "channel": "recipes" }))
        .await;
    room.step("Ada writes there")
        .request("Ada", "message:send", json!({ "body": "bread?" }))
        .await;
    room.step("Eve writes in General, which Ada has left")
        .request("Eve", "message:send", json!({ "body": "anybody here?" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn entering_the_channel_that_is_open_changes_nothing() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada enters General again, in the name of Bob")
        .request(
            "Ada",
            "channel:join",
            json!({ "channel": "General", "name": "Bob" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_newcomer_gets_the_last_hundred_messages() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for number in 1..=101 {
        let body = format!("message {number}");
        room.request("Ada", "message:send", json!({ "body": body }))
            .await;
    }
    room.connect(["Bob"]).await;
    let answer = room
        .request("Bob", "user:join", json!({ "name": "Bob" }))
        .await;
    let messages = answer["ok"]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 100);
    assert_eq!(messages[0]["body"], "message 2");
    assert_eq!(messages[99]["body"], "message 101");
    let live = room.received("Ada", "message:created");
    assert_eq!(messages[99], live[100]);
}

#[tokio::test]
async fn a_link_leads_straight_into_a_channel() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.request("Ada", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.connect(["Bob"]).await;
    room.step("Bob joins in Recipes")
        .request(
            "Bob",
            "user:join",
            json!({ "name": "Bob", "channel": "recipes" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn an_unknown_channel_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Ada goes to a channel that does not exist")
        .request("Ada", "channel:join", json!({ "channel": "Nowhere" }))
        .await;
    room.step("Bob joins in one")
        .request(
            "Bob",
            "user:join",
            json!({ "name": "Bob", "channel": "Nowhere" }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn channels_are_for_people_who_have_joined() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob makes a channel, and has no name yet")
        .request("Bob", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.step("Bob goes to one")
        .request("Bob", "channel:join", json!({ "channel": "General" }))
        .await;
    room.step("Ada writes, and Bob does not hear it")
        .request("Ada", "message:send", json!({ "body": "hello" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn who_has_logged_out_hears_nothing_more() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Bob logs out")
        .request("Bob", "user:leave", json!({}))
        .await;
    room.step("Ada writes")
        .request("Ada", "message:send", json!({ "body": "hello" }))
        .await;
    assert_snapshot!(room.tape());
}
