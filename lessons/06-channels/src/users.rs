//! People: who is here, and under which name.

use std::collections::HashMap;

use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::Sid,
};

use crate::{
    channels::{EVERYONE, enter, exit},
    chat::{Chat, SharedChat},
    error::ChatError,
    events::{ChatJoined, JoinChat, LeaveChat, Person, UserJoined, UserLeft},
    names::Name,
    wire::{Object, acknowledge, publish},
};

/// How many people may be here at once.
pub const MAX_PEOPLE: usize = 1_000;

/// Everyone who has joined, by connection.
#[derive(Debug, Default)]
pub struct People(HashMap<Sid, Person>);

/// `user:join`: gives the connection a name and tells everyone.
pub async fn join(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(join): TryData<Object<JoinChat>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    // Handlers run side by side: after the farewell nobody would remove the name.
    if !socket.connected() {
        return;
    }
    let joined = join
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(join)| chat.add_person(socket.id, &join));
    if let Ok(person) = &joined {
        tracing::info!(id = %socket.id, name = ?person.name, "joined");
        let name = person.name.clone();
        socket.join(EVERYONE);
        publish(io.to(EVERYONE), &UserJoined { name }).await;
        enter(&socket, &io, person).await;
    }
    acknowledge(ack, joined.map(|person| chat.overview(person)));
}

/// `user:leave`: gives the name back and tells the others.
pub async fn leave(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(leave): TryData<Object<LeaveChat>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let left = leave
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(LeaveChat {})| chat.people.leave(socket.id));
    if let Ok(person) = &left {
        announce_left(&socket, &io, person).await;
    }
    acknowledge(ack, left.map(|person| UserLeft { name: person.name }));
}

/// Tells the others that someone has left.
pub async fn announce_left(socket: &SocketRef, io: &SocketIo, person: &Person) {
    tracing::info!(id = %socket.id, name = ?person.name, "left");
    socket.leave(EVERYONE);
    exit(socket, io, person).await;
    let name = person.name.clone();
    publish(io.to(EVERYONE), &UserLeft { name }).await;
}

impl Chat {
    fn add_person(&mut self, id: Sid, join: &JoinChat) -> Result<Person, ChatError> {
        let channel = match &join.channel {
            Some(typed) => self.channels.find(typed)?,
            None => Name::general(),
        };
        self.people.join(id, &join.name, channel)
    }

    /// What someone who has entered a channel needs to know of the chat.
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
    /// The person of a connection that has joined.
    pub fn get(&self, id: Sid) -> Result<&Person, ChatError> {
        self.0.get(&id).ok_or(ChatError::NotJoined)
    }

    /// Puts someone into another channel; returns them as they were before and as they are now.
    pub fn move_to(&mut self, id: Sid, channel: Name) -> Result<(Person, Person), ChatError> {
        let person = self.0.get_mut(&id).ok_or(ChatError::NotJoined)?;
        let before = person.clone();
        person.channel = channel;
        Ok((before, person.clone()))
    }

    /// Forgets a connection; its name is free again.
    pub fn leave(&mut self, id: Sid) -> Result<Person, ChatError> {
        self.0.remove(&id).ok_or(ChatError::NotJoined)
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

    fn list(&self) -> Vec<Person> {
        let mut people: Vec<Person> = self.0.values().cloned().collect();
        people.sort_by(|a, b| a.name.cmp(&b.name));
        people
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use socketioxide::handler::ConnectHandler;
    use testkit::Recorder;

    use super::*;
    use crate::{register_events, sockets::welcome};

    #[test]
    fn a_full_chat_refuses_the_next() {
        let mut people = People::default();
        for number in 0..MAX_PEOPLE {
            people
                .join(Sid::new(), &number.to_string(), Name::general())
                .unwrap();
        }
        let error = people.join(Sid::new(), "Ada", Name::general()).unwrap_err();
        assert_eq!(error.code(), "chat-full");
    }

    #[tokio::test]
    async fn who_disconnects_makes_room() {
        let chat = SharedChat::default();
        let (layer, io) = SocketIo::builder().with_state(chat.clone()).build_layer();
        io.ns("/", welcome.with(register_events));
        let mut room = Recorder::start(Router::new().layer(layer)).await;
        room.join(["Ada", "Bob"]).await;
        room.step("Ada closes the page").disconnect("Ada").await;
        room.wait_for("Bob", "visitors:changed").await;
        assert_eq!(chat.lock().await.people.0.len(), 1);
    }
}
