//! Channels: conversations that are kept apart.

use std::collections::VecDeque;

use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
    socket::Sid,
};

use crate::{
    chat::{Chat, SharedChat},
    error::ChatError,
    events::{
        ChannelCreated, ChannelJoined, ChannelLeft, CreateChannel, JoinChannel, MessageCreated,
        Person,
    },
    names::Name,
    wire::{Object, acknowledge, publish},
};

/// How many channels there may be.
pub const MAX_CHANNELS: usize = 100;
/// How many messages a channel keeps for newcomers.
pub const KEPT_MESSAGES: usize = 100;
/// The room of all who have joined. Rooms of channels start with `#`.
pub const EVERYONE: &str = "everyone";

/// All channels, oldest first.
#[derive(Debug)]
pub struct Channels(Vec<Channel>);

#[derive(Debug)]
struct Channel {
    name: Name,
    recent: VecDeque<MessageCreated>,
}

/// `channel:create`: makes a channel and tells everyone.
pub async fn create(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(create): TryData<Object<CreateChannel>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let created = create
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(create)| chat.create_channel(socket.id, &create.name));
    if let Ok(created) = &created {
        tracing::info!(channel = ?created.name, "channel created");
        publish(io.to(EVERYONE), created).await;
    }
    acknowledge(ack, created);
}

/// `channel:join`: leaves the channel of before and enters another.
pub async fn join(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    TryData(join): TryData<Object<JoinChannel>>,
    ack: AckSender,
) {
    let mut chat = chat.lock().await;
    let moved = join
        .map_err(|_| ChatError::BadPayload)
        .and_then(|Object(join)| chat.move_person(socket.id, &join.channel));
    if let Ok((before, now)) = &moved
        && before.channel != now.channel
    {
        exit(&socket, &io, before).await;
        enter(&socket, &io, now).await;
    }
    acknowledge(ack, moved.map(|(_, now)| chat.overview(now)));
}

/// Lets a socket hear what is said in the person's channel, and tells everyone.
pub async fn enter(socket: &SocketRef, io: &SocketIo, person: &Person) {
    socket.join(room(&person.channel));
    let person = person.clone();
    publish(io.to(EVERYONE), &ChannelJoined { person }).await;
}

/// The opposite of [`enter`].
pub async fn exit(socket: &SocketRef, io: &SocketIo, person: &Person) {
    socket.leave(room(&person.channel));
    let person = person.clone();
    publish(io.to(EVERYONE), &ChannelLeft { person }).await;
}

/// The room of the sockets that are in a channel.
pub fn room(channel: &Name) -> String {
    format!("#{channel}")
}

impl Chat {
    fn create_channel(&mut self, id: Sid, typed: &str) -> Result<ChannelCreated, ChatError> {
        self.people.get(id)?;
        self.channels.create(typed)
    }

    fn move_person(&mut self, id: Sid, typed: &str) -> Result<(Person, Person), ChatError> {
        self.people.get(id)?;
        let channel = self.channels.find(typed)?;
        self.people.move_to(id, channel)
    }
}

impl Channels {
    /// The names of all channels.
    pub fn names(&self) -> Vec<Name> {
        self.0.iter().map(|channel| channel.name.clone()).collect()
    }

    /// The channel that someone means by what they typed.
    pub fn find(&self, typed: &str) -> Result<Name, ChatError> {
        let name = Name::parse(typed).map_err(|_| ChatError::ChannelUnknown)?;
        self.names()
            .into_iter()
            .find(|existing| existing.is_same_as(&name))
            .ok_or(ChatError::ChannelUnknown)
    }

    /// The last messages of a channel.
    pub fn recent(&self, name: &Name) -> Vec<MessageCreated> {
        let channel = self.0.iter().find(|channel| channel.name == *name);
        channel.map_or_else(Vec::new, |channel| channel.recent.iter().cloned().collect())
    }

    /// Remembers a message as the last of its channel, and forgets the oldest
    /// when there are too many.
    pub fn keep(&mut self, channel: &Name, message: MessageCreated) {
        if let Some(channel) = self.0.iter_mut().find(|c| c.name == *channel) {
            if channel.recent.len() == KEPT_MESSAGES {
                channel.recent.pop_front();
            }
            channel.recent.push_back(message);
        }
    }

    fn create(&mut self, typed: &str) -> Result<ChannelCreated, ChatError> {
        let name = Name::parse(typed)?;
        if self.find(typed).is_ok() {
            return Err(ChatError::ChannelExists);
        }
        if self.0.len() == MAX_CHANNELS {
            return Err(ChatError::ChannelsFull);
        }
        self.0.push(Channel::new(name.clone()));
        Ok(ChannelCreated { name })
    }
}

impl Default for Channels {
    /// General always exists.
    fn default() -> Self {
        Self(vec![Channel::new(Name::general())])
    }
}

impl Channel {
    fn new(name: Name) -> Self {
        let recent = VecDeque::new();
        Self { name, recent }
    }
}
