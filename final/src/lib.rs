//! The finished chat.
//!
//! - [`accounts`]: signing up, logging in and out, profiles.
//! - `backup`: saves a chat to a folder and restores it.
//! - `channels`: public channels and direct messages.
//! - [`config`]: command-line flags and environment variables.
//! - [`demo`]: fills an empty chat with sample people and conversations.
//! - `error`: every way in which a request can fail.
//! - `ids`: typed ids and sequence numbers.
//! - `limits`: rate limits.
//! - [`media`]: files and pictures.
//! - `messages`: sending, changing and reading messages.
//! - `names`: the rules for names.
//! - `object`: payloads that must be JSON objects.
//! - `realtime`: handshake, presence, events and acknowledgements.
//! - [`server`]: listens on an address, and shuts down gracefully.
//! - [`state`]: what all handlers share.
//! - [`storage`]: the database, SQLite or PostgreSQL.
//! - [`web`]: what all pages share: headers, limits, assets, health checks.

use std::convert::Infallible;

use axum::Router;
use socketioxide::{
    extract::{HttpExtension, SocketRef},
    handler::ConnectHandler,
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    realtime::{Authenticated, Caller},
    state::AppState,
};

pub mod accounts;
mod backup;
mod channels;
pub mod config;
pub mod demo;
mod error;
mod ids;
mod limits;
pub mod media;
mod messages;
mod names;
mod object;
mod realtime;
pub mod server;
pub mod state;
pub mod storage;
pub mod web;

/// The whole application: the routes of each feature, wrapped in the layers of [`web`], and the
/// sockets.
pub fn app(state: AppState) -> Router {
    let pages = Router::new()
        .merge(accounts::pages::routes())
        .merge(channels::pages::routes())
        .merge(web::openapi::describe(api_routes()));
    web::with_layers(pages, state)
}

fn api_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(accounts::api::routes())
        .merge(channels::api::routes())
        .merge(media::api::routes())
        .merge(messages::api::routes())
}

/// Registers the handlers of all events. That happens before a browser learns that it is
/// connected, so its first event finds a handler.
pub(crate) fn serve_sockets(state: &AppState) {
    let shared = state.clone();
    let register =
        async move |socket: SocketRef,
                    HttpExtension(authenticated): HttpExtension<Authenticated>| {
            socket
                .extensions
                .insert(Caller::new(shared.clone(), &authenticated));
            register_events(&socket);
            Ok::<(), Infallible>(())
        };
    state.io.ns("/", realtime::on_connect.with(register));
}

fn register_events(socket: &SocketRef) {
    socket.on("message:send", messages::handlers::send_message);
    socket.on("message:edit", messages::handlers::edit_message);
    socket.on("message:delete", messages::handlers::delete_message);
    socket.on("message:react", messages::handlers::react_to_message);
    socket.on("location:send", messages::handlers::share_location);
    socket.on("channel:sync", messages::handlers::sync_channel);
    socket.on("channel:create", channels::handlers::create_channel);
    socket.on("channel:join", channels::handlers::join_channel);
    socket.on("channel:leave", channels::handlers::leave_channel);
    socket.on("channel:open", channels::handlers::open_channel);
    socket.on("channel:see", channels::handlers::mark_channel_read);
    socket.on("direct:open", channels::handlers::open_direct_channel);
    socket.on("typing:start", channels::handlers::announce_typing);
    socket.on_fallback(realtime::refuse_unknown);
    socket.on_disconnect(realtime::on_disconnect);
}
