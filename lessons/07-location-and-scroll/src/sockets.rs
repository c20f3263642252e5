//! Connections: greeting, counting, waving.

use std::time::Duration;

use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::{DisconnectReason, Sid},
};

use crate::{
    chat::{Chat, SharedChat},
    error::ChatError,
    events::{SendWave, SocketWelcome, VisitorsChanged, WaveReceived, WaveSent},
    users::announce_left,
    wire::{Object, acknowledge, ask_all, count_confirmed, publish, tell},
};

/// How long a browser may take to confirm a wave: longer than a packet needs to a
/// slow phone and back, but not so long that the sender stops looking.
const CONFIRM_TIMEOUT: Duration = Duration::from_millis(500);

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
    let mut chat = chat.lock().await;
    tracing::info!(id = %socket.id, %reason, "disconnected");
    if let Ok(person) = chat.people.leave(socket.id) {
        announce_left(&socket, &io, &person).await;
    }
    let visitors = count_visitors(&io);
    publish(socket.broadcast(), &VisitorsChanged { visitors }).await;
}

/// `wave:send`: all the others see the wave, the sender learns how many confirmed it.
pub async fn wave(
    socket: SocketRef,
    State(chat): State<SharedChat>,
    TryData(wave): TryData<Object<SendWave>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let wave = wave
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(SendWave {})| chat.add_wave(socket.id));
    let reply = match wave {
        Ok(wave) => {
            let others = socket.broadcast().timeout(CONFIRM_TIMEOUT);
            let answers = ask_all(others, &wave).await;
            // They may take their time: meanwhile the chat goes on.
            drop(chat);
            let number = wave.number;
            let reached = count_confirmed(answers).await;
            Ok(WaveSent { number, reached })
        }
        Err(error) => Err(error),
    };
    acknowledge(ack, reply);
}

impl Chat {
    fn add_wave(&mut self, from: Sid) -> Result<WaveReceived, ChatError> {
        let from = self.people.get(from)?.name.clone();
        self.waves += 1;
        Ok(WaveReceived {
            from,
            number: self.waves,
        })
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
