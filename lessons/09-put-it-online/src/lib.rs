//! A chat that grows by one feature a lesson.

use std::convert::Infallible;

use axum::{Router, http::HeaderValue, http::header::CACHE_CONTROL, routing::get};
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use socketioxide::handler::ConnectHandler;
use tower_http::{set_header::SetResponseHeaderLayer, trace::TraceLayer};

use crate::chat::SharedChat;

mod assets;
mod channels;
mod chat;
pub mod config;
mod direct;
pub mod error;
mod events;
mod handshake;
mod health;
mod location;
mod messages;
pub mod names;
pub mod server;
mod sockets;
mod typing;
mod users;
mod view;
pub mod wire;

/// The whole application.
pub fn app() -> Router {
    open().0
}

/// The whole application, and all its sockets.
fn open() -> (Router, SocketIo) {
    let chat = SharedChat::default();
    let (socket_layer, io) = wire::builder().with_state(chat.clone()).build_layer();
    io.ns("/", sockets::on_connect.with(register_events));

    let app = Router::new()
        .route("/", get(view::chat_page))
        .route("/client/{*name}", get(assets::client_file))
        .route("/static/{*name}", get(assets::static_file))
        .fallback(view::not_found)
        // Without this a browser may show yesterday's file, or another
        // lesson's: they all come from the same address.
        .layer(SetResponseHeaderLayer::overriding(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
        .layer(TraceLayer::new_for_http())
        // After the layer: a proxy asks all the time, and would fill the log.
        .route("/health/live", get(health::live))
        .layer(socket_layer)
        .with_state(chat);
    (app, io)
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
