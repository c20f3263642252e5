//! Connections: greeting, counting, waving.

use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::{DisconnectReason, Sid},
};

use crate::{
    chat::{Chat, SharedChat},
    error::ChatError,
    events::{SendWave, SocketWelcome, VisitorsChanged, WaveReceived, WaveSent},
    wire::{acknowledge, publish, tell},
};

/// A browser has connected: everyone learns how many are here, it learns who it is.
pub async fn welcome(socket: SocketRef, io: SocketIo, State(chat): State<SharedChat>) {
    let _turn = chat.lock().await;
    let transport = transport_name(&socket);
    tracing::info!(id = %socket.id, transport, "connected");
    let visitors = count_visitors(&io);
    publish(io.broadcast(), &VisitorsChanged { visitors }).await;
    tell(
        &socket,
        &SocketWelcome {
            id: socket.id,
            transport,
            visitors,
        },
    );
}

/// A browser is gone, by its own will or not.
pub async fn farewell(
    socket: SocketRef,
    io: SocketIo,
    reason: DisconnectReason,
    State(chat): State<SharedChat>,
) {
    let _turn = chat.lock().await;
    tracing::info!(id = %socket.id, %reason, "disconnected");
    let visitors = count_visitors(&io);
    publish(socket.broadcast(), &VisitorsChanged { visitors }).await;
}

/// `wave:send`: all the others see the wave, the sender learns how many.
pub async fn wave(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(wave): TryData<SendWave>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let wave = wave
        .map_err(|_| ChatError::BadPayload)
        .map(|SendWave {}| chat.add_wave(socket.id));
    if let Ok(wave) = &wave {
        publish(socket.broadcast(), wave).await;
    }
    let reply = wave.map(|wave| WaveSent {
        number: wave.number,
        reached: count_visitors(&io).saturating_sub(1),
    });
    acknowledge(ack, reply);
}

impl Chat {
    fn add_wave(&mut self, from: Sid) -> WaveReceived {
        self.waves += 1;
        WaveReceived {
            from,
            number: self.waves,
        }
    }
}

fn transport_name(socket: &SocketRef) -> &'static str {
    socket.transport_type().into()
}

/// A socket that has said goodbye is listed until its farewell is over.
fn count_visitors(io: &SocketIo) -> usize {
    io.sockets()
        .iter()
        .filter(|socket| socket.connected())
        .count()
}
