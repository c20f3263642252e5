//! A minimal client, which leaves the processor to the server: it counts frames without parsing them.

use std::{io, net::SocketAddr};

use anyhow::Context;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// The server's heartbeat.
pub const PING: &str = "2";
/// The reply to the heartbeat.
pub const PONG: &str = "3";
/// How many bytes are read at once.
const CHUNK: usize = 64 * 1024;

/// The values that the client needs to open a connection.
#[derive(Debug, Clone)]
pub struct Handshake {
    pub address: SocketAddr,
    /// The session cookie, if the server requires one.
    pub cookie: Option<String>,
}

/// The sending half of a connection.
pub struct Sender(OwnedWriteHalf);

/// The receiving half of a connection.
pub struct Receiver {
    stream: OwnedReadHalf,
    /// The bytes from `start` to `end` were read, but not processed yet.
    chunk: Box<[u8]>,
    start: usize,
    end: usize,
}

/// The kind of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    Event,
    Ack,
    Ping,
    Other,
}

/// Opens a WebSocket and joins the namespace `/`.
pub async fn connect(handshake: &Handshake) -> io::Result<(Sender, Receiver)> {
    let stream = TcpStream::connect(handshake.address).await?;
    stream.set_nodelay(true)?;
    let (stream, writer) = stream.into_split();
    let mut sender = Sender(writer);
    let mut receiver = Receiver {
        stream,
        chunk: vec![0; CHUNK].into(),
        start: 0,
        end: 0,
    };
    sender.0.write_all(upgrade(handshake).as_bytes()).await?;
    receiver.skip_head().await?;
    sender.send("40").await?;
    loop {
        match receiver.next_text().await?.as_str() {
            PING => sender.send(PONG).await?,
            text if text.starts_with("40") => return Ok((sender, receiver)),
            // The server's first packet, with the parameters of the connection.
            _ => {}
        }
    }
}

/// Requests a page or a resource of the API as a browser does, compressed, and returns its size in bytes.
pub async fn get(handshake: &Handshake, path: &str) -> io::Result<usize> {
    let mut stream = TcpStream::connect(handshake.address).await?;
    let Handshake { address, cookie } = handshake;
    let cookie = cookie.as_deref().unwrap_or_default();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {cookie}\r\n\
         accept-encoding: gzip, deflate, br, zstd\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    match response.starts_with(b"HTTP/1.1 200") {
        true => Ok(response.len()),
        false => Err(io::Error::other(
            String::from_utf8_lossy(&response).into_owned(),
        )),
    }
}

/// Uploads a file, and returns its id.
pub async fn upload(handshake: &Handshake, bytes: &[u8]) -> anyhow::Result<String> {
    let Handshake { address, cookie } = handshake;
    let cookie = cookie.as_deref().unwrap_or_default();
    let head =
        "--boundary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n";
    let body = [head.as_bytes(), bytes, b"\r\n--boundary--\r\n"].concat();
    let request = format!(
        "POST /files HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nconnection: close\r\n\
         cookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=boundary\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    stream.write_all(&body).await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    let response = String::from_utf8_lossy(&response);
    let (_, json) = response.split_once("\r\n\r\n").unwrap_or_default();
    let file: serde_json::Value =
        serde_json::from_str(json).with_context(|| response.to_string())?;
    let id = file["id"].as_str().with_context(|| response.to_string())?;
    Ok(id.to_owned())
}

fn upgrade(handshake: &Handshake) -> String {
    let address = handshake.address;
    let cookie = match &handshake.cookie {
        Some(cookie) => format!("cookie: {cookie}\r\n"),
        None => String::new(),
    };
    format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: {address}\r\n\
         origin: http://{address}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{cookie}\r\n"
    )
}

impl Sender {
    /// Sends a text frame. Clients must mask their frames; a mask of zero leaves the text unchanged.
    pub async fn send(&mut self, text: &str) -> io::Result<()> {
        let mut frame = vec![0x81];
        match text.len() {
            length @ 0..126 => frame.push(0x80 | length as u8),
            length => {
                frame.push(0x80 | 126);
                frame.extend((length as u16).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).await
    }
}

impl Receiver {
    /// Waits for the next frame, and returns its kind.
    pub async fn next(&mut self) -> io::Result<Frame> {
        let (start, end) = self.next_payload().await?;
        Ok(match &self.chunk[start..end] {
            [b'4', b'2', ..] => Frame::Event,
            [b'4', b'3', ..] => Frame::Ack,
            text if text == PING.as_bytes() => Frame::Ping,
            _ => Frame::Other,
        })
    }

    /// Waits for the next frame, and returns its text.
    pub async fn next_text(&mut self) -> io::Result<String> {
        let (start, end) = self.next_payload().await?;
        Ok(String::from_utf8_lossy(&self.chunk[start..end]).into_owned())
    }

    /// The position of the next frame's payload in the chunk.
    async fn next_payload(&mut self) -> io::Result<(usize, usize)> {
        loop {
            if let Some((head, length)) = frame_size(&self.chunk[self.start..self.end]) {
                let payload = self.start + head;
                if payload + length <= self.end {
                    self.start = payload + length;
                    return Ok((payload, self.start));
                }
                if head + length > self.chunk.len() {
                    self.grow(head + length);
                }
            }
            self.read_more().await?;
        }
    }

    async fn skip_head(&mut self) -> io::Result<()> {
        loop {
            let seen = &self.chunk[self.start..self.end];
            if let Some(end) = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                if !seen.starts_with(b"HTTP/1.1 101") {
                    let head = String::from_utf8_lossy(seen).into_owned();
                    return Err(io::Error::other(head));
                }
                self.start += end + 4;
                return Ok(());
            }
            self.read_more().await?;
        }
    }

    async fn read_more(&mut self) -> io::Result<()> {
        self.chunk.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let count = self.stream.read(&mut self.chunk[self.end..]).await?;
        self.end += count;
        match count {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    fn grow(&mut self, size: usize) {
        let mut larger = vec![0; size.next_power_of_two()];
        larger[..self.chunk.len()].copy_from_slice(&self.chunk);
        self.chunk = larger.into();
    }
}

/// The sizes of a frame's header and payload. A server does not mask its frames
/// ([RFC 6455, 5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2)).
fn frame_size(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        126 => {
            let length = bytes.get(2..4)?.try_into().ok()?;
            Some((4, usize::from(u16::from_be_bytes(length))))
        }
        127 => {
            let length = bytes.get(2..10)?.try_into().ok()?;
            Some((10, u64::from_be_bytes(length) as usize))
        }
        short => Some((2, usize::from(short))),
    }
}
