//! The finished chat.
//!
//! - [`accounts`] lets people sign up, log in and out, and say who they are.
//! - [`backup`] saves a chat into a folder, and brings it back.
//! - [`channels`] keeps conversations apart.
//! - [`config`] reads flags and environment.
//! - [`demo`] fills an empty chat with people who talk.
//! - [`error`] is every way in which a request can fail.
//! - [`media`] keeps files and pictures, and gives them to whoever may see them.
//! - [`limits`] says how often people may do what costs others something.
//! - [`messages`] is what people say, in one order, with nothing lost.
//! - [`names`] says what a name may look like.
//! - [`object`] reads what must be a JSON object.
//! - [`realtime`] is the sockets: who may open one, who is there.
//! - [`server`] listens on an address, and stops in order.
//! - [`state`] is what all handlers share.
//! - [`storage`] opens the database, SQLite or PostgreSQL.
//! - [`web`] is what every page needs: layout, headers, limits, health.

use std::convert::Infallible;

use axum::Router;
use socketioxide::{
    extract::{HttpExtension, SocketRef},
    handler::ConnectHandler,
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    realtime::{Caller, Visitor},
    state::AppState,
};

pub mod accounts;
pub mod backup;
pub mod channels;
pub mod config;
pub mod demo;
pub mod error;
pub mod limits;
pub mod media;
pub mod messages;
pub mod names;
pub mod object;
pub mod realtime;
pub mod server;
pub mod state;
pub mod storage;
pub mod web;

/// The whole application: one router a feature, inside the shell of [`web`],
/// and the sockets.
pub fn app(state: AppState) -> Router {
    let pages = Router::new()
        .merge(accounts::pages::routes())
        .merge(channels::pages::routes())
        .merge(web::openapi::describe(api_routes()));
    web::shell(pages, state)
}

fn api_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(accounts::api::routes())
        .merge(channels::api::routes())
        .merge(media::api::routes())
        .merge(messages::api::routes())
}

/// Names the handler of each event, before the browser is told that it is
/// connected: whatever it sends from then on finds its handler.
pub(crate) fn serve_sockets(state: &AppState) {
    let shared = state.clone();
    let register = async move |socket: SocketRef,
                               HttpExtension(visitor): HttpExtension<Visitor>| {
        socket
            .extensions
            .insert(Caller::new(shared.clone(), &visitor));
        register_events(&socket);
        Ok::<(), Infallible>(())
    };
    state.io.ns("/", realtime::welcome.with(register));
}

fn register_events(socket: &SocketRef) {
    socket.on("message:send", messages::actions::send);
    socket.on("channel:create", channels::actions::create);
    socket.on("channel:join", channels::actions::join);
    socket.on("location:send", messages::actions::send_location);
    socket.on("channel:leave", channels::actions::leave);
    socket.on("channel:open", channels::actions::open);
    socket.on("channel:see", channels::actions::see);
    socket.on("direct:open", channels::actions::open_direct);
    socket.on("typing:start", channels::actions::start_typing);
    socket.on("message:edit", messages::actions::edit);
    socket.on("message:delete", messages::actions::delete);
    socket.on("message:react", messages::actions::react);
    socket.on("channel:sync", messages::actions::sync);
    socket.on_fallback(realtime::refuse_unknown);
    socket.on_disconnect(realtime::farewell);
}
