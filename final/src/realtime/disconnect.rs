//! Disconnects sockets: a single one whose browser does not read, or all of them when the
//! server stops.

use std::time::Duration;

use serde::{Serialize, Serializer, ser};
use socketioxide::{SendError, SocketError, TransportType, extract::SocketRef};
use tokio::time::sleep;

use super::{Audience, EVERYONE, ServerEvent, Sockets, emit_to, in_rooms};

/// To everyone, before the server closes the connections. It may be back soon.
#[derive(Debug, Serialize)]
struct ServerStopping {}

impl ServerEvent for ServerStopping {
    const NAME: &'static str = "server:stopping";
}

/// Marks a socket that is being disconnected because its browser does not read.
#[derive(Debug, Clone)]
struct Slow;

/// How long a browser that polls takes to send its next request: a round trip, even from far
/// away.
const NEXT_POLL: Duration = Duration::from_millis(400);
/// How often the server tries to close a socket whose buffer is full.
const RETRY_PERIOD: Duration = Duration::from_millis(500);
/// How many times it tries. By then the connection itself has timed out.
const MAX_ATTEMPTS: usize = 60;

/// Disconnects a socket. It receives no more events, even while closing takes time.
pub fn disconnect(socket: SocketRef) {
    socket.leave_all();
    tokio::spawn(close(socket));
}

/// Disconnects the sockets of an audience that missed an event because their buffer is full.
/// Their browsers reconnect and request what they missed.
pub fn disconnect_full(audience: Audience) {
    for socket in audience.sockets() {
        if is_full(&socket) {
            disconnect_slow(socket);
        }
    }
}

/// Disconnects a socket whose browser does not read. Later calls for the same socket do
/// nothing.
pub fn disconnect_slow(socket: SocketRef) {
    if socket.extensions.insert(Slow).is_none() {
        tracing::info!(id = %socket.id, "disconnecting a browser that does not read");
        disconnect(socket);
    }
}

/// Announces to everyone that the server stops. A browser that polls may be between two
/// requests, so this waits for its next one.
pub async fn announce_stop(sockets: &Sockets) {
    let everyone = in_rooms(sockets, [EVERYONE]);
    emit_to(everyone.clone(), &ServerStopping {}).await;
    if everyone.is_some_and(|everyone| everyone.sockets().iter().any(polls)) {
        sleep(NEXT_POLL).await;
    }
}

fn polls(socket: &SocketRef) -> bool {
    socket.transport_type() == TransportType::Polling
}

/// Returns when everything is sent and all connections are closed.
pub async fn close_all(sockets: &Sockets) {
    sockets.close().await;
}

/// The library needs room in the socket's buffer for the disconnect packet. No more events are
/// added to the buffer, so either there will be room, or the connection times out.
async fn close(socket: SocketRef) {
    for _ in 0..MAX_ATTEMPTS {
        match socket.clone().disconnect() {
            Err(SocketError::InternalChannelFull) => sleep(RETRY_PERIOD).await,
            _ => return,
        }
    }
    tracing::warn!(id = %socket.id, "a socket could not be closed");
}

/// The library does not tell which sockets of a room are full. But it checks for room before
/// it serializes the payload: with a payload that cannot be serialized, the error tells whether
/// there was room, and nothing is sent.
fn is_full(socket: &SocketRef) -> bool {
    let result = socket.emit("", &Unserializable);
    matches!(
        result,
        Err(SendError::Socket(SocketError::InternalChannelFull))
    )
}

struct Unserializable;

impl Serialize for Unserializable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(ser::Error::custom("this is never sent"))
    }
}
