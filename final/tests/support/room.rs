//! People who sign up and talk over real sockets.

use testkit::Recorder;

use super::{Browser, Chat};

/// Serves the chat, and lets these people sign up and open a window each.
pub async fn start<const N: usize>(chat: &Chat, names: [&str; N]) -> Recorder {
    let mut room = Recorder::start(chat.router.clone()).await;
    for name in names {
        let browser = chat.signed_up(name).await;
        enter(&mut room, name, &browser).await;
    }
    room.barrier().await;
    room
}

/// Opens a window of someone who is logged in, under any name.
pub async fn enter(room: &mut Recorder, name: &str, browser: &Browser) {
    let cookie = format!("make_chat_session={}", browser.session().unwrap());
    let origin = format!("http://{}", room.address());
    room.send_headers(name, &[("cookie", &cookie), ("origin", &origin)]);
    room.connect([name]).await;
    room.wait_for(name, "socket:welcome").await;
}
