//! A minimal Socket.IO connection over WebSocket: a test can break it, or stop reading, at any time.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

/// The default is 128 KiB, and the library fills them with zeros before each read. Packets are far
/// smaller.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// A namespace that does not exist: the server's refusal arrives after everything that it has sent
/// before.
const BARRIER: &str = "/__barrier,";

pub struct Connection {
    socket: WebSocketStream<TcpStream>,
    last_id: u64,
}

/// A packet from the server.
#[derive(Debug)]
pub enum Packet {
    Event(String, Value),
    Ack(u64, Value),
    /// Everything that was sent before the barrier has arrived.
    Barrier,
}

impl Connection {
    /// Opens a connection and joins the namespace. None if there is no server, or if it refuses.
    pub async fn open(address: SocketAddr, cookie: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("cookie", cookie.parse().unwrap());
        let origin = format!("http://{address}");
        headers.insert("origin", origin.parse().unwrap());
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES);
        let opened = client_async_with_config(request, stream, Some(config)).await;
        let (socket, _) = opened.ok()?;
        let mut connection = Self { socket, last_id: 0 };
        connection.send("40".to_owned()).await;
        Some(connection)
    }

    /// Sends a request, and returns the id of its acknowledgement.
    pub async fn request(&mut self, event: &str, payload: Value) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send(format!("42{id}{}", json!([event, payload])))
            .await;
        id
    }

    /// Requests a [`Packet::Barrier`].
    pub async fn request_barrier(&mut self) {
        self.send(format!("40{BARRIER}")).await;
    }

    /// The next packet. None if the connection has ended.
    pub async fn next(&mut self) -> Option<Packet> {
        loop {
            let Message::Text(text) = self.socket.next().await?.ok()? else {
                continue;
            };
            let text = text.as_str();
            match (text.get(..1)?, text.get(..2)) {
                ("2", _) => self.send("3".to_owned()).await,
                ("1", _) | (_, Some("41")) => return None,
                (_, Some("42")) => {
                    let (name, payload) = serde_json::from_str(&text[2..]).unwrap();
                    return Some(Packet::Event(name, payload));
                }
                (_, Some("43")) => return Some(read_ack(&text[2..])),
                (_, Some("44")) if text[2..].starts_with(BARRIER) => return Some(Packet::Barrier),
                (_, Some("44")) => return None,
                _ => {}
            }
        }
    }

    /// Ignores errors: reading detects that the connection has ended.
    async fn send(&mut self, packet: String) {
        drop(self.socket.send(Message::text(packet)).await);
    }
}

fn read_ack(text: &str) -> Packet {
    let start = text.find('[').unwrap();
    let id = text[..start].parse().unwrap();
    let (reply,) = serde_json::from_str(&text[start..]).unwrap();
    Packet::Ack(id, reply)
}
