//! A chat that grows by one feature a lesson.

use std::convert::Infallible;

use axum::{Router, http::HeaderValue, http::header::CACHE_CONTROL, routing::get};
use socketioxide::extract::SocketRef;
use socketioxide::handler::ConnectHandler;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::chat::SharedChat;

mod channels;
mod chat;
mod direct;
pub mod error;
mod events;
mod location;
mod messages;
pub mod names;
pub mod server;
mod sockets;
mod typing;
mod users;
mod view;
pub mod wire;

/// Browser files of this lesson: read from disk, so an edit needs no rebuild.
const CLIENT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
/// Browser files that all lessons share.
const STATIC_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static");

/// The whole application.
pub fn app() -> Router {
    let chat = SharedChat::default();
    let (socket_layer, io) = wire::builder().with_state(chat.clone()).build_layer();
    io.ns("/", sockets::on_connect.with(register_events));

    Router::new()
        .route("/", get(view::chat_page))
        .nest_service("/client", ServeDir::new(CLIENT_DIR))
        .nest_service("/static", ServeDir::new(STATIC_DIR))
        .fallback(view::not_found)
        // Without this a browser may show yesterday's file, or another
        // lesson's: they all come from the same address.
        .layer(SetResponseHeaderLayer::overriding(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
        .layer(socket_layer)
        .with_state(chat)
}

/// Runs before the browser learns that it is connected, so its first event finds a handler.
async fn register_events(socket: SocketRef) -> Result<(), Infallible> {
    socket.on("wave:send", sockets::send_wave);
    socket.on("user:join", users::join_chat);
    socket.on("message:send", messages::send_message);
    socket.on("user:leave", users::leave_chat);
    socket.on("channel:create", channels::create_channel);
    socket.on("channel:join", channels::join_channel);
    socket.on("location:send", location::send_location);
    socket.on("typing:start", typing::start_typing);
    socket.on_fallback(wire::refuse_unknown);
    socket.on_disconnect(sockets::on_disconnect);
    Ok(())
}
