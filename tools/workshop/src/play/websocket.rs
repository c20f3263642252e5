//! Reads the messages in a copy of a WebSocket's bytes.

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
};

use tokio_tungstenite::tungstenite::{
    Error, Message, WebSocket,
    protocol::{Role, WebSocketConfig},
};

use super::{
    frame::{Direction, Transport},
    packet_recorder::PacketRecorder,
};

/// The default buffer has 128 KiB for each direction, but packets are far smaller.
const BUFFER_BYTES: usize = 4 * 1024;

/// Reads the messages in one direction of a WebSocket. It only watches: the bytes are passed
/// on even if it cannot read them.
pub struct Reader<'a> {
    socket: WebSocket<Copied>,
    direction: Direction,
    recorder: &'a PacketRecorder,
    is_over: bool,
}

/// The bytes that have not been read yet. The library's own replies, to a ping for
/// example, are thrown away: the two ends reply to each other.
struct Copied(VecDeque<u8>);

impl<'a> Reader<'a> {
    /// Creates a reader for one direction.
    pub fn new(direction: Direction, recorder: &'a PacketRecorder) -> Reader<'a> {
        let role = match direction {
            Direction::Out => Role::Server,
            Direction::In => Role::Client,
        };
        let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES);
        Reader {
            socket: WebSocket::from_raw_socket(Copied(VecDeque::new()), role, Some(config)),
            direction,
            recorder,
            is_over: false,
        }
    }

    /// Adds bytes, and records the messages that are now complete.
    pub fn read(&mut self, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        self.socket.get_mut().0.extend(bytes);
        loop {
            match self.socket.read() {
                Ok(message) => self.tell(message),
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.end(&error, bytes),
            }
        }
    }

    fn tell(&self, message: Message) {
        match message {
            Message::Text(text) => self.recorder.text(self.direction, &text),
            Message::Binary(bytes) => self.recorder.bytes(self.direction, &bytes),
            Message::Ping(_) => self.word("websocket ping", ""),
            Message::Pong(_) => self.word("websocket pong", ""),
            Message::Close(reason) => {
                let reason = reason.map(|frame| format!("{} {}", frame.code, frame.reason));
                self.word("websocket close", reason.unwrap_or_default().trim());
            }
            // Never returned when reading: raw frames can only be written.
            Message::Frame(_) => {}
        }
    }

    fn word(&self, event: &str, text: &str) {
        self.recorder
            .http(self.direction, Transport::WebSocket, event, text);
    }

    fn end(&mut self, error: &Error, bytes: &[u8]) {
        self.is_over = true;
        // A WebSocket that has closed is no problem to report.
        if matches!(error, Error::ConnectionClosed | Error::AlreadyClosed) {
            return;
        }
        let problem = format!("from here on this websocket cannot be read: {error}");
        self.recorder
            .unreadable(self.direction, Transport::WebSocket, problem, bytes);
    }
}

impl Read for Copied {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.is_empty() {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => self.0.read(buffer),
        }
    }
}

impl Write for Copied {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::play::{
        packet_recorder::Tape,
        ring_log::{Bounds, RingLog},
    };

    fn tape() -> Arc<Tape> {
        Arc::new(RingLog::new(Bounds {
            entries: 100,
            bytes: 1 << 20,
        }))
    }

    /// The messages that a reader records from bytes that arrive one by one.
    async fn seen(direction: Direction, bytes: &[u8]) -> Vec<String> {
        let tape = tape();
        let recorder = PacketRecorder::new('A', tape.clone());
        let mut reader = Reader::new(direction, &recorder);
        for byte in bytes {
            reader.read(&[*byte]);
        }
        tape.close();
        let entries = tape.read(0).await.entries.into_iter();
        let packets = entries.map(|entry| entry.value.packet);
        let described = packets.map(|packet| {
            let described = packet.problem.or(packet.event).or(packet.payload);
            described.unwrap_or_default()
        });
        described.collect()
    }

    #[tokio::test]
    async fn texts_bytes_and_words_are_seen() {
        // From the server: 42["a"], two bytes, a ping, the end with code 1000.
        let bytes = b"\x81\x0742[\"a\"]\x82\x02\x00\xff\x89\x00\x88\x02\x03\xe8";
        let seen = seen(Direction::In, bytes).await;
        assert_eq!(seen, ["a", "2 bytes", "websocket ping", "websocket close"]);
    }

    #[tokio::test]
    async fn what_a_browser_masks_is_seen() {
        // The key is zero, so the text stays readable here.
        let bytes = b"\x81\x87\0\0\0\x0042[\"a\"]";
        assert_eq!(seen(Direction::Out, bytes).await, ["a"]);
    }

    #[tokio::test]
    async fn a_broken_frame_is_told_once() {
        // A reserved bit is set, which no extension uses.
        let seen = seen(Direction::In, b"\xf1\x00\x81\x00").await;
        assert_eq!(seen.len(), 1);
        assert!(seen[0].starts_with("from here on"), "{seen:?}");
    }
}
