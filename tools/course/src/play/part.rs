//! The pieces of a packet.

use serde::Serialize;

/// A piece of a packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it means.
    pub kind: Kind,
    /// How it is written; bytes that are no text as pairs of hexadecimal digits.
    pub text: String,
}

/// What a piece of a packet means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The digit of Engine.IO, or the `b` before bytes in base64.
    Engine,
    /// What Engine.IO says with it: `{"sid":…}`, `probe`.
    EngineData,
    /// The digit of Socket.IO.
    Socket,
    /// How many attachments follow: `1-`.
    Attachments,
    /// `/admin,`
    Namespace,
    /// The number of a request or an acknowledgement.
    Ack,
    /// JSON.
    Payload,
    /// Bytes that are no text.
    Binary,
    /// A request or an answer of HTTP.
    Http,
    /// Nothing that the protocol knows.
    Unknown,
}

/// `0a ff` for two bytes.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}
