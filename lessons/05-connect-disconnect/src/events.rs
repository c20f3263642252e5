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
}

/// The answer to [`JoinChat`].
#[derive(Debug, Serialize)]
pub struct ChatJoined {
    /// The name as the server keeps it.
    pub name: Name,
    /// Everyone who is here, by name.
    pub people: Vec<Person>,
}

/// Someone who is here.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// The name; nobody else who is here has it.
    pub name: Name,
}

/// To all, when someone has joined.
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

/// To all, when someone has written a message.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageCreated {
    /// The message's number: a later message has a higher one.
    pub id: u64,
    /// The name of who wrote it.
    pub author: Name,
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

/// To all others, when someone has left, whether they said so or lost the connection.
#[derive(Debug, Serialize)]
pub struct UserLeft {
    /// The name, free for others from now on.
    pub name: Name,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}

/// Times cross the wire as RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
fn rfc3339_millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
