//! Sending: shown at once, kept until it has arrived, tried again when it has not.

use browser::{Stage, rules::Rule};
use serde_json::json;

const WAITING: &str = "Waiting for the connection…";

pub fn rules() -> Vec<Rule> {
    browser::rules![chat;
        what_is_written_without_a_connection_arrives_once_and_in_order,
        a_message_that_is_on_its_way_is_shown_at_once,
        a_message_that_had_arrived_is_not_doubled_by_sending_it_again,
        what_waits_survives_a_reload,
        a_refused_message_can_be_tried_again_or_deleted,
    ]
}

async fn what_is_written_without_a_connection_arrives_once_and_in_order(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    stage.stop_server();
    let bodies = ["one", "two", "three", "four", "five"];
    for body in bodies {
        ada.say(body).await;
    }
    ada.lists(".pending__state", &[WAITING; 5]).await;
    stage.start_server();
    ada.hides("#outbox .message").await;
    for window in [&ada, &bob] {
        window.has_history(&bodies).await;
    }
}

async fn a_message_that_is_on_its_way_is_shown_at_once(stage: &Stage) {
    let ada = stage.person("Ada").await;
    stage.pause_server();
    ada.say("hello").await;
    ada.shows("#outbox .message__body", "hello").await;
    ada.shows(".pending__state", "Sending…").await;
    ada.say("again").await;
    stage.resume_server();
    ada.hides("#outbox .message").await;
    ada.has_history(&["hello", "again"]).await;
    assert_eq!(ada.count_packets("out", "message:send").await, 2);
}

async fn a_message_that_had_arrived_is_not_doubled_by_sending_it_again(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    // As if the connection had broken after the server saved, before it answered.
    ada.run(
        "const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) {\
        if (key.includes('outbox')) window.letter = [key, value]; return set.call(this, key, value); }",
    )
    .await;
    ada.say("once").await;
    bob.sees("once").await;
    ada.hides("#outbox .message").await;
    ada.run("localStorage.setItem(...window.letter); location.reload()")
        .await;
    ada.is_in("# General").await;
    ada.hides("#outbox .message").await;
    ada.say("after").await;
    for window in [&ada, &bob] {
        window.has_history(&["once", "after"]).await;
    }
    ada.becomes(
        "Object.keys(localStorage).filter((key) => key.includes('outbox')).length",
        0,
    )
    .await;
}

async fn what_waits_survives_a_reload(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    // The page comes, its connection does not.
    ada.devtools("Network.enable", json!({})).await;
    stage.stop_server();
    ada.say("still here").await;
    ada.shows(".pending__state", WAITING).await;
    stage.allow_failed_requests();
    ada.devtools(
        "Network.setBlockedURLs",
        json!({ "urls": ["*socket.io/?*"] }),
    )
    .await;
    stage.start_server();
    ada.run("location.reload()").await;
    bob.connects().await;
    bob.has_history(&[]).await;
    ada.devtools("Network.setBlockedURLs", json!({ "urls": [] }))
        .await;
    for window in [&ada, &bob] {
        window.has_history(&["still here"]).await;
    }
    ada.hides("#outbox .message").await;
}

async fn a_refused_message_can_be_tried_again_or_deleted(stage: &Stage) {
    let [ada, bob] = stage.people(["Ada", "Bob"]).await;
    for body in ["one", "two"] {
        bob.say(body).await;
        ada.chooses(body, "reply").await;
        bob.chooses(body, "delete").await;
        bob.click("#confirm-action").await;
        bob.sees_times(body, 0).await;
        ada.sees_times(body, 0).await;
        ada.say("too late").await;
        ada.shows(
            ".pending__state",
            "Not sent: there is no such message, or you may not see it",
        )
        .await;
        ada.click(".pending__retry").await;
        ada.shows_start(".pending__state", "Not sent").await;
        ada.click(".pending__delete").await;
        ada.hides("#outbox .message").await;
    }
    ada.say("goes on").await;
    bob.sees("goes on").await;
    bob.sees_times("too late", 0).await;
}
