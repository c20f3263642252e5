//! The handlers that run when a socket connects and disconnects.

use serde::Serialize;
use socketioxide::{
    extract::{Extension, SocketRef},
    socket::{DisconnectReason, Sid},
};
use tokio::time::sleep;

use super::{
    Caller, EVERYONE, ServerEvent, channel_room, emit, emit_to, end_session, in_rooms,
    presence::GRACE, session_room, user_room,
};
use crate::{
    accounts::{self, Person},
    channels::{self, Channel},
    error::AppError,
    ids::UserId,
};

/// To a browser that has just connected. The messages and the online users are not part of
/// it: each connection would hold a buffer as large as a list of 1,000 people, so the browser
/// fetches that list over HTTP.
#[derive(Debug, Serialize)]
struct SocketWelcome {
    id: Sid,
    /// `polling` or `websocket`. A connection that starts with polling may be upgraded later.
    transport: &'static str,
    /// The person who is logged in.
    me: Person,
    /// The channels they are subscribed to, by name.
    channels: Vec<Channel>,
}

impl ServerEvent for SocketWelcome {
    const NAME: &'static str = "socket:welcome";
}

/// To everyone, when a person comes online.
#[derive(Debug, Serialize)]
struct UserJoined {
    person: Person,
}

impl ServerEvent for UserJoined {
    const NAME: &'static str = "user:joined";
}

/// To everyone, when a person has gone offline.
#[derive(Debug, Serialize)]
struct UserLeft {
    user: UserId,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}

/// A browser has connected.
pub async fn on_connect(socket: SocketRef, Extension(caller): Extension<Caller>) {
    tracing::info!(id = %socket.id, user = %caller.user, "connected");
    if let Err(error) = welcome(&socket, &caller).await {
        error.log();
        // The browser reconnects and tries again.
        if let Err(error) = socket.disconnect() {
            tracing::warn!(%error, "a socket could not be closed");
        }
    }
}

async fn welcome(socket: &SocketRef, caller: &Caller) -> Result<(), AppError> {
    let state = &caller.state;
    // Join the rooms before reading: a change in between arrives twice, and the browser
    // recognises it by its number.
    socket.join([user_room(caller.user), session_room(&caller.session)]);
    let channels = join_channel_rooms(socket, caller).await?;
    let me = accounts::person(state, caller.user).await?;

    let mut online = state.presence.0.lock().await;
    // The socket may have disconnected already, and `on_disconnect` may have run.
    if !socket.connected() {
        return Ok(());
    }
    if online.connect(caller.user) {
        let person = me.clone();
        emit_to(in_rooms(&state.io, [EVERYONE]), &UserJoined { person }).await;
    }
    socket.extensions.insert(Counted);
    socket.join(EVERYONE);
    emit(
        socket,
        &SocketWelcome {
            id: socket.id,
            transport: socket.transport_type().into(),
            me,
            channels: channels.into_iter().filter(Channel::is_listed).collect(),
        },
    );
    drop(online);
    // A log-out since the handshake did not find this socket.
    if !accounts::is_session_alive(state, &caller.session).await? {
        end_session(&state.io, &caller.session);
    }
    Ok(())
}

/// Joins the rooms of all channels that the person is subscribed to.
async fn join_channel_rooms(socket: &SocketRef, caller: &Caller) -> Result<Vec<Channel>, AppError> {
    let _rooms = caller.state.rooms.read().await;
    let channels = channels::of_user(&caller.state, caller.user).await?;
    let rooms = channels.iter().map(|channel| channel_room(channel.id));
    socket.join(rooms.collect::<Vec<_>>());
    Ok(channels)
}

/// Marks a socket that is counted in [`super::Presence`].
#[derive(Debug, Clone)]
struct Counted;

/// A browser has disconnected, or its connection is lost.
pub async fn on_disconnect(
    socket: SocketRef,
    reason: DisconnectReason,
    Extension(caller): Extension<Caller>,
) {
    tracing::info!(id = %socket.id, user = %caller.user, %reason, "disconnected");
    let mut online = caller.state.presence.0.lock().await;
    let was_counted = socket.extensions.remove::<Counted>().is_some();
    if was_counted && online.disconnect(caller.user) {
        tokio::spawn(go_offline_later(caller.clone()));
    }
}

async fn go_offline_later(caller: Caller) {
    sleep(GRACE).await;
    let mut online = caller.state.presence.0.lock().await;
    if online.remove_disconnected(caller.user) {
        let user = caller.user;
        emit_to(in_rooms(&caller.state.io, [EVERYONE]), &UserLeft { user }).await;
    }
}
