//! Coming and going.

use serde::Serialize;
use socketioxide::{
    extract::{Extension, SocketRef},
    socket::{DisconnectReason, Sid},
};
use tokio::time::sleep;

use super::{
    Caller, EVERYONE, ServerEvent, channel_room, end_session, presence::GRACE, publish,
    session_room, tell, user_room,
};
use crate::{
    accounts::{self, Person},
    channels::{self, Channel},
    error::AppError,
};

/// To the browser that has connected: everything beside the messages and who is
/// here. Every connection would keep a buffer as large as the list of 1,000 people,
/// so that is asked for over HTTP.
#[derive(Debug, Serialize)]
struct SocketWelcome {
    /// How the server names this connection.
    id: Sid,
    /// `polling` or `websocket`, at this moment.
    transport: &'static str,
    /// Who is logged in here.
    me: Person,
    /// Their channels, by name.
    channels: Vec<Channel>,
}

impl ServerEvent for SocketWelcome {
    const NAME: &'static str = "socket:welcome";
}

/// To everyone, when a person opens their first window.
#[derive(Debug, Serialize)]
struct UserJoined {
    person: Person,
}

impl ServerEvent for UserJoined {
    const NAME: &'static str = "user:joined";
}

/// To everyone, when a person has closed their last window.
#[derive(Debug, Serialize)]
struct UserLeft {
    user: i64,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}

/// A browser has connected: it learns where things stand, and everyone learns
/// that the person is here.
pub async fn welcome(socket: SocketRef, Extension(caller): Extension<Caller>) {
    tracing::info!(id = %socket.id, user = caller.user, "connected");
    if let Err(error) = greet(&socket, &caller).await {
        error.log();
        // The browser comes back, and tries again.
        if let Err(error) = socket.disconnect() {
            tracing::warn!(%error, "a socket could not be closed");
        }
    }
}

async fn greet(socket: &SocketRef, caller: &Caller) -> Result<(), AppError> {
    let state = &caller.state;
    // Rooms first, then what is in them: whatever happens in between comes
    // twice, and the numbers tell.
    socket.join([user_room(caller.user), session_room(&caller.session)]);
    let channels = enter_channels(socket, caller).await?;
    let me = accounts::person(state, caller.user).await?;

    let mut windows = state.presence.0.lock().await;
    // The farewell of a connection that is gone already may have run before.
    if !socket.connected() {
        return Ok(());
    }
    if windows.open(caller.user) {
        let person = me.clone();
        publish(state.io.to(EVERYONE), &UserJoined { person }).await;
    }
    socket.extensions.insert(Counted);
    socket.join(EVERYONE);
    tell(
        socket,
        &SocketWelcome {
            id: socket.id,
            transport: socket.transport_type().into(),
            me,
            channels: channels.into_iter().filter(Channel::is_listed).collect(),
        },
    );
    drop(windows);
    // A log-out since the handshake did not find this socket.
    if !accounts::is_session_alive(state, &caller.session).await? {
        end_session(&state.io, &caller.session);
    }
    Ok(())
}

/// Lets a socket hear what is said in the channels of its person.
async fn enter_channels(socket: &SocketRef, caller: &Caller) -> Result<Vec<Channel>, AppError> {
    let _rooms = caller.state.rooms.read().await;
    let channels = channels::of_user(&caller.state, caller.user).await?;
    let rooms = channels.iter().map(|channel| channel_room(channel.id));
    socket.join(rooms.collect::<Vec<_>>());
    Ok(channels)
}

/// This socket counts as a window.
#[derive(Debug, Clone)]
struct Counted;

/// A browser is gone, by its own will or not.
pub async fn farewell(
    socket: SocketRef,
    reason: DisconnectReason,
    Extension(caller): Extension<Caller>,
) {
    tracing::info!(id = %socket.id, user = caller.user, %reason, "disconnected");
    let mut windows = caller.state.presence.0.lock().await;
    let was_counted = socket.extensions.remove::<Counted>().is_some();
    if was_counted && windows.close(caller.user) {
        tokio::spawn(leave_later(caller.clone()));
    }
}

async fn leave_later(caller: Caller) {
    sleep(GRACE).await;
    let mut windows = caller.state.presence.0.lock().await;
    if windows.forget(caller.user) {
        let user = caller.user;
        publish(caller.state.io.to(EVERYONE), &UserLeft { user }).await;
    }
}
