//! People who sign up and use the chat over real sockets.

use serde_json::{Value, json};
use testkit::Recorder;

use super::{Browser, Chat};

/// Serves the chat, signs up these people, and connects a window for each. Their ids are 1, 2, 3 …
pub async fn start<const N: usize>(chat: &Chat, names: [&str; N]) -> Recorder {
    let mut room = Recorder::start(chat.router.clone()).await;
    for name in names {
        let browser = chat.signed_up(name).await;
        enter(&mut room, name, &browser).await;
    }
    room.barrier().await;
    room
}

/// Connects a window of someone who is logged in. The name identifies the window.
pub async fn enter(room: &mut Recorder, name: &str, browser: &Browser) -> Value {
    connect_with_cookie(room, name, browser);
    room.connect([name]).await;
    room.wait_for(name, "socket:welcome").await
}

/// The next connection of this window comes from a page of the chat, with the cookie of this browser.
pub fn connect_with_cookie(room: &mut Recorder, name: &str, browser: &Browser) {
    let cookie = browser.cookie();
    let origin = format!("http://{}", room.address());
    room.send_headers(name, &[("cookie", &cookie), ("origin", &origin)]);
}

/// Sends a message to a channel, with a client id of its own.
pub async fn say(room: &mut Recorder, name: &str, channel: i64, body: &str) -> Value {
    let client_id = format!("message-{}", room.received(name, "ack").len());
    let send = json!({ "channel": channel, "clientId": client_id, "body": body });
    let ack = room.request(name, "message:send", send).await;
    assert!(ack.get("ok").is_some(), "{ack}");
    ack["ok"]["message"].clone()
}

/// The error code of an acknowledgement.
pub fn code(ack: &Value) -> &str {
    ack["error"]["code"].as_str().unwrap_or("no error")
}
