//! Messages: what people write.

use chrono::Utc;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};
use socketioxide::socket::Sid;

use crate::chat::{Chat, SharedChat};
use crate::direct;
use crate::error::ChatError;
use crate::events::{Destination, MessageCreated, MessageSent, Post, SendMessage};
use crate::wire::{self, Payload};

/// The longest message, in Unicode characters (code points).
const MAX_BODY_CHARS: usize = 2_000;

/// The handler of `message:send`.
pub async fn send_message(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<SendMessage>,
    ack: AckSender,
) {
    wire::acknowledge(ack, send(socket, io, chat, payload).await);
}

async fn send(
    socket: SocketRef,
    io: SocketIo,
    chat: SharedChat,
    payload: Result<SendMessage, ChatError>,
) -> Result<MessageSent, ChatError> {
    let SendMessage { body, to } = payload?;
    let mut chat = chat.lock().await;
    let message = chat.add_message(socket.id, to.as_deref(), &body)?;
    let rooms = direct::rooms(&message.author, &message.destination);
    wire::emit_to(io.to(rooms), &message).await;
    Ok(MessageSent { id: message.id })
}

impl Chat {
    fn add_message(
        &mut self,
        sender: Sid,
        to: Option<&str>,
        body: &str,
    ) -> Result<MessageCreated, ChatError> {
        let author = self.people.get(sender)?.name.clone();
        let destination = self.destination(sender, to)?;
        let body = check_body(body)?;
        self.messages += 1;
        let message = MessageCreated {
            id: self.messages,
            author,
            destination,
            body,
            sent_at: Utc::now(),
        };
        // A private message isn't saved: a name that is free belongs to anyone.
        if let Destination::Channel(channel) = &message.destination {
            let post = Post::Message(message.clone());
            self.channels.save(channel, post);
        }
        Ok(message)
    }
}

fn check_body(body: &str) -> Result<String, ChatError> {
    let body = body.trim();
    match body.chars().count() {
        0 => Err(ChatError::MessageEmpty),
        1..=MAX_BODY_CHARS => Ok(body.to_owned()),
        _ => Err(ChatError::MessageTooLong),
    }
}
