//! People: who is here, and under which name.

use std::collections::HashMap;

use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::Sid,
};

use crate::{
    chat::SharedChat,
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
        .and_then(|Object(join)| chat.people.join(socket.id, &join.name));
    if let Ok(person) = &joined {
        tracing::info!(id = %socket.id, name = ?person.name, "joined");
        let name = person.name.clone();
        publish(io.broadcast(), &UserJoined { name }).await;
    }
    let reply = joined.map(|person| ChatJoined {
        name: person.name,
        people: chat.people.list(),
    });
    acknowledge(ack, reply);
}

/// `user:leave`: gives the name back and tells the others.
pub async fn leave(
    socket: SocketRef,
    State(chat): State<SharedChat>,
    TryData(leave): TryData<Object<LeaveChat>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let left = leave
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(LeaveChat {})| chat.people.leave(socket.id));
    if let Ok(person) = &left {
        announce_left(&socket, person).await;
    }
    acknowledge(ack, left.map(|person| UserLeft { name: person.name }));
}

/// Tells the others that someone has left.
pub async fn announce_left(socket: &SocketRef, person: &Person) {
    tracing::info!(id = %socket.id, name = ?person.name, "left");
    let name = person.name.clone();
    publish(socket.broadcast(), &UserLeft { name }).await;
}

impl People {
    /// The person of a connection that has joined.
    pub fn get(&self, id: Sid) -> Result<&Person, ChatError> {
        self.0.get(&id).ok_or(ChatError::NotJoined)
    }

    /// Forgets a connection; its name is free again.
    pub fn leave(&mut self, id: Sid) -> Result<Person, ChatError> {
        self.0.remove(&id).ok_or(ChatError::NotJoined)
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
            people.join(Sid::new(), &number.to_string()).unwrap();
        }
        let error = people.join(Sid::new(), "Ada").unwrap_err();
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
