//! People: who has joined, and under which name.

use std::collections::HashMap;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};
use socketioxide::socket::Sid;

use crate::chat::{Chat, SharedChat};
use crate::error::ChatError;
use crate::events::{ChatJoined, JoinChat, LeaveChat, Person, UserJoined, UserLeft};
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
    // Until the acknowledgement is sent: its list and the events after it fit together.
    let mut chat = chat.lock().await;
    wire::acknowledge(ack, join(socket, io, &mut chat, payload).await);
}

async fn join(
    socket: SocketRef,
    io: SocketIo,
    chat: &mut Chat,
    payload: Result<JoinChat, ChatError>,
) -> Result<ChatJoined, ChatError> {
    let JoinChat { name } = payload?;
    // While we waited for the lock, the browser may have disconnected. Then nobody would remove its name.
    if !socket.connected() {
        return Err(ChatError::Disconnected);
    }
    let Person { name } = chat.people.join(socket.id, &name)?;
    tracing::info!(id = %socket.id, ?name, "joined");
    let joined = UserJoined { name: name.clone() };
    wire::emit_to(io.broadcast(), &joined).await;
    let people = chat.people.list();
    Ok(ChatJoined { name, people })
}

/// The handler of `user:leave`.
pub async fn leave_chat(
    socket: SocketRef,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<LeaveChat>,
    ack: AckSender,
) {
    wire::acknowledge(ack, leave(socket, chat, payload).await);
}

async fn leave(
    socket: SocketRef,
    chat: SharedChat,
    payload: Result<LeaveChat, ChatError>,
) -> Result<UserLeft, ChatError> {
    let LeaveChat {} = payload?;
    let mut chat = chat.lock().await;
    let person = chat.people.leave(socket.id).ok_or(ChatError::NotJoined)?;
    Ok(announce_left(&socket, person).await)
}

/// Tells everyone else that someone has left.
pub async fn announce_left(socket: &SocketRef, person: Person) -> UserLeft {
    let Person { name } = person;
    tracing::info!(id = %socket.id, ?name, "left");
    let left = UserLeft { name };
    wire::emit_to(socket.broadcast(), &left).await;
    left
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
        if self.0.values().any(|person| person.name.is_same_as(&name)) {
            return Err(ChatError::NameTaken);
        }
        let person = Person { name };
        self.0.insert(id, person.clone());
        Ok(person)
    }

    /// Everyone, sorted by name.
    fn list(&self) -> Vec<Person> {
        let mut people: Vec<Person> = self.0.values().cloned().collect();
        people.sort_by(|a, b| a.name.cmp(&b.name));
        people
    }
}

#[cfg(test)]
mod tests;
