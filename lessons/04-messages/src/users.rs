//! People: who has joined, and under which name.

use std::collections::HashMap;

use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::Sid,
};

use crate::{
    chat::SharedChat,
    error::ChatError,
    events::{JoinChat, UserJoined},
    names::Name,
    wire::{Object, acknowledge, publish},
};

/// How many people may be here at once.
pub const MAX_PEOPLE: usize = 1_000;

/// Everyone who has joined, by connection.
#[derive(Debug, Default)]
pub struct People(HashMap<Sid, Name>);

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
    if let Ok(joined) = &joined {
        tracing::info!(id = %socket.id, name = ?joined.name, "joined");
        publish(io.broadcast(), joined).await;
    }
    acknowledge(ack, joined);
}

impl People {
    /// The name of a connection that has joined.
    pub fn name(&self, id: Sid) -> Result<&Name, ChatError> {
        self.0.get(&id).ok_or(ChatError::NotJoined)
    }

    /// Forgets a connection.
    pub fn leave(&mut self, id: Sid) {
        self.0.remove(&id);
    }

    fn join(&mut self, id: Sid, typed: &str) -> Result<UserJoined, ChatError> {
        if self.0.contains_key(&id) {
            return Err(ChatError::AlreadyJoined);
        }
        if self.0.len() == MAX_PEOPLE {
            return Err(ChatError::ChatFull);
        }
        let name = Name::parse(typed)?;
        self.0.insert(id, name.clone());
        Ok(UserJoined { name })
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
