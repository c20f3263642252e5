//! How a connection begins: the first request and the first answer.

use insta::assert_snapshot;
use testkit::{Recorder, Transport};

use crate::chat;

#[tokio::test]
async fn over_polling() {
    let room = Recorder::start(chat::app()).await;
    assert_snapshot!(room.handshake(Transport::Polling).await);
}

#[tokio::test]
async fn over_websocket() {
    let room = Recorder::start(chat::app()).await;
    assert_snapshot!(room.handshake(Transport::WebSocket).await);
}
