//! Channels: conversations that are kept apart.

use std::collections::VecDeque;

use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, State};

use crate::chat::{Chat, SharedChat};
use crate::error::ChatError;
use crate::events::{ChannelCreated, ChannelJoined, ChannelLeft, ChatJoined};
use crate::events::{CreateChannel, JoinChannel, Person, Post};
use crate::names::Name;
use crate::wire::{self, Payload};

/// How many channels the chat has room for.
const MAX_CHANNELS: usize = 100;
/// How many messages and locations a channel saves for newcomers.
const SAVED_MESSAGES: usize = 100;
/// The room of everyone who has joined. The room of a channel begins with `#`.
pub const EVERYONE: &str = "everyone";

/// All channels, oldest first.
#[derive(Debug)]
pub struct Channels(Vec<Channel>);

#[derive(Debug)]
struct Channel {
    name: Name,
    recent: VecDeque<Post>,
}

/// The handler of `channel:create`.
pub async fn create_channel(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<CreateChannel>,
    ack: AckSender,
) {
    wire::acknowledge(ack, create(socket, io, chat, payload).await);
}

async fn create(
    socket: SocketRef,
    io: SocketIo,
    chat: SharedChat,
    payload: Result<CreateChannel, ChatError>,
) -> Result<ChannelCreated, ChatError> {
    let CreateChannel { name } = payload?;
    let mut chat = chat.lock().await;
    // Only someone who has joined may create a channel.
    chat.people.get(socket.id)?;
    let created = chat.channels.create(&name)?;
    tracing::info!(channel = ?created.name, "channel created");
    wire::emit_to(io.to(EVERYONE), &created).await;
    Ok(created)
}

/// The handler of `channel:join`.
pub async fn join_channel(
    socket: SocketRef,
    io: SocketIo,
    State(chat): State<SharedChat>,
    Payload(payload): Payload<JoinChannel>,
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
    payload: Result<JoinChannel, ChatError>,
) -> Result<ChatJoined, ChatError> {
    let JoinChannel { channel } = payload?;
    let before = chat.people.get(socket.id)?.clone();
    let channel = chat.channels.find(&channel)?;
    let now = chat.people.move_to(socket.id, channel)?;
    if before.channel != now.channel {
        exit(&socket, &io, &before).await;
        enter(&socket, &io, &now).await;
    }
    Ok(chat.overview(now))
}

/// From now on, the socket receives what is written in the person's channel.
pub async fn enter(socket: &SocketRef, io: &SocketIo, person: &Person) {
    socket.join(room(&person.channel));
    let person = person.clone();
    wire::emit_to(io.to(EVERYONE), &ChannelJoined { person }).await;
}

/// The opposite of [`enter`].
pub async fn exit(socket: &SocketRef, io: &SocketIo, person: &Person) {
    socket.leave(room(&person.channel));
    let person = person.clone();
    wire::emit_to(io.to(EVERYONE), &ChannelLeft { person }).await;
}

/// The room of all sockets in a channel.
pub fn room(channel: &Name) -> String {
    format!("#{channel}")
}

impl Channels {
    /// The names of all channels.
    pub fn names(&self) -> Vec<Name> {
        self.0.iter().map(|channel| channel.name.clone()).collect()
    }

    /// The channel that someone means by what they typed.
    pub fn find(&self, typed: &str) -> Result<Name, ChatError> {
        let name = Name::parse(typed).map_err(|_| ChatError::ChannelUnknown)?;
        let mut names = self.0.iter().map(|channel| &channel.name);
        let found = names.find(|existing| existing.is_same_as(&name));
        found.cloned().ok_or(ChatError::ChannelUnknown)
    }

    /// The last messages and locations of a channel.
    pub fn recent(&self, name: &Name) -> Vec<Post> {
        let channel = self.0.iter().find(|channel| channel.name == *name);
        channel.map_or_else(Vec::new, |channel| channel.recent.iter().cloned().collect())
    }

    /// Saves a post as the last of its channel, and forgets the oldest if there are too many.
    pub fn save(&mut self, name: &Name, post: Post) {
        if let Some(channel) = self.0.iter_mut().find(|channel| channel.name == *name) {
            if channel.recent.len() == SAVED_MESSAGES {
                channel.recent.pop_front();
            }
            channel.recent.push_back(post);
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
