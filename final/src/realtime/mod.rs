//! Sockets: who may open one, who is there, and how events travel. It knows
//! nothing of what the events mean; the features register their own.

use std::sync::Arc;

use socketioxide::{ParserConfig, SocketIo, SocketIoBuilder, layer::SocketIoLayer};

mod caller;
mod connect;
mod door;
mod goodbye;
mod presence;
mod session;
mod wire;

pub use caller::{Ask, Caller};
pub use connect::{farewell, welcome};
pub use door::{Visitor, check as door};
pub use goodbye::{announce_stop, close_all};
pub use presence::Presence;
pub use session::{end_session, end_sessions_of};
pub use wire::{
    Asker, ServerEvent, acknowledge, log_failure, publish, publish_as, refuse_unknown, tell,
};

/// All sockets of this process.
pub type Sockets = SocketIo;

/// The largest packet, in bytes, that a browser may send; more ends its connection.
const MAX_PACKET_BYTES: usize = 64 * 1024;
/// How many packets may wait for one browser. Measured beforehand: of ten
/// clients that answer each other in a room of 1,000 some lose packets with
/// 128, none with 1,024.
const MAX_WAITING_PACKETS: usize = 1024;

/// How much is read from a websocket at once.
const READ_BUFFER_BYTES: usize = 1024;

/// Where the sockets are served.
pub const PATH: &str = "/socket.io";

/// The sockets, and the layer that serves them.
pub fn open() -> (SocketIoLayer, Sockets) {
    builder().build_layer()
}

fn builder() -> SocketIoBuilder {
    SocketIo::builder()
        .max_buffer_size(MAX_WAITING_PACKETS)
        // For polling; websockets have limits of their own.
        .max_payload(MAX_PACKET_BYTES as u64)
        .ws_max_frame_size(MAX_PACKET_BYTES)
        .ws_max_message_size(MAX_PACKET_BYTES)
        // Each connection holds one; what people send is small.
        .ws_read_buffer_size(READ_BUFFER_BYTES)
        // No browser sends binary packets here.
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
}

/// How many sockets are open.
pub fn count(sockets: &Sockets) -> usize {
    sockets.to(EVERYONE).sockets().len()
}

/// The room of the sockets that hear what is said in a channel.
pub fn channel_room(channel: i64) -> String {
    format!("channel:{channel}")
}

/// The room of all windows of a person.
pub fn user_room(user: i64) -> String {
    format!("user:{user}")
}

/// The room of all windows that one log-in opened.
fn session_room(session: &str) -> String {
    format!("session:{session}")
}

/// The room of everyone who is connected.
pub const EVERYONE: &str = "everyone";

/// What connections share.
pub type SharedPresence = Arc<Presence>;
