//! The sockets of the workshop's pages.

use std::convert::Infallible;

use socketioxide::{
    SocketIo,
    extract::{SocketRef, State},
    handler::ConnectHandler,
    layer::SocketIoLayer,
};

use super::{Workshop, check_events, student, wire};
use crate::play;

/// The largest packet, in bytes, that a page may send; more ends its connection.
const MAX_PACKET_BYTES: usize = 64 * 1024;
/// How many packets may wait for one page; more are lost to it.
const MAX_WAITING_PACKETS: usize = 1024;

/// The layer that serves the sockets.
pub fn open(workshop: Workshop) -> SocketIoLayer {
    let (layer, io) = SocketIo::builder()
        .with_state(workshop)
        .max_buffer_size(MAX_WAITING_PACKETS)
        .max_payload(MAX_PACKET_BYTES as u64)
        .ws_max_frame_size(MAX_PACKET_BYTES)
        .ws_max_message_size(MAX_PACKET_BYTES)
        .build_layer();
    io.ns("/", on_connect.with(register_events));
    layer
}

/// Does nothing: pages request the data that they need.
async fn on_connect() {}

/// Names the handler of each event, before the page is told that it is
/// connected: whatever it sends from then on finds its handler.
async fn register_events(socket: SocketRef) -> Result<(), Infallible> {
    socket.on("check:watch", check_events::watch);
    socket.on("check:start", check_events::start);
    socket.on("check:stop", check_events::stop);
    socket.on("chat:start", student::start);
    socket.on("chat:catch-up", student::catch_up);
    socket.on("hint:show", student::show_hint);
    play::events::register(&socket);
    socket.on_fallback(wire::refuse_unknown);
    socket.on_disconnect(on_disconnect);
    Ok(())
}

/// A page has gone, and with it everything that runs for it alone.
async fn on_disconnect(socket: SocketRef, State(workshop): State<Workshop>) {
    workshop.checks.leave(socket.id);
    workshop.play.leave(socket.id);
}
