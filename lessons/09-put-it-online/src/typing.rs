//! Typing: who is about to write.

use socketioxide::extract::{AckSender, SocketRef, State};

use crate::chat::SharedChat;
use crate::direct;
use crate::error::ChatError;
use crate::events::{StartTyping, TypingStarted};
use crate::wire::{self, Payload};

/// The handler of `typing:start`.
pub async fn start_typing(
    socket: SocketRef,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<StartTyping>,
    ack: AckSender,
) {
    wire::acknowledge(ack, start(socket, chat, payload).await);
}

async fn start(
    socket: SocketRef,
    chat: SharedChat,
    payload: Result<StartTyping, ChatError>,
) -> Result<TypingStarted, ChatError> {
    let StartTyping { to } = payload?;
    let chat = chat.lock().await;
    let name = chat.people.get(socket.id)?.name.clone();
    let destination = chat.destination(socket.id, to.as_deref())?;
    let others = socket.to(direct::rooms(&name, &destination));
    let typing = TypingStarted { name, destination };
    // A slow browser gets only the newest of them, and no queue of old news.
    wire::emit_to(others.volatile(), &typing).await;
    Ok(typing)
}
