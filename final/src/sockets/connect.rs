//! The handlers that run when a socket connects and disconnects.

use std::sync::Arc;

use socketioxide::{
    extract::{Extension, SocketRef},
    socket::DisconnectReason,
};

use super::{events::SocketWelcome, presence::Presence};
use crate::{
    accounts::Caller,
    channels::{Channel, Channels},
    error::AppError,
    realtime::{EVERYONE, emit, session_room, user_room},
};

/// A browser has connected.
pub async fn on_connect(
    socket: SocketRef,
    Extension(caller): Extension<Caller>,
    Extension(channels): Extension<Arc<Channels>>,
    Extension(presence): Extension<Arc<Presence>>,
) {
    tracing::info!(id = %socket.id, user = %caller.user, "connected");
    if let Err(error) = welcome(&socket, &caller, &channels, &presence).await {
        error.log();
        // The browser reconnects and tries again.
        if let Err(error) = socket.disconnect() {
            tracing::warn!(%error, "a socket could not be closed");
        }
    }
}

async fn welcome(
    socket: &SocketRef,
    caller: &Caller,
    channels: &Channels,
    presence: &Arc<Presence>,
) -> Result<(), AppError> {
    let accounts = &caller.accounts;
    // Join the rooms before reading: a change in between arrives twice, and the browser
    // recognises it by its number.
    socket.join([user_room(caller.user), session_room(&caller.session)]);
    let channels = channels.join_rooms(socket, caller.user).await?;
    let me = accounts.person(caller.user).await?;

    let mut online = presence.online.lock().await;
    // The socket may have disconnected already, and `on_disconnect` may have run.
    if !socket.connected() {
        return Ok(());
    }
    if online.connect(caller.user) {
        presence.join(&mut online, me.clone()).await;
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
    if !accounts.is_session_alive(&caller.session).await? {
        accounts.end_session(&caller.session);
    }
    Ok(())
}

/// Marks a socket that is counted in [`Presence`].
#[derive(Debug, Clone)]
struct Counted;

/// A browser has disconnected, or its connection is lost.
pub async fn on_disconnect(
    socket: SocketRef,
    reason: DisconnectReason,
    Extension(caller): Extension<Caller>,
    Extension(presence): Extension<Arc<Presence>>,
) {
    tracing::info!(id = %socket.id, user = %caller.user, %reason, "disconnected");
    let mut online = presence.online.lock().await;
    let was_counted = socket.extensions.remove::<Counted>().is_some();
    if was_counted && online.disconnect(caller.user) {
        tokio::spawn(presence.clone().leave_later(caller.user));
    }
}
