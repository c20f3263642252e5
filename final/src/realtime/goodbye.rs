//! How sockets are cut: one by one, when a browser does not read, and all at
//! once when the server stops.

use std::time::Duration;

use serde::{Serialize, Serializer, ser};
use socketioxide::{
    SendError, SocketError, TransportType, adapter::LocalAdapter, extract::SocketRef,
    operators::BroadcastOperators,
};
use tokio::{join, time::sleep};

use super::{EVERYONE, ServerEvent, Sockets, publish};

/// To everyone, before the server closes the connections: it may be back soon.
#[derive(Debug, Serialize)]
struct ServerStopping {}

impl ServerEvent for ServerStopping {
    const NAME: &'static str = "server:stopping";
}

/// This socket is being cut because it does not read.
#[derive(Debug, Clone)]
struct Slow;

/// How soon a page that polls asks again: a round trip, also from far away.
const NEXT_POLL: Duration = Duration::from_millis(400);
/// How often a socket is tried to be closed that has no room for a goodbye.
const GOODBYE_PERIOD: Duration = Duration::from_millis(500);
/// How many times; by then the connection itself has timed out.
const GOODBYE_TRIES: usize = 60;

/// Cuts a socket. First of all it hears nothing any more.
pub fn let_go(socket: SocketRef) {
    socket.leave_all();
    tokio::spawn(say_goodbye(socket));
}

/// Cuts those sockets that did not get an event because too much waits for
/// them. Their browsers come back, and ask for what they missed.
pub fn let_go_of_full(audience: BroadcastOperators<LocalAdapter>) {
    for socket in audience.sockets() {
        if is_full(&socket) {
            let_go_of_slow(socket);
        }
    }
}

/// Cuts a socket that does not read, once, however much more is for it.
pub fn let_go_of_slow(socket: SocketRef) {
    if socket.extensions.insert(Slow).is_none() {
        tracing::info!(id = %socket.id, "a browser that does not read is cut");
        let_go(socket);
    }
}

/// Tells everyone that the server stops. A page that polls may be between two
/// requests: it is waited for.
pub async fn announce_stop(sockets: &Sockets) {
    publish(sockets.to(EVERYONE), &ServerStopping {}).await;
    let everyone = sockets.to(EVERYONE).sockets();
    if everyone.iter().any(polls) {
        sleep(NEXT_POLL).await;
    }
}

fn polls(socket: &SocketRef) -> bool {
    socket.transport_type() == TransportType::Polling
}

/// Ends when everything is sent and the connections are closed.
pub async fn close_all(sockets: &Sockets) {
    // Whoever still has news for a room must find it, empty: where there is no
    // namespace, the library panics.
    join!(biased; sockets.close(), async { sockets.ns("/", refuse) });
}

async fn refuse(socket: SocketRef) {
    let_go(socket);
}

/// The library cannot close a socket whose buffer is full: it needs room for a
/// goodbye. Nothing more comes in, so there will be room, or the connection dies.
async fn say_goodbye(socket: SocketRef) {
    for _ in 0..GOODBYE_TRIES {
        match socket.clone().disconnect() {
            Err(SocketError::InternalChannelFull) => sleep(GOODBYE_PERIOD).await,
            _ => return,
        }
    }
    tracing::warn!(id = %socket.id, "a socket could not be closed");
}

/// The library does not say which sockets of a room are full. But it looks for
/// room before it looks at what is sent, so something that cannot be sent tells.
fn is_full(socket: &SocketRef) -> bool {
    let tried = socket.emit("", &Unsendable);
    matches!(
        tried,
        Err(SendError::Socket(SocketError::InternalChannelFull))
    )
}

struct Unsendable;

impl Serialize for Unsendable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(ser::Error::custom("this is never sent"))
    }
}
