//! Disconnects the sockets of a session that has ended.

use super::{
    Audience, Caller, ServerEvent, Sockets, disconnect::disconnect, emit, in_rooms, session_room,
    user_room,
};
use crate::ids::UserId;
use serde::Serialize;

/// To a browser whose session has ended: it shows the log-in form.
#[derive(Debug, Serialize)]
struct SessionEnded {}

impl ServerEvent for SessionEnded {
    const NAME: &'static str = "session:ended";
}

/// Disconnects the sockets of one session.
pub fn end_session(sockets: &Sockets, session: &str) {
    end_all(in_rooms(sockets, [session_room(session)]));
}

/// Disconnects all sockets of a person.
pub fn end_sessions_of(sockets: &Sockets, user: UserId) {
    end_all(in_rooms(sockets, [user_room(user)]));
}

fn end_all(audience: Option<Audience>) {
    for socket in audience.into_iter().flat_map(|audience| audience.sockets()) {
        if let Some(caller) = socket.extensions.get::<Caller>() {
            caller.end();
        }
        // First leave the rooms: `session:ended` must be the last event it receives.
        socket.leave_all();
        emit(&socket, &SessionEnded {});
        disconnect(socket);
    }
}
