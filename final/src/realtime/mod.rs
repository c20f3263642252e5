//! How events travel: rooms, emitting, acknowledgements, disconnecting. The events themselves belong
//! to the features.

use std::{borrow::Cow, time::Duration};

use crate::ids::{ChannelId, UserId};
use socketioxide::{
    ParserConfig, SocketIo, SocketIoBuilder, adapter::LocalAdapter, layer::SocketIoLayer,
    operators::BroadcastOperators,
};

mod disconnect;
mod wire;

pub use disconnect::{announce_stop, close_all, disconnect};
pub use wire::{
    ClientEvent, Payload, Responder, ServerEvent, acknowledge, emit, emit_named_to, emit_to,
    log_failure, refuse_unknown,
};

/// All sockets of this process.
pub type Sockets = SocketIo;

/// A selection of sockets.
pub type Audience = BroadcastOperators<LocalAdapter>;

/// The largest packet, in bytes, that a browser may send; a larger one ends its connection.
const MAX_PACKET_BYTES: usize = 64 * 1024;
/// How many packets may wait for one browser. Measured with ten clients that reply to each
/// other in a room of 1,000: with 128 some of them lose packets, with 1,024 none does.
const MAX_WAITING_PACKETS: usize = 1024;

/// How long an upgrade may take. Polling waits meanwhile, and the connection ends when
/// the time is over.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection may take from the handshake to the packet that opens the socket.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How much is read from a WebSocket at once.
const READ_BUFFER_BYTES: usize = 1024;

/// The path of the Socket.IO endpoint.
pub const PATH: &str = "/socket.io";

/// Builds the Socket.IO server and the layer that serves it.
pub fn open() -> (SocketIoLayer, Sockets) {
    builder().build_layer()
}

fn builder() -> SocketIoBuilder {
    SocketIo::builder()
        .max_buffer_size(MAX_WAITING_PACKETS)
        // For polling. WebSockets have limits of their own.
        .max_payload(MAX_PACKET_BYTES as u64)
        .ws_max_frame_size(MAX_PACKET_BYTES)
        .ws_max_message_size(MAX_PACKET_BYTES)
        .upgrade_timeout(UPGRADE_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        // Each connection holds a buffer of this size; what people send is small.
        .ws_read_buffer_size(READ_BUFFER_BYTES)
        // No event carries binary data.
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
}

/// The sockets in some rooms. There are none once the server has closed all connections: then
/// the library has no namespace any more, and its own functions would panic.
pub fn in_rooms<const N: usize>(
    sockets: &Sockets,
    rooms: [impl Into<Cow<'static, str>>; N],
) -> Option<Audience> {
    let rooms: Vec<Cow<'static, str>> = rooms.map(Into::into).into();
    sockets.of("/").map(|all| all.to(rooms))
}

/// How many sockets are in a room.
pub fn count(sockets: &Sockets, room: impl Into<Cow<'static, str>>) -> usize {
    in_rooms(sockets, [room]).map_or(0, |audience| audience.sockets().len())
}

/// The room of all sockets that receive the messages of a channel.
pub fn channel_room(channel: ChannelId) -> String {
    format!("channel:{channel}")
}

/// The room of all sockets of a person.
pub fn user_room(user: UserId) -> String {
    format!("user:{user}")
}

/// The room of all sockets of one session.
pub fn session_room(session: &str) -> String {
    format!("session:{session}")
}

/// The room of all connected sockets.
pub const EVERYONE: &str = "everyone";
