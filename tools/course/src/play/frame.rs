//! One line of the tape.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use super::packet::Packet;

/// A packet, and how it crossed the wire.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    /// When the proxy saw it, before it passed it on.
    #[serde(serialize_with = "rfc3339_millis")]
    pub at: DateTime<Utc>,
    /// Whose browser: `A`, `B`, `C`.
    pub user: char,
    /// Which way.
    pub direction: Direction,
    /// What carried it.
    pub transport: Transport,
    /// How many bytes it has.
    pub size: usize,
    /// The event that an ack answers.
    pub answers: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub packet: Packet,
}

/// Which way a frame goes, as the browser sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Browser to server.
    Out,
    /// Server to browser.
    In,
}

/// What carries packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// The body of a request or an answer.
    Polling,
    /// A websocket's frame.
    WebSocket,
}

impl Direction {
    /// The other way.
    pub fn opposite(self) -> Direction {
        match self {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
        }
    }
}

/// `2026-01-02T03:04:05.678Z`
fn rfc3339_millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
