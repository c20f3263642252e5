//! When a session ends, its sockets are cut.

use std::time::Duration;

use serde::Serialize;
use socketioxide::{
    SocketError, adapter::LocalAdapter, extract::SocketRef, operators::BroadcastOperators,
};
use tokio::time::sleep;

use super::{Caller, ServerEvent, Sockets, session_room, tell, user_room};

/// To a window whose log-in is over: it leads to the log-in form.
#[derive(Debug, Serialize)]
struct SessionEnded {}

impl ServerEvent for SessionEnded {
    const NAME: &'static str = "session:ended";
}

/// How often a socket is tried to be closed that has no room for a goodbye.
const GOODBYE_PERIOD: Duration = Duration::from_millis(500);
/// How many times; by then the connection itself has timed out.
const GOODBYE_TRIES: usize = 60;

/// Cuts the sockets of one log-in.
pub fn end_session(sockets: &Sockets, session: &str) {
    cut(sockets.within(session_room(session)));
}

/// Cuts all sockets of a person.
pub fn end_sessions_of(sockets: &Sockets, user: i64) {
    cut(sockets.within(user_room(user)));
}

fn cut(windows: BroadcastOperators<LocalAdapter>) {
    for socket in windows.sockets() {
        if let Some(caller) = socket.extensions.get::<Caller>() {
            caller.end();
        }
        // First of all it hears nothing any more.
        socket.leave_all();
        tell(&socket, &SessionEnded {});
        tokio::spawn(say_goodbye(socket));
    }
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
