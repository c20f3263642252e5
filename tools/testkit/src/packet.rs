//! The packets that clients and the server exchange.
//!
//! A packet is a text such as `42["message:created",{"id":1}]`: `4` for an
//! Engine.IO message, `2` for a Socket.IO event, then the event itself.

use serde_json::{Value, json};

/// Enters the namespace `/`.
pub(crate) const CONNECT: &str = "40";
/// Leaves it again.
pub(crate) const DISCONNECT: &str = "41";
/// Asks to join a namespace that does not exist. The server refuses, and
/// queues the refusal behind everything that it sent to this client before.
pub(crate) const BARRIER: &str = "40/__barrier,";

/// The content of one WebSocket frame, or of one part of a polling response.
#[derive(Debug)]
pub(crate) enum Packet {
    Text(String),
    Binary(Vec<u8>),
}

impl Packet {
    pub fn text(text: &str) -> Packet {
        Packet::Text(text.to_owned())
    }

    /// An event that wants no answer.
    pub fn event(event: &str, args: &[Value]) -> Packet {
        Packet::Text(format!("42{}", list(event, args)))
    }

    /// The answer to an event that the server sent with this number.
    pub fn ack(number: u64) -> Packet {
        Packet::Text(format!("43{number}{}", json!([confirmation()])))
    }

    /// An event whose answer will carry the same number.
    pub fn request(number: u64, event: &str, args: &[Value]) -> Packet {
        Packet::Text(format!("42{number}{}", list(event, args)))
    }
}

/// The answer of every client when the server asks for an ack.
pub(crate) fn confirmation() -> Value {
    json!({ "ok": {} })
}

/// An event's name and payloads, as they stand in a packet.
fn list(event: &str, args: &[Value]) -> Value {
    let name = Value::from(event);
    [&[name], args].concat().into()
}
