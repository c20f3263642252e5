//! The handlers that run when a socket connects and disconnects.

use std::sync::Arc;

use socketioxide::{
    extract::{Extension, SocketRef},
    socket::DisconnectReason,
};

use super::{Services, events::SocketWelcome, presence::Presence};
use crate::{
    accounts::Caller,
    channels::{Channel, Channels},
    error::AppError,
    realtime::{EVERYONE, Sockets, emit, in_rooms, session_room, user_room},
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
    let welcome = SocketWelcome::to(socket, caller, channels).await?;

    let mut online = presence.online.lock().await;
    // The socket may have disconnected already, and `on_disconnect` may have run.
    if !socket.connected() {
        return Ok(());
    }
    presence.connect(&mut online, welcome.me.clone()).await;
    socket.extensions.insert(Counted);
    socket.join(EVERYONE);
    emit(socket, &welcome);
    drop(online);
    // A log-out since the handshake did not find this socket.
    if !accounts.is_session_alive(&caller.session).await? {
        accounts.end_session(&caller.session);
    }
    Ok(())
}

/// Welcomes all sockets once more: their pages then fetch everything that they may have missed.
pub async fn welcome_everyone(sockets: Sockets, services: Services) {
    let everyone = in_rooms(&sockets, [EVERYONE]);
    for socket in everyone.into_iter().flat_map(|everyone| everyone.sockets()) {
        let Some(caller) = socket.extensions.get::<Caller>() else {
            continue;
        };
        match SocketWelcome::to(&socket, &caller, &services.channels).await {
            Ok(welcome) => emit(&socket, &welcome),
            Err(error) => error.log(),
        }
    }
}

impl SocketWelcome {
    /// Joins the rooms of the person's channels, and reads what their page needs to know.
    async fn to(
        socket: &SocketRef,
        caller: &Caller,
        channels: &Channels,
    ) -> Result<Self, AppError> {
        let channels = channels.join_rooms(socket, caller.user).await?;
        Ok(Self {
            id: socket.id,
            transport: socket.transport_type().into(),
            me: caller.accounts.person(caller.user).await?,
            channels: channels.into_iter().filter(Channel::is_listed).collect(),
        })
    }
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
