//! The finished chat.
//!
//! - [`accounts`]: signing up, logging in and out, profiles.
//! - `backup`: saves a chat to a folder and restores it.
//! - `channels`: public channels and direct messages.
//! - `check`: says what is wrong with a configuration.
//! - [`config`]: command-line flags and environment variables.
//! - `connections`: accepts connections, with an upper number and time-outs.
//! - [`demo`]: fills an empty chat with sample people and conversations.
//! - `error`: every way in which a request can fail.
//! - `ids`: typed ids and sequence numbers.
//! - `limits`: rate limits.
//! - [`media`]: files and pictures.
//! - `messages`: sending, changing and reading messages.
//! - `names`: the rules for names.
//! - `object`: payloads that must be JSON objects.
//! - `realtime`: rooms, events and acknowledgements.
//! - `schema`: limits in the description of the API.
//! - [`server`]: listens on an address, and shuts down gracefully.
//! - `sockets`: handshake, presence, connecting and disconnecting.
//! - [`state`]: assembles the services of the features.
//! - [`storage`]: the database, SQLite or PostgreSQL.
//! - [`web`]: what all pages share: headers, limits, assets, health checks.

use axum::{Router, middleware::from_fn_with_state};
use utoipa_axum::router::OpenApiRouter;

use crate::{accounts::sessions, state::AppState};

pub mod accounts;
mod backup;
mod channels;
mod check;
pub mod config;
mod connections;
pub mod demo;
mod error;
mod ids;
mod limits;
pub mod media;
mod messages;
mod names;
mod object;
mod realtime;
mod schema;
pub mod server;
mod sockets;
pub mod state;
pub mod storage;
pub mod web;

/// The whole application: the pages of each feature in a session, the sockets, and the layers of
/// [`web`] around them.
pub fn app(state: AppState) -> Router {
    let cookie = sessions::cookie_name(&state.chat_id.0);
    let pages = web::openapi::describe(routes(), cookie);
    let pages = sessions::with_sessions(pages, state.accounts.clone());
    let all = web::with_limits(pages, &state.config)
        .layer(state.socket_layer.clone())
        .layer(from_fn_with_state(state.clone(), sockets::check_handshake));
    web::with_headers(all).with_state(state)
}

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(accounts::pages::routes())
        .merge(accounts::api::routes())
        .merge(channels::pages::routes())
        .merge(channels::api::routes())
        .merge(messages::api::routes())
        .merge(messages::files::routes())
        .merge(sockets::api::routes())
}
