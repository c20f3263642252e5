//! Messages: what people write.

use chrono::Utc;
use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::Sid,
};

use crate::{
    chat::{Chat, SharedChat},
    error::ChatError,
    events::{MessageCreated, MessageSent, SendMessage},
    wire::{Object, acknowledge, publish},
};

/// The longest message, in Unicode characters (code points).
pub const MAX_BODY_CHARS: usize = 2_000;

/// `message:send`: gives the message its author, number and time, and sends it to everyone.
pub async fn send(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(send): TryData<Object<SendMessage>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let message = send
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(send)| chat.add_message(socket.id, &send.body));
    if let Ok(message) = &message {
        publish(io.broadcast(), message).await;
    }
    acknowledge(ack, message.map(|message| MessageSent { id: message.id }));
}

impl Chat {
    fn add_message(&mut self, author: Sid, written: &str) -> Result<MessageCreated, ChatError> {
        let author = self.people.name(author)?.clone();
        let body = check_body(written)?;
        self.messages += 1;
        Ok(MessageCreated {
            id: self.messages,
            author,
            body,
            sent_at: Utc::now(),
        })
    }
}

fn check_body(written: &str) -> Result<String, ChatError> {
    let body = written.trim();
    match body.chars().count() {
        0 => Err(ChatError::MessageEmpty),
        1..=MAX_BODY_CHARS => Ok(body.to_owned()),
        _ => Err(ChatError::MessageTooLong),
    }
}
