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
}

/// The acknowledgement of `user:join`.
#[derive(Debug, Serialize)]
pub struct ChatJoined {
    pub name: Name,
    /// Everyone who is here, by name.
    pub people: Vec<Person>,
}

/// Someone who is here.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    pub name: Name,
}

/// To everyone, when someone has joined.
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
}

/// The acknowledgement of `message:send`.
#[derive(Debug, Serialize)]
pub struct MessageSent {
    pub id: u64,
}

/// To everyone, when someone has written a message.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageCreated {
    /// A later message has a higher number.
    pub id: u64,
    pub author: Name,
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

/// To everyone else, when someone has logged out or lost the connection.
/// Also the acknowledgement of `user:leave`.
#[derive(Debug, Serialize)]
pub struct UserLeft {
    pub name: Name,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}
