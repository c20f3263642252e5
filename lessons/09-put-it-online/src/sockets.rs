//! Connections: greeting, counting, waving.

use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};
use socketioxide::socket::DisconnectReason;
use tokio::time::sleep;

use crate::chat::SharedChat;
use crate::error::ChatError;
use crate::events::{
    SendWave, ServerStopping, SocketWelcome, VisitorsChanged, WaveReceived, WaveSent,
};
use crate::users;
use crate::wire::{self, Payload};

/// How long a page that polls may take until its next request.
const NEXT_POLL: Duration = Duration::from_millis(400);

/// A browser has connected.
pub async fn on_connect(socket: SocketRef, io: SocketIo, State(chat): State<SharedChat>) {
    let transport: &'static str = socket.transport_type().into();
    tracing::info!(id = %socket.id, transport, "connected");
    let id = socket.id;
    wire::emit(&socket, &SocketWelcome { id, transport });

    let _turn = chat.lock().await;
    let visitors = wire::count_connected(&io);
    wire::emit_to(io.broadcast(), &VisitorsChanged { visitors }).await;
}

/// A browser has disconnected, or its connection is lost.
pub async fn on_disconnect(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    reason: DisconnectReason,
) {
    tracing::info!(id = %socket.id, %reason, "disconnected");

    let mut chat = chat.lock().await;
    if let Some(person) = chat.people.leave(socket.id) {
        users::announce_left(&socket, &io, person).await;
    }
    let visitors = wire::count_connected(&io);
    wire::emit_to(socket.broadcast(), &VisitorsChanged { visitors }).await;
}

/// The handler of `wave:send`.
pub async fn send_wave(
    socket: SocketRef,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<SendWave>,
    ack: AckSender,
) {
    wire::acknowledge(ack, wave(socket, chat, payload).await);
}

async fn wave(
    socket: SocketRef,
    chat: SharedChat,
    payload: Result<SendWave, ChatError>,
) -> Result<WaveSent, ChatError> {
    let SendWave {} = payload?;
    let mut chat = chat.lock().await;
    let from = chat.people.get(socket.id)?.name.clone();
    chat.waves += 1;
    let number = chat.waves;
    let acks = wire::emit_with_ack(socket.broadcast(), &WaveReceived { from, number }).await;
    // Browsers may take their time to acknowledge. Meanwhile, the chat goes on.
    drop(chat);
    let reached = wire::count_acks(acks).await;
    Ok(WaveSent { number, reached })
}

/// Tells every page that the server stops, and closes all connections.
pub async fn close_all(io: &SocketIo) {
    wire::emit_to(io.broadcast(), &ServerStopping {}).await;
    sleep(NEXT_POLL).await;
    io.close().await;
}
