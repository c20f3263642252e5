//! People: who has joined, and under which name.

use std::collections::HashMap;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};
use socketioxide::socket::Sid;

use crate::chat::SharedChat;
use crate::error::ChatError;
use crate::events::{JoinChat, Person, UserJoined};
use crate::names::Name;
use crate::wire::{self, Payload};

/// How many people the chat has room for.
const MAX_PEOPLE: usize = 1_000;

/// Everyone who has joined, by connection.
#[derive(Debug, Default)]
pub struct People(HashMap<Sid, Person>);

/// The handler of `user:join`.
pub async fn join_chat(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<JoinChat>,
    ack: AckSender,
) {
    wire::acknowledge(ack, join(socket, io, chat, payload).await);
}

async fn join(
    socket: SocketRef,
    io: SocketIo,
    chat: SharedChat,
    payload: Result<JoinChat, ChatError>,
) -> Result<UserJoined, ChatError> {
    let JoinChat { name } = payload?;
    let mut chat = chat.lock().await;
    // While we waited for the lock, the browser may have disconnected. Then nobody would remove its name.
    if !socket.connected() {
        return Err(ChatError::Disconnected);
    }
    let Person { name } = chat.people.join(socket.id, &name)?;
    tracing::info!(id = %socket.id, ?name, "joined");
    let joined = UserJoined { name };
    wire::emit_to(io.broadcast(), &joined).await;
    Ok(joined)
}

impl People {
    /// The person behind a connection.
    pub fn get(&self, id: Sid) -> Result<&Person, ChatError> {
        self.0.get(&id).ok_or(ChatError::NotJoined)
    }

    /// Forgets a connection. Returns who it was, if they had joined.
    pub fn leave(&mut self, id: Sid) -> Option<Person> {
        self.0.remove(&id)
    }

    fn join(&mut self, id: Sid, typed: &str) -> Result<Person, ChatError> {
        if self.0.contains_key(&id) {
            return Err(ChatError::AlreadyJoined);
        }
        if self.0.len() == MAX_PEOPLE {
            return Err(ChatError::ChatFull);
        }
        let name = Name::parse(typed)?;
        let person = Person { name };
        self.0.insert(id, person.clone());
        Ok(person)
    }
}

#[cfg(test)]
mod tests;
