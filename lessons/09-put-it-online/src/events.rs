//! Everything that crosses the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use socketioxide::socket::Sid;

use crate::names::Name;
use crate::wire::{self, ServerEvent};

/// To a browser that has just connected.
#[derive(Debug, Serialize)]
pub struct SocketWelcome {
    pub id: Sid,
    pub transport: &'static str,
}

impl ServerEvent for SocketWelcome {
    const NAME: &'static str = "socket:welcome";
}

/// To everyone, when a browser connects or disconnects.
#[derive(Debug, Serialize)]
pub struct VisitorsChanged {
    pub visitors: usize,
}

impl ServerEvent for VisitorsChanged {
    const NAME: &'static str = "visitors:changed";
}

/// The payload of `wave:send`: a wave carries no data.
#[derive(Debug, Deserialize)]
pub struct SendWave {}

/// The acknowledgement of `wave:send`.
#[derive(Debug, Serialize)]
pub struct WaveSent {
    pub number: u64,
    pub reached: usize,
}

/// To everyone but the sender of a wave.
#[derive(Debug, Serialize)]
pub struct WaveReceived {
    pub from: Name,
    pub number: u64,
}

impl ServerEvent for WaveReceived {
    const NAME: &'static str = "wave:received";
}

/// The payload of `user:join`.
#[derive(Debug, Deserialize)]
pub struct JoinChat {
    pub name: String,
    /// The channel to start in: General if there is none.
    pub channel: Option<String>,
}

/// The acknowledgement of `user:join` and of `channel:join`.
#[derive(Debug, Serialize)]
pub struct ChatJoined {
    pub name: Name,
    pub channel: Name,
    /// All channels, oldest first.
    pub channels: Vec<Name>,
    /// Everyone who is here, by name.
    pub people: Vec<Person>,
    /// The channel's last messages and locations, oldest first.
    pub messages: Vec<Post>,
}

/// Someone who is here, and in which channel.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    pub name: Name,
    pub channel: Name,
}

/// To everyone who has joined, when someone joins.
#[derive(Debug, Serialize)]
pub struct UserJoined {
    pub name: Name,
}

impl ServerEvent for UserJoined {
    const NAME: &'static str = "user:joined";
}

/// The payload of `message:send`.
#[derive(Debug, Deserialize)]
pub struct SendMessage {
    pub body: String,
    /// The person to write to: everyone in the sender's channel if there is none.
    pub to: Option<String>,
}

/// The acknowledgement of `message:send`.
#[derive(Debug, Serialize)]
pub struct MessageSent {
    pub id: u64,
}

/// To everyone at the destination, when someone has written a message.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageCreated {
    /// A later message has a higher number.
    pub id: u64,
    pub author: Name,
    #[serde(flatten)]
    pub destination: Destination,
    pub body: String,
    /// When the server received the message.
    #[serde(serialize_with = "wire::rfc3339_millis")]
    pub sent_at: DateTime<Utc>,
}

impl ServerEvent for MessageCreated {
    const NAME: &'static str = "message:created";
}

/// The payload of `user:leave`: it carries no data.
#[derive(Debug, Deserialize)]
pub struct LeaveChat {}

/// To everyone else who has joined, when someone has logged out or lost the connection.
/// Also the acknowledgement of `user:leave`.
#[derive(Debug, Serialize)]
pub struct UserLeft {
    pub name: Name,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}

/// The payload of `channel:create`.
#[derive(Debug, Deserialize)]
pub struct CreateChannel {
    pub name: String,
}

/// To everyone who has joined, when there is a new channel.
/// Also the acknowledgement of `channel:create`.
#[derive(Debug, Serialize)]
pub struct ChannelCreated {
    pub name: Name,
}

impl ServerEvent for ChannelCreated {
    const NAME: &'static str = "channel:created";
}

/// The payload of `channel:join`.
#[derive(Debug, Deserialize)]
pub struct JoinChannel {
    pub channel: String,
}

/// To everyone who has joined, when someone has entered a channel.
#[derive(Debug, Serialize)]
pub struct ChannelJoined {
    #[serde(flatten)]
    pub person: Person,
}

impl ServerEvent for ChannelJoined {
    const NAME: &'static str = "channel:joined";
}

/// To everyone who has joined, when someone has left a channel.
#[derive(Debug, Serialize)]
pub struct ChannelLeft {
    #[serde(flatten)]
    pub person: Person,
}

impl ServerEvent for ChannelLeft {
    const NAME: &'static str = "channel:left";
}

/// The payload of `location:send`, in degrees.
#[derive(Debug, Deserialize)]
pub struct SendLocation {
    /// North of the equator, from -90 to 90.
    pub latitude: f64,
    /// East of Greenwich, from -180 to 180.
    pub longitude: f64,
    /// The person to share it with: everyone in the sender's channel if there is none.
    pub to: Option<String>,
}

/// To everyone at the destination, when someone has shared their location.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationCreated {
    /// Messages and locations are numbered together.
    pub id: u64,
    pub author: Name,
    #[serde(flatten)]
    pub destination: Destination,
    pub latitude: f64,
    pub longitude: f64,
    pub map_url: String,
    #[serde(serialize_with = "wire::rfc3339_millis")]
    pub sent_at: DateTime<Utc>,
}

impl ServerEvent for LocationCreated {
    const NAME: &'static str = "location:created";
}

/// An entry of a channel's history. On the wire it looks as it did when it was new.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Post {
    Message(MessageCreated),
    Location(LocationCreated),
}

/// Where something goes. On the wire it is one field: `"channel":"General"` or `"to":"Bob"`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// To everyone in a channel.
    Channel(Name),
    /// To one person, and to the author.
    To(Name),
}

/// The payload of `typing:start`.
#[derive(Debug, Deserialize)]
pub struct StartTyping {
    /// The person to write to: everyone in the sender's channel if there is none.
    pub to: Option<String>,
}

/// To everyone else at the destination, while someone is typing. It may be lost.
/// Also the acknowledgement of `typing:start`.
#[derive(Debug, Serialize)]
pub struct TypingStarted {
    pub name: Name,
    #[serde(flatten)]
    pub destination: Destination,
}

impl ServerEvent for TypingStarted {
    const NAME: &'static str = "typing:started";
}

/// To everyone, before the server closes all connections. It may be back soon.
#[derive(Debug, Serialize)]
pub struct ServerStopping {}

impl ServerEvent for ServerStopping {
    const NAME: &'static str = "server:stopping";
}
