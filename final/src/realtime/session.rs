//! Disconnects the sockets of a session that has ended.

use serde::Serialize;
use socketioxide::{adapter::LocalAdapter, operators::BroadcastOperators};

use super::{Caller, ServerEvent, Sockets, disconnect::disconnect, emit, session_room, user_room};

/// To a browser whose session has ended: it shows the log-in form.
#[derive(Debug, Serialize)]
struct SessionEnded {}

impl ServerEvent for SessionEnded {
    const NAME: &'static str = "session:ended";
}

/// Disconnects the sockets of one session.
pub fn end_session(sockets: &Sockets, session: &str) {
    end_all(sockets.within(session_room(session)));
}

/// Disconnects all sockets of a person.
pub fn end_sessions_of(sockets: &Sockets, user: i64) {
    end_all(sockets.within(user_room(user)));
}

fn end_all(audience: BroadcastOperators<LocalAdapter>) {
    for socket in audience.sockets() {
        if let Some(caller) = socket.extensions.get::<Caller>() {
            caller.end();
        }
        // First leave the rooms: `session:ended` must be the last event it receives.
        socket.leave_all();
        emit(&socket, &SessionEnded {});
        disconnect(socket);
    }
}
