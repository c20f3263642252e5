//! Parses Engine.IO and Socket.IO packets for display.
//!
//! Parsing never fails: a part that cannot be read stays as it is, with a description of the
//! problem.

use serde::Serialize;
use serde_json::{Deserializer, Value};

use super::part::{Kind, Part, hexadecimal};

const ENGINE_TYPES: [&str; 7] = [
    "open", "close", "ping", "pong", "message", "upgrade", "noop",
];
const SOCKET_TYPES: [&str; 7] = [
    "connect",
    "disconnect",
    "event",
    "ack",
    "connect error",
    "binary event",
    "binary ack",
];

/// A parsed packet.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Packet {
    /// The type of the Engine.IO packet.
    pub engine: Option<&'static str>,
    /// The type of the Socket.IO packet, if Engine.IO carries one.
    pub socket: Option<&'static str>,
    /// The namespace of a Socket.IO packet; `/` if the packet has none.
    pub namespace: Option<String>,
    /// The event's name.
    pub event: Option<String>,
    /// The number that a request and its acknowledgement share.
    pub ack_id: Option<u64>,
    /// The payload: the JSON as it was sent, without the event's name.
    pub payload: Option<String>,
    /// The channel in the payload. Rooms exist only on the server and never cross the
    /// wire; the channel is the nearest thing to them in a packet.
    pub room: Option<String>,
    /// Why the packet could not be read completely.
    pub problem: Option<String>,
    /// The pieces that the packet consists of, in order.
    pub parts: Vec<Part>,
}

impl Packet {
    /// Parses a text packet.
    pub fn of_text(text: &str) -> Packet {
        let mut packet = Packet::default();
        let mut rest = Rest(text);
        match rest.digit() {
            Some(digit) if usize::from(digit) < ENGINE_TYPES.len() => {
                packet.engine = Some(ENGINE_TYPES[usize::from(digit)]);
                packet.add(Kind::Engine, rest.take(1));
                match digit {
                    4 => packet.read_message(rest),
                    _ => packet.add(Kind::EngineData, rest.0),
                }
            }
            _ => packet.give_up("it does not begin with a digit from 0 to 6", rest),
        }
        packet
    }

    /// Creates a packet of bytes: an attachment of the packet before it.
    pub fn of_bytes(bytes: &[u8]) -> Packet {
        let mut packet = Packet {
            engine: Some("message"),
            payload: Some(counted(bytes.len(), "byte")),
            ..Packet::default()
        };
        packet.add(Kind::Binary, &hexadecimal(bytes));
        packet
    }

    /// Creates an entry for an HTTP request or response, or for a control frame of the
    /// WebSocket. Neither carries a packet.
    pub fn of_http(event: &str, text: &str) -> Packet {
        let mut packet = Packet {
            event: Some(event.to_owned()),
            ..Packet::default()
        };
        packet.add(Kind::Http, text);
        packet
    }

    /// Creates an entry for data that is no packet.
    pub fn unreadable(problem: String, shown: &str) -> Packet {
        let mut packet = Packet::default();
        packet.add(Kind::Unknown, shown);
        packet.problem = Some(problem);
        packet
    }

    /// Inserts a piece before all others.
    pub fn prefix(&mut self, kind: Kind, text: &str) {
        let text = text.to_owned();
        self.parts.insert(0, Part { kind, text });
    }

    fn add(&mut self, kind: Kind, text: &str) {
        if !text.is_empty() {
            let text = text.to_owned();
            self.parts.push(Part { kind, text });
        }
    }

    fn give_up(&mut self, problem: &str, rest: Rest) {
        self.problem = Some(problem.to_owned());
        self.add(Kind::Unknown, rest.0);
    }

    /// Parses a Socket.IO packet: type, attachments, namespace, number, JSON.
    fn read_message(&mut self, mut rest: Rest) {
        let digit = rest.digit().map(usize::from);
        let Some(digit) = digit.filter(|digit| *digit < SOCKET_TYPES.len()) else {
            return self.give_up("the second digit is not one from 0 to 6", rest);
        };
        self.socket = Some(SOCKET_TYPES[digit]);
        self.add(Kind::Socket, rest.take(1));
        if digit >= 5 {
            match rest
                .digits()
                .filter(|count| rest.0[*count..].starts_with('-'))
            {
                Some(count) => self.add(Kind::Attachments, rest.take(count + 1)),
                None => return self.give_up("the number of attachments is missing", rest),
            }
        }
        self.read_namespace(&mut rest);
        if let Some(count) = rest.digits() {
            let number = rest.take(count);
            self.ack_id = number.parse().ok();
            self.add(Kind::Ack, number);
        }
        self.read_payload(digit, rest);
    }

    fn read_namespace(&mut self, rest: &mut Rest) {
        if !rest.0.starts_with('/') {
            self.namespace = Some("/".to_owned());
            return;
        }
        let end = rest.0.find(',').map_or(rest.0.len(), |comma| comma + 1);
        let written = rest.take(end);
        self.add(Kind::Namespace, written);
        self.namespace = Some(written.trim_end_matches(',').to_owned());
    }

    fn read_payload(&mut self, socket_type: usize, rest: Rest) {
        if rest.0.is_empty() {
            if matches!(socket_type, 2 | 3 | 5 | 6) {
                self.problem = Some("its payload is missing".to_owned());
            }
            return;
        }
        let value: Value = match serde_json::from_str(rest.0) {
            Ok(value) => value,
            Err(error) => return self.give_up(&format!("its payload is no JSON: {error}"), rest),
        };
        self.add(Kind::Payload, rest.0);
        self.room = room(&value);
        if !matches!(socket_type, 2 | 5) {
            self.payload = Some(rest.0.to_owned());
        } else if let Some((event, payload)) = split_event(rest.0) {
            self.event = Some(event);
            self.payload = (!payload.is_empty()).then(|| payload.to_owned());
        } else {
            self.problem = Some("an event is a list that begins with its name".to_owned());
        }
    }
}

/// The rest of the text, which has not been parsed yet.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn digit(&self) -> Option<u8> {
        let first = *self.0.as_bytes().first()?;
        first.is_ascii_digit().then(|| first - b'0')
    }

    /// The number of digits that come next; `None` if there are none.
    fn digits(&self) -> Option<usize> {
        let count = self.0.bytes().take_while(u8::is_ascii_digit).count();
        (count > 0).then_some(count)
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }
}

/// Splits `["move",1,{"to":2}]` into `move` and `1,{"to":2}`. The JSON stays as it was
/// written: parsing and serializing it would sort its keys.
fn split_event(list: &str) -> Option<(String, &str)> {
    let inside = list.trim().strip_prefix('[')?.strip_suffix(']')?;
    let mut values = Deserializer::from_str(inside).into_iter::<Value>();
    let Value::String(event) = values.next()?.ok()? else {
        return None;
    };
    let payload = inside[values.byte_offset()..].trim_start();
    let payload = payload.strip_prefix(',').unwrap_or(payload);
    Some((event, payload.trim()))
}

/// The channel in `["event",{"channel":…}]` or in `[{"ok":{"channel":…}}]`.
fn room(list: &Value) -> Option<String> {
    let payload = list.as_array()?.iter().find(|value| value.is_object())?;
    let inside = payload.get("ok").unwrap_or(payload);
    match inside.get("channel")? {
        Value::String(channel) => Some(channel.clone()),
        Value::Number(channel) => Some(channel.to_string()),
        _ => None,
    }
}

/// A number with its noun: `1 byte`, `2 bytes`.
fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests;
