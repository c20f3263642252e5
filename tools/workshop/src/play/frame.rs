//! One entry on the tape.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use super::packet::Packet;

/// A packet, with its direction and its transport.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    /// When the proxy read it, before it passed it on.
    #[serde(serialize_with = "rfc3339_millis")]
    pub at: DateTime<Utc>,
    /// The user whose browser sent or received it: `A`, `B` or `C`.
    pub user: char,
    /// From the browser or to it.
    pub direction: Direction,
    /// Polling or WebSocket.
    pub transport: Transport,
    /// Its size in bytes.
    pub size: usize,
    /// For an acknowledgement: the event that it acknowledges.
    pub answers: Option<String>,
    /// The packet itself.
    #[serde(flatten)]
    pub packet: Packet,
}

/// The direction of a frame, from the browser's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Browser to server.
    Out,
    /// Server to browser.
    In,
}

/// The transport that carries packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// The body of an HTTP request or response.
    Polling,
    /// A frame of a WebSocket.
    WebSocket,
}

impl Direction {
    /// The opposite direction.
    pub fn opposite(self) -> Direction {
        match self {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
        }
    }
}

/// Formats a time as `2026-01-02T03:04:05.678Z`.
fn rfc3339_millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
