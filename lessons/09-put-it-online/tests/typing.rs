//! Typing: who learns that someone is about to write.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::chat;

#[tokio::test]
async fn typing_is_announced_to_the_others_in_the_channel() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.request("Eve", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.request("Eve", "channel:join", json!({ "channel": "Recipes" }))
        .await;
    room.step("Ada types in General, and says more than she is asked")
        .request(
            "Ada",
            "typing:start",
            json!({ "name": "Eve", "channel": "Recipes" }),
        )
        .await;
    room.wait_for("Bob", "typing:started").await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn typing_in_private_is_announced_to_that_person_alone() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.step("Ada types to Bob")
        .request("Ada", "typing:start", json!({ "to": "Bob" }))
        .await;
    room.wait_for("Bob", "typing:started").await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn typing_needs_no_acknowledgement() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.step("Ada types, and does not ask whether it has arrived")
        .emit("Ada", "typing:start", json!({}))
        .await;
    room.wait_for("Bob", "typing:started").await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn typing_to_nobody_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    room.connect(["Eve"]).await;
    for to in ["Eve", "", "Ada"] {
        room.step("Ada types to somebody who is not here, or to herself")
            .request("Ada", "typing:start", json!({ "to": to }))
            .await;
    }
    room.step("Eve, who has not joined, types")
        .request("Eve", "typing:start", json!({}))
        .await;
    assert_snapshot!(room.tape());
}
