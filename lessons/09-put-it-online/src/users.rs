//! People: who has joined, and under which name.

use std::collections::HashMap;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};
use socketioxide::socket::Sid;

use crate::channels::{self, EVERYONE};
use crate::chat::{Chat, SharedChat};
use crate::direct;
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
    let JoinChat { name, channel } = payload?;
    // While we waited for the lock, the browser may have disconnected. Then nobody would remove its name.
    if !socket.connected() {
        return Err(ChatError::Disconnected);
    }
    let channel = match channel {
        Some(channel) => chat.channels.find(&channel)?,
        None => Name::general(),
    };
    let person = chat.people.join(socket.id, &name, channel)?;
    let name = person.name.clone();
    tracing::info!(id = %socket.id, ?name, "joined");
    socket.join(EVERYONE);
    socket.join(direct::room(&name));
    wire::emit_to(io.to(EVERYONE), &UserJoined { name }).await;
    channels::enter(&socket, &io, &person).await;
    Ok(chat.overview(person))
}

/// The handler of `user:leave`.
pub async fn leave_chat(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<LeaveChat>,
    ack: AckSender,
) {
    wire::acknowledge(ack, leave(socket, io, chat, payload).await);
}

async fn leave(
    socket: SocketRef,
    io: SocketIo,
    chat: SharedChat,
    payload: Result<LeaveChat, ChatError>,
) -> Result<UserLeft, ChatError> {
    let LeaveChat {} = payload?;
    let mut chat = chat.lock().await;
    let person = chat.people.leave(socket.id).ok_or(ChatError::NotJoined)?;
    Ok(announce_left(&socket, &io, person).await)
}

/// Tells everyone else that someone has left.
pub async fn announce_left(socket: &SocketRef, io: &SocketIo, person: Person) -> UserLeft {
    tracing::info!(id = %socket.id, name = ?person.name, "left");
    socket.leave(EVERYONE);
    socket.leave(direct::room(&person.name));
    channels::exit(socket, io, &person).await;
    let left = UserLeft { name: person.name };
    wire::emit_to(io.to(EVERYONE), &left).await;
    left
}

impl Chat {
    /// Everything that a person who has just entered a channel needs to know.
    pub fn overview(&self, Person { name, channel }: Person) -> ChatJoined {
        ChatJoined {
            name,
            channels: self.channels.names(),
            people: self.people.list(),
            messages: self.channels.recent(&channel),
            channel,
        }
    }
}

impl People {
    /// The person behind a connection.
    pub fn get(&self, id: Sid) -> Result<&Person, ChatError> {
        self.0.get(&id).ok_or(ChatError::NotJoined)
    }

    /// The person that someone means by what they typed.
    pub fn find(&self, typed: &str) -> Result<&Person, ChatError> {
        let name = Name::parse(typed).map_err(|_| ChatError::UserUnknown)?;
        let mut people = self.0.values();
        let found = people.find(|person| person.name.is_same_as(&name));
        found.ok_or(ChatError::UserUnknown)
    }

    /// Puts someone into another channel.
    pub fn move_to(&mut self, id: Sid, channel: Name) -> Result<Person, ChatError> {
        let person = self.0.get_mut(&id).ok_or(ChatError::NotJoined)?;
        person.channel = channel;
        Ok(person.clone())
    }

    /// Forgets a connection. Returns who it was, if they had joined.
    pub fn leave(&mut self, id: Sid) -> Option<Person> {
        self.0.remove(&id)
    }

    fn join(&mut self, id: Sid, typed: &str, channel: Name) -> Result<Person, ChatError> {
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
        let person = Person { name, channel };
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
