//! Every payload that crosses the wire. `noun:verb` asks, `noun:past` tells.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use socketioxide::socket::Sid;

use crate::names::Name;

/// An event that the server sends, together with its name.
pub trait ServerEvent: Serialize {
    /// The event's name on the wire.
    const NAME: &'static str;
}

/// To the browser that has connected.
#[derive(Debug, Serialize)]
pub struct SocketWelcome {
    /// The session id: how the server names this connection.
    pub id: Sid,
    /// `polling` or `websocket`, at this moment.
    pub transport: &'static str,
    /// How many browsers are connected, this one included.
    pub visitors: usize,
}

impl ServerEvent for SocketWelcome {
    const NAME: &'static str = "socket:welcome";
}

/// To all, when a browser comes or goes.
#[derive(Debug, Serialize)]
pub struct VisitorsChanged {
    /// How many browsers are connected now.
    pub visitors: usize,
}

impl ServerEvent for VisitorsChanged {
    const NAME: &'static str = "visitors:changed";
}

/// Browser to server: `wave:send`, answered with [`WaveSent`].
#[derive(Debug, Deserialize)]
pub struct SendWave {}

/// The answer to [`SendWave`].
#[derive(Debug, Serialize)]
pub struct WaveSent {
    /// The wave's number since the server started.
    pub number: u64,
    /// How many others confirmed it.
    pub reached: usize,
}

/// To all but the sender of a wave; each confirms with `{"ok": {}}`.
#[derive(Debug, Serialize)]
pub struct WaveReceived {
    /// The sender's name.
    pub from: Name,
    /// The wave's number since the server started.
    pub number: u64,
}

impl ServerEvent for WaveReceived {
    const NAME: &'static str = "wave:received";
}

/// Browser to server: `user:join`, answered with [`ChatJoined`].
#[derive(Debug, Deserialize)]
pub struct JoinChat {
    /// The name as it was typed.
    pub name: String,
    /// The channel to start in; General when it is missing.
    pub channel: Option<String>,
}

/// The answer to [`JoinChat`] and to [`JoinChannel`].
#[derive(Debug, Serialize)]
pub struct ChatJoined {
    /// The name as the server keeps it.
    pub name: Name,
    /// The channel that was entered.
    pub channel: Name,
    /// All channels, oldest first.
    pub channels: Vec<Name>,
    /// Everyone who is here, by name.
    pub people: Vec<Person>,
    /// The last messages and locations of the channel, oldest first.
    pub messages: Vec<Post>,
}

/// Someone who is here, and where.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// The name; nobody else who is here has it.
    pub name: Name,
    /// The channel they are in.
    pub channel: Name,
}

/// To all who have joined, when someone has joined.
#[derive(Debug, Serialize)]
pub struct UserJoined {
    /// The name as the server keeps it.
    pub name: Name,
}

impl ServerEvent for UserJoined {
    const NAME: &'static str = "user:joined";
}

/// Browser to server: `message:send`, answered with [`MessageSent`].
#[derive(Debug, Deserialize)]
pub struct SendMessage {
    /// What was written.
    pub body: String,
}

/// The answer to [`SendMessage`].
#[derive(Debug, Serialize)]
pub struct MessageSent {
    /// The message's number.
    pub id: u64,
}

/// To everyone in the channel, when someone has written a message there.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageCreated {
    /// The message's number: a later message has a higher one.
    pub id: u64,
    /// The name of who wrote it.
    pub author: Name,
    /// The channel it was written in.
    pub channel: Name,
    /// Plain text, trimmed.
    pub body: String,
    /// When the server received it.
    #[serde(serialize_with = "rfc3339_millis")]
    pub sent_at: DateTime<Utc>,
}

impl ServerEvent for MessageCreated {
    const NAME: &'static str = "message:created";
}

/// Browser to server: `user:leave`, answered with [`UserLeft`].
#[derive(Debug, Deserialize)]
pub struct LeaveChat {}

/// To all others who have joined, when someone has left, whether they said so or lost the connection.
#[derive(Debug, Serialize)]
pub struct UserLeft {
    /// The name, free for others from now on.
    pub name: Name,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}

/// Browser to server: `channel:create`, answered with [`ChannelCreated`].
#[derive(Debug, Deserialize)]
pub struct CreateChannel {
    /// The name as it was typed.
    pub name: String,
}

/// To all who have joined, when there is a new channel.
#[derive(Debug, Serialize)]
pub struct ChannelCreated {
    /// The name as the server keeps it.
    pub name: Name,
}

impl ServerEvent for ChannelCreated {
    const NAME: &'static str = "channel:created";
}

/// Browser to server: `channel:join`, answered with [`ChatJoined`].
#[derive(Debug, Deserialize)]
pub struct JoinChannel {
    /// The channel to go to; the one before is left.
    pub channel: String,
}

/// To all who have joined, when someone has entered a channel.
#[derive(Debug, Serialize)]
pub struct ChannelJoined {
    /// Who, and where they are now.
    #[serde(flatten)]
    pub person: Person,
}

impl ServerEvent for ChannelJoined {
    const NAME: &'static str = "channel:joined";
}

/// To all who have joined, when someone has left a channel.
#[derive(Debug, Serialize)]
pub struct ChannelLeft {
    /// Who, and where they were.
    #[serde(flatten)]
    pub person: Person,
}

impl ServerEvent for ChannelLeft {
    const NAME: &'static str = "channel:left";
}

/// Browser to server: `location:send`, answered with [`MessageSent`].
#[derive(Debug, Deserialize)]
pub struct SendLocation {
    /// Degrees north of the equator, from -90 to 90.
    pub latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    pub longitude: f64,
}

/// To everyone in the channel, when someone has shared where they are.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationCreated {
    /// The location's number; messages and locations are numbered together.
    pub id: u64,
    /// The name of who is there.
    pub author: Name,
    /// The channel it was shared in.
    pub channel: Name,
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// A map of the place.
    pub map_url: String,
    /// When the server received it.
    #[serde(serialize_with = "rfc3339_millis")]
    pub sent_at: DateTime<Utc>,
}

impl ServerEvent for LocationCreated {
    const NAME: &'static str = "location:created";
}

/// What a channel keeps: either looks on the wire as it did when it was new.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Post {
    /// Something written.
    Message(MessageCreated),
    /// Somewhere to be.
    Location(LocationCreated),
}

/// Times cross the wire as RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
fn rfc3339_millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
