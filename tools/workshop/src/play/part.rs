//! The pieces of a packet.

use serde::Serialize;

/// A piece of a packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The meaning of the piece.
    pub kind: Kind,
    /// The text of the piece; binary data is written as pairs of hexadecimal digits.
    pub text: String,
}

/// The meaning of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The type digit of Engine.IO, or the `b` before bytes in base64.
    Engine,
    /// The data of the Engine.IO packet: `{"sid":…}`, `probe`.
    EngineData,
    /// The type digit of Socket.IO.
    Socket,
    /// The number of attachments that follow: `1-`.
    Attachments,
    /// The namespace: `/admin,`.
    Namespace,
    /// The number of a request or an acknowledgement.
    Ack,
    /// The payload, in JSON.
    Payload,
    /// Binary data.
    Binary,
    /// The text of an HTTP request or response.
    Http,
    /// Text that is not part of the protocol.
    Unknown,
}

/// Writes bytes as hexadecimal digits: `0a ff` for two bytes.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}
