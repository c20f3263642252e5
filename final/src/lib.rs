//! The finished chat.
//!
//! - [`accounts`] lets people sign up, log in and out, and say who they are.
//! - [`channels`] keeps conversations apart.
//! - [`config`] reads flags and environment.
//! - [`error`] is every way in which a request can fail.
//! - [`limits`] says how often people may do what costs others something.
//! - [`messages`] is what people say, in one order, with nothing lost.
//! - [`names`] says what a name may look like.
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

use crate::{
    realtime::{Caller, Visitor},
    state::AppState,
};

pub mod accounts;
mod api;
pub mod channels;
pub mod config;
pub mod error;
pub mod limits;
pub mod messages;
pub mod names;
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
        .merge(api::routes())
        .merge(channels::pages::routes());
    serve_sockets(&state);
    web::shell(pages, state)
}

/// Names the handler of each event, before the browser is told that it is
/// connected: whatever it sends from then on finds its handler.
fn serve_sockets(state: &AppState) {
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
