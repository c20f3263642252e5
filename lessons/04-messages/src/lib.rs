//! A chat that grows by one feature a lesson.
//!
//! - [`chat`] is what all handlers share.
//! - [`error`] lists every refusal, [`events`] everything that crosses the wire.
//! - [`messages`] sends what people write to everyone.
//! - [`names`] says what a name may look like.
//! - [`server`] listens on a port and serves the app.
//! - [`sockets`] greets each browser, counts them, and lets them wave.
//! - [`users`] lets people join under a name.
//! - [`view`] renders the page.
//! - [`wire`] sends events and answers.

use std::convert::Infallible;

use axum::{Router, http::HeaderValue, http::header::CACHE_CONTROL, routing::get};
use socketioxide::{SocketIo, extract::SocketRef, handler::ConnectHandler};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::chat::SharedChat;

pub mod chat;
pub mod error;
pub mod events;
pub mod messages;
pub mod names;
pub mod server;
pub mod sockets;
pub mod users;
pub mod view;
pub mod wire;

/// Browser files of this lesson: read from disk, so an edit needs no rebuild.
const CLIENT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
/// Browser files that all lessons share.
const STATIC_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static");
/// The largest packet, in bytes, that a browser may send; more ends its connection.
const MAX_PACKET_BYTES: usize = 64 * 1024;
/// How many packets may wait for one browser; more are lost to it.
const MAX_WAITING_PACKETS: usize = 1024;

/// The whole application: the page, the files that it loads, and the sockets.
pub fn app() -> Router {
    let chat = SharedChat::default();
    let (socket_layer, io) = SocketIo::builder()
        .with_state(chat)
        .max_buffer_size(MAX_WAITING_PACKETS)
        .max_payload(MAX_PACKET_BYTES as u64)
        .ws_max_frame_size(MAX_PACKET_BYTES)
        .ws_max_message_size(MAX_PACKET_BYTES)
        .build_layer();
    io.ns("/", sockets::welcome.with(register_events));

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
}

/// Names the handler of each event, before the browser is told that it is
/// connected: whatever it sends from then on finds its handler.
async fn register_events(socket: SocketRef) -> Result<(), Infallible> {
    socket.on("wave:send", sockets::wave);
    socket.on("user:join", users::join);
    socket.on("message:send", messages::send);
    socket.on_fallback(wire::refuse_unknown);
    socket.on_disconnect(sockets::farewell);
    Ok(())
}
