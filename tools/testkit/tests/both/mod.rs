//! Runs one recording over both transports.

use testkit::{Recorder, Transport};

use crate::app;

/// Records the same conversation twice, over websocket and over polling, and
/// returns the one tape that both must produce.
pub async fn over_both_transports(conversation: impl AsyncFn(&mut Recorder)) -> String {
    let websocket = tape(Transport::WebSocket, &conversation).await;
    let polling = tape(Transport::Polling, &conversation).await;
    assert_eq!(websocket, polling, "the tapes over websocket and polling");
    websocket
}

async fn tape(transport: Transport, conversation: &impl AsyncFn(&mut Recorder)) -> String {
    let mut room = Recorder::start_over(app::app(), transport).await;
    conversation(&mut room).await;
    room.tape()
}
