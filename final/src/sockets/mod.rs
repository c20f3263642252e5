//! Sockets: who may open one ([`handshake`]), what happens when it connects and disconnects
//! ([`connect`]), and who is online ([`presence`]), on other processes too ([`elsewhere`]). The
//! handlers of the events are in the features.

use std::{convert::Infallible, sync::Arc};

use socketioxide::{
    extract::{HttpExtension, SocketRef},
    handler::ConnectHandler,
};

use crate::{
    accounts::{Accounts, Authenticated, Caller},
    channels::{self, Channels},
    messages::{self, Messages},
    realtime::{Sockets, refuse_unknown},
};

pub mod api;
mod connect;
mod elsewhere;
mod events;
mod handshake;
mod presence;
mod shared;
mod store;

use connect::{on_connect, on_disconnect};
pub use elsewhere::share;
pub use handshake::check_handshake;
pub use presence::Presence;

/// The services that the handlers of a socket use.
#[derive(Clone)]
pub struct Services {
    pub accounts: Arc<Accounts>,
    pub channels: Arc<Channels>,
    pub messages: Arc<Messages>,
    pub presence: Arc<Presence>,
}

/// Registers the handlers of all events. That happens before a browser learns that it is
/// connected, so its first event finds a handler.
pub fn serve(sockets: &Sockets, services: Services) {
    let register =
        async move |socket: SocketRef,
                    HttpExtension(authenticated): HttpExtension<Authenticated>| {
            equip(&socket, &services, authenticated);
            register_events(&socket);
            Ok::<(), Infallible>(())
        };
    sockets.ns("/", on_connect.with(register));
}

/// Shares with the handlers of a socket what they extract.
fn equip(socket: &SocketRef, services: &Services, authenticated: Authenticated) {
    let caller = Caller::new(services.accounts.clone(), authenticated);
    socket.extensions.insert(caller);
    socket.extensions.insert(services.channels.clone());
    socket.extensions.insert(services.messages.clone());
    socket.extensions.insert(services.presence.clone());
}

fn register_events(socket: &SocketRef) {
    channels::handlers::register(socket);
    messages::handlers::register(socket);
    socket.on_fallback(refuse_unknown);
    socket.on_disconnect(on_disconnect);
}
