//! When a session ends, its sockets are cut.

use serde::Serialize;
use socketioxide::{adapter::LocalAdapter, operators::BroadcastOperators};

use super::{Caller, ServerEvent, Sockets, goodbye::let_go, session_room, tell, user_room};

/// To a window whose log-in is over: it leads to the log-in form.
#[derive(Debug, Serialize)]
struct SessionEnded {}

impl ServerEvent for SessionEnded {
    const NAME: &'static str = "session:ended";
}

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
        // Nothing may come between this and the goodbye.
        socket.leave_all();
        tell(&socket, &SessionEnded {});
        let_go(socket);
    }
}
