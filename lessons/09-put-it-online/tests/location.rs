//! Locations: where people are.

use insta::assert_snapshot;
use serde_json::json;
use testkit::Recorder;

use crate::{
    bad_input::{bytes, request_with_bytes},
    chat,
};

#[tokio::test]
async fn a_location_reaches_the_channel_with_a_map() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    room.request("Ada", "channel:create", json!({ "name": "Recipes" }))
        .await;
    room.request("Eve", "channel:join", json!({ "channel": "Recipes" }))
        .await;
    room.step("Ada shares where she is, in General")
        .request(
            "Ada",
            "location:send",
            json!({ "latitude": 52.516272, "longitude": 13.377722 }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn messages_and_locations_are_kept_in_one_order() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.request("Ada", "message:send", json!({ "body": "I am here:" }))
        .await;
    let place = json!({ "latitude": -33.8568, "longitude": 151.2153 });
    room.request("Ada", "location:send", place).await;
    room.request("Ada", "message:send", json!({ "body": "come!" }))
        .await;
    room.connect(["Bob"]).await;
    room.step("Bob joins later")
        .request("Bob", "user:join", json!({ "name": "Bob" }))
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn the_ends_of_the_earth_are_places() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for (latitude, longitude) in [(90, 180), (-90, -180), (0, 0)] {
        let place = json!({ "latitude": latitude, "longitude": longitude });
        let answer = room.request("Ada", "location:send", place).await;
        assert!(answer["ok"]["id"].is_u64(), "{answer}");
    }
}

#[tokio::test]
async fn a_place_that_is_not_on_earth_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    for (latitude, longitude) in [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.5), (0.0, -1e300)] {
        let place = json!({ "latitude": latitude, "longitude": longitude });
        room.step("Ada is somewhere else")
            .request("Ada", "location:send", place)
            .await;
    }
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn what_is_no_number_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    for place in [
        r#"{"latitude":"52.5","longitude":"13.4"}"#,
        r#"{"latitude":52.5}"#,
        r#"{"latitude":null,"longitude":null}"#,
        r#"{"latitude":1e999,"longitude":0}"#,
        r#"[52.5,13.4]"#,
    ] {
        room.step("no two numbers")
            .send_raw("Ada", &format!(r#"4299["location:send",{place}]"#))
            .await;
        room.wait_for("Ada", "ack").await;
    }
    room.step("bytes for a number");
    let place = json!({ "latitude": bytes(), "longitude": 0 });
    request_with_bytes(&mut room, "location:send", place).await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn nan_is_not_json_and_ends_the_connection() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.send_raw(
        "Ada",
        r#"420["location:send",{"latitude":NaN,"longitude":0}]"#,
    )
    .await;
    room.wait_for_disconnect("Ada").await;
}

#[tokio::test]
async fn the_map_link_is_built_from_the_numbers() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Eve"]).await;
    let forged = json!({ "latitude": 1, "longitude": 2, "mapUrl": "javascript:alert(1)" });
    room.step("Eve sends a link of her own")
        .request("Eve", "location:send", forged)
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn sharing_before_joining_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada"]).await;
    room.connect(["Bob"]).await;
    room.step("Bob shares where he is, and has no name yet")
        .request(
            "Bob",
            "location:send",
            json!({ "latitude": 1, "longitude": 2 }),
        )
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_location_in_private_reaches_that_person_alone() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob", "Eve"]).await;
    let place = json!({ "latitude": 52.516272, "longitude": 13.377722, "to": "Bob" });
    room.step("Ada shares with Bob where she is")
        .request("Ada", "location:send", place)
        .await;
    assert_snapshot!(room.tape());
}

#[tokio::test]
async fn a_location_in_private_is_not_saved() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    let place = json!({ "latitude": 1, "longitude": 2, "to": "Bob" });
    room.request("Ada", "location:send", place).await;
    room.connect(["Eve"]).await;
    let answer = room
        .request("Eve", "user:join", json!({ "name": "Eve" }))
        .await;
    assert_eq!(answer["ok"]["messages"], json!([]));
}

#[tokio::test]
async fn a_location_for_nobody_is_refused() {
    let mut room = Recorder::start(chat::app()).await;
    room.join(["Ada", "Bob"]).await;
    for to in [json!("Eve"), json!("Ada"), json!(7), json!(["Bob"])] {
        let place = json!({ "latitude": 1, "longitude": 2, "to": to });
        room.step("Ada shares where she is with nobody")
            .request("Ada", "location:send", place)
            .await;
    }
    assert_snapshot!(room.tape());
}
