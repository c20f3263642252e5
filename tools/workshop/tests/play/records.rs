//! Tests that the proxy changes nothing, and that it records the packets.

use insta::assert_snapshot;
use serde_json::{Value, json};
use testkit::{Recorder, Transport};

use super::tool::Tool;

const LESSON: &str = "lesson-07";
/// The recorder's request after each step, which is not part of the conversation.
const BARRIER: &str = "/__barrier";

#[tokio::test]
async fn a_conversation_is_the_same_with_the_proxy_and_without() {
    let tool = Tool::here();
    for transport in [Transport::WebSocket, Transport::Polling] {
        let mut page = tool.play(LESSON).await;
        page.until("running").await;
        let without = converse(Recorder::attach(page.address_of_chat().await, transport).await);
        let without = without.await;
        page.starts(LESSON).await;
        let with = converse(Recorder::attach(page.address_of_a().await, transport).await);
        assert_eq!(with.await, without);
        assert!(without.contains("Bob <- message:created"), "{without}");
    }
}

#[tokio::test]
async fn frames_over_websocket_are_recorded() {
    assert_snapshot!(recorded(Transport::WebSocket).await);
}

#[tokio::test]
async fn frames_over_polling_are_recorded() {
    assert_snapshot!(recorded(Transport::Polling).await);
}

#[tokio::test]
async fn users_come_and_go() {
    let tool = Tool::here();
    let mut page = tool.play(LESSON).await;
    let state = page.until("running").await;
    assert_eq!(names(&state), ["A", "B"]);
    assert_eq!(page.asks("user:add", json!({})).await["name"], "C");
    page.asks("user:remove", json!({ "name": "A" })).await;
    let mut state = page.until("running").await;
    while names(&state) != ["B", "C"] {
        state = page.until("running").await;
    }
    assert_eq!(page.asks("user:add", json!({})).await["name"], "A");
}

fn names(state: &Value) -> Vec<&str> {
    let users = state["users"].as_array().unwrap().iter();
    users.map(|user| user["name"].as_str().unwrap()).collect()
}

/// Two people join, and one says hello.
async fn converse(mut room: Recorder) -> String {
    for name in ["Ada", "Bob"] {
        room.connect([name]).await;
        room.wait_for(name, "socket:welcome").await;
    }
    room.step("Two people join");
    for name in ["Ada", "Bob"] {
        room.request(name, "user:join", json!({ "name": name }))
            .await;
    }
    room.step("Ada says hello")
        .request("Ada", "message:send", json!({ "body": "hello 👋" }))
        .await;
    room.wait_for("Bob", "message:created").await;
    room.step("Ada sends what is no JSON")
        .send_raw("Ada", "42[\"message:send\"")
        .await;
    room.wait_for_disconnect("Ada").await;
    room.wait_for("Bob", "visitors:changed").await;
    room.tape()
}

/// The frames of one user who joins and waves, one on each line: first the frames to the
/// server, then those from it, because the order between the two directions can vary.
async fn recorded(transport: Transport) -> String {
    let tool = Tool::here();
    let mut page = tool.play(LESSON).await;
    let address = page.address_of_a().await;
    let mut room = Recorder::attach(address, transport).await;
    room.step("Ada").connect(["Ada"]).await;
    room.wait_for("Ada", "socket:welcome").await;
    room.request("Ada", "user:join", json!({ "name": "Ada" }))
        .await;
    room.request("Ada", "wave:send", json!({})).await;
    room.send_raw("Ada", "49").await;
    room.wait_for_disconnect("Ada").await;
    let tape = page.tape().await;
    let is_heartbeat = |frame: &Value| frame["engine"] == "ping" || frame["engine"] == "pong";
    // How the server closes the connection, and whether that was recorded yet, can vary.
    let is_last = |frame: &Value| {
        let ends = ["websocket close", "HTTP 400"];
        frame["engine"] == "close" || ends.iter().any(|end| frame["event"] == *end)
    };
    let is_shown =
        |frame: &&Value| frame["namespace"] != BARRIER && !is_heartbeat(frame) && !is_last(frame);
    let mut tape: Vec<_> = tape.iter().filter(is_shown).collect();
    tape.sort_by_key(|frame| frame["direction"] != "out");
    tape.into_iter().map(described).collect()
}

fn described(frame: &Value) -> String {
    let words = ["user", "direction", "transport", "engine", "socket"];
    let words = words.map(|name| frame[name].as_str().unwrap_or("-"));
    let more = ["namespace", "event", "ackId", "answers", "room", "problem"];
    let more = more.iter().filter(|name| !frame[**name].is_null());
    let more: Vec<_> = more
        .map(|name| format!("{name}={}", frame[*name]))
        .collect();
    format!("{} | {}\n", words.join(" "), more.join(" "))
}
