//! Records the packets of one user on the tape.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::Utc;

use super::{
    frame::{Direction, Frame, Transport},
    packet::Packet,
    part::{Kind, hexadecimal},
    ring_log::RingLog,
};

/// Separates the packets in the body of a request or a response.
const SEPARATOR: char = '\x1e';
/// The most bytes that are kept of a packet; a longer one is cut off.
const KEPT_BYTES: usize = 64 * 1024;
/// The most requests that may wait for an acknowledgement: some chats never send any.
const MAX_REQUESTS: usize = 1000;

/// The frames of all users, in the order in which they were recorded.
pub type Tape = RingLog<Frame>;

/// Records all packets between one user and the server.
#[derive(Debug)]
pub struct PacketRecorder {
    user: char,
    tape: Arc<Tape>,
    /// The events that are waiting for an acknowledgement.
    requests: Mutex<HashMap<RequestKey, String>>,
}

/// Identifies a request: its direction, its namespace and its number.
type RequestKey = (Direction, String, u64);

impl PacketRecorder {
    /// Creates a recorder for one user.
    pub fn new(user: char, tape: Arc<Tape>) -> PacketRecorder {
        PacketRecorder {
            user,
            tape,
            requests: Mutex::default(),
        }
    }

    /// Records a text message of a WebSocket.
    pub fn text(&self, direction: Direction, text: &str) {
        let (kept, size) = (beginning(text), text.len());
        let packet = Packet::of_text(kept);
        self.write(direction, Transport::WebSocket, packet, size, kept.len());
    }

    /// Records a binary message of a WebSocket.
    pub fn bytes(&self, direction: Direction, bytes: &[u8]) {
        let kept = &bytes[..bytes.len().min(KEPT_BYTES)];
        let packet = Packet::of_bytes(kept);
        self.write(
            direction,
            Transport::WebSocket,
            packet,
            bytes.len(),
            kept.len(),
        );
    }

    /// Records the body of a request or a response: one packet or more.
    pub fn payload(&self, direction: Direction, body: &[u8]) {
        match str::from_utf8(body) {
            Ok(text) => text
                .split(SEPARATOR)
                .for_each(|packet| self.polled(direction, packet)),
            Err(error) => {
                let problem = format!("the body is no text: {error}");
                self.unreadable(direction, Transport::Polling, problem, body);
            }
        }
    }

    /// Records an HTTP request or response, or a control frame of a WebSocket.
    pub fn http(&self, direction: Direction, transport: Transport, event: &str, text: &str) {
        let kept = beginning(text);
        let packet = Packet::of_http(event, kept);
        self.write(direction, transport, packet, text.len(), kept.len());
    }

    /// Records data that is no packet.
    pub fn unreadable(
        &self,
        direction: Direction,
        transport: Transport,
        problem: String,
        bytes: &[u8],
    ) {
        let kept = &bytes[..bytes.len().min(KEPT_BYTES)];
        let shown = match str::from_utf8(kept) {
            Ok(text) => text.to_owned(),
            Err(_) => hexadecimal(kept),
        };
        let packet = Packet::unreadable(problem, &shown);
        self.write(direction, transport, packet, bytes.len(), kept.len());
    }

    fn polled(&self, direction: Direction, text: &str) {
        let (kept, size) = (beginning(text), text.len());
        let packet = match text.strip_prefix('b') {
            Some(encoded) if kept.len() == size => in_base64(encoded),
            _ => Packet::of_text(kept),
        };
        self.write(direction, Transport::Polling, packet, size, kept.len());
    }

    fn write(
        &self,
        direction: Direction,
        transport: Transport,
        mut packet: Packet,
        size: usize,
        kept: usize,
    ) {
        if kept < size {
            packet.problem = Some(format!(
                "of its {size} bytes only the first {kept} are kept"
            ));
        }
        let frame = Frame {
            at: Utc::now(),
            user: self.user,
            direction,
            transport,
            size,
            answers: self.pair(direction, &packet),
            packet,
        };
        self.tape.write(frame, kept);
    }

    /// Stores the event of a request; for an acknowledgement, returns the event of its request.
    fn pair(&self, direction: Direction, packet: &Packet) -> Option<String> {
        let (namespace, number) = (packet.namespace.clone()?, packet.ack_id?);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(event) = &packet.event else {
            return requests.remove(&(direction.opposite(), namespace, number));
        };
        if requests.len() >= MAX_REQUESTS {
            requests.clear();
        }
        requests.insert((direction, namespace, number), event.clone());
        None
    }
}

/// Decodes bytes: polling sends them as `b` and base64.
fn in_base64(encoded: &str) -> Packet {
    match STANDARD.decode(encoded) {
        Ok(bytes) => {
            let mut packet = Packet::of_bytes(&bytes);
            packet.parts.clear();
            packet.prefix(Kind::Binary, encoded);
            packet.prefix(Kind::Engine, "b");
            packet
        }
        Err(error) => Packet::unreadable(
            format!("it begins with b, but no base64 follows: {error}"),
            &format!("b{encoded}"),
        ),
    }
}

/// The part of the text that is kept, cut off between two characters.
fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(KEPT_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::ring_log::Bounds;

    fn recorder() -> PacketRecorder {
        let bounds = Bounds {
            entries: 100,
            bytes: 1 << 20,
        };
        PacketRecorder::new('A', Arc::new(RingLog::new(bounds)))
    }

    async fn frames(recorder: &PacketRecorder) -> Vec<Frame> {
        let page = recorder.tape.read(0).await;
        page.entries.into_iter().map(|entry| entry.value).collect()
    }

    #[tokio::test]
    async fn a_payload_is_split_at_the_record_separator() {
        let recorder = recorder();
        recorder.payload(Direction::In, b"2\x1e42[\"a\"]\x1ebAAE=");
        let frames = frames(&recorder).await;
        let engines: Vec<_> = frames.iter().map(|frame| frame.packet.engine).collect();
        assert_eq!(engines, [Some("ping"), Some("message"), Some("message")]);
        assert_eq!(frames[2].packet.payload.as_deref(), Some("2 bytes"));
        assert_eq!(frames[2].packet.parts[1].text, "AAE=");
    }

    #[tokio::test]
    async fn broken_payloads_are_kept_as_they_are() {
        let recorder = recorder();
        recorder.payload(Direction::Out, b"b?\x1e\x1e42[");
        recorder.payload(Direction::Out, &[0xff, 0x00]);
        let frames = frames(&recorder).await;
        assert!(frames.iter().all(|frame| frame.packet.problem.is_some()));
        let shown = |index: usize| {
            let parts = frames[index].packet.parts.iter();
            parts.map(|part| part.text.clone()).collect::<String>()
        };
        assert_eq!([shown(0), shown(2)], ["b?", "42["]);
        assert_eq!(shown(3), "ff 00");
    }

    #[tokio::test]
    async fn an_answer_names_what_was_asked() {
        let recorder = recorder();
        recorder.text(Direction::Out, r#"427["message:send",{}]"#);
        // The same number in the other direction belongs to another request.
        recorder.text(Direction::In, r#"427["wave:received",{}]"#);
        recorder.text(Direction::Out, "437[]");
        recorder.text(Direction::In, "437[]");
        recorder.text(Direction::In, "437[]");
        let answers: Vec<_> = frames(&recorder)
            .await
            .into_iter()
            .map(|frame| frame.answers)
            .collect();
        let asked = |event: &str| Some(event.to_owned());
        assert_eq!(
            answers,
            [
                None,
                None,
                asked("wave:received"),
                asked("message:send"),
                None
            ]
        );
    }

    #[tokio::test]
    async fn of_a_huge_packet_the_beginning_is_kept() {
        let recorder = recorder();
        let text = format!("42[\"{}\"]", "é".repeat(KEPT_BYTES));
        recorder.text(Direction::Out, &text);
        let frame = &frames(&recorder).await[0];
        let kept: usize = frame.packet.parts.iter().map(|part| part.text.len()).sum();
        assert!(kept <= KEPT_BYTES);
        assert_eq!(frame.size, text.len());
        let problem = format!("of its {} bytes only the first {kept} are kept", text.len());
        assert_eq!(frame.packet.problem, Some(problem));
    }
}
