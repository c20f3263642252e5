//! People who sign up and talk over real sockets.

use serde_json::{Value, json};
use testkit::Recorder;

use super::{Browser, Chat};

/// Serves the chat, and lets these people sign up and open a window each.
/// They get the numbers 1, 2, 3 …
pub async fn start<const N: usize>(chat: &Chat, names: [&str; N]) -> Recorder {
    let mut room = Recorder::start(chat.router.clone()).await;
    for name in names {
        let browser = chat.signed_up(name).await;
        enter(&mut room, name, &browser).await;
    }
    room.barrier().await;
    room
}

/// Opens a window, under any name, of someone who is logged in.
pub async fn enter(room: &mut Recorder, name: &str, browser: &Browser) -> Value {
    come_with_cookie(room, name, browser);
    room.connect([name]).await;
    room.wait_for(name, "socket:welcome").await
}

/// The next connection of this name comes from a page of the chat, with the
/// cookie of this browser.
pub fn come_with_cookie(room: &mut Recorder, name: &str, browser: &Browser) {
    let cookie = format!("make_chat_session={}", browser.session().unwrap());
    let origin = format!("http://{}", room.address());
    room.send_headers(name, &[("cookie", &cookie), ("origin", &origin)]);
}

/// Sends a message to a channel, with a client id of its own.
pub async fn say(room: &mut Recorder, name: &str, channel: i64, body: &str) -> Value {
    let client_id = format!("message-{}", room.received(name, "ack").len());
    let send = json!({ "channel": channel, "clientId": client_id, "body": body });
    let answer = room.request(name, "message:send", send).await;
    assert!(answer.get("ok").is_some(), "{answer}");
    answer["ok"]["message"].clone()
}

/// The code of a refusal.
pub fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or("no error")
}
