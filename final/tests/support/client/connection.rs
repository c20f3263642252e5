//! A Socket.IO connection over websocket, as thin as it can be: a test may cut
//! it, or stop reading, whenever it likes.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A namespace that nobody serves: the server's refusal to let someone in
/// comes behind everything that it has sent before.
const BARRIER: &str = "/__barrier,";

pub struct Connection {
    socket: WebSocketStream<TcpStream>,
    last_ask: u64,
}

/// What a server says.
#[derive(Debug)]
pub enum Said {
    Event(String, Value),
    Answer(u64, Value),
    /// All that was sent before the barrier has come.
    Barrier,
}

impl Connection {
    /// Opens a connection and asks to be let in. None when there is no server,
    /// or when it refuses.
    pub async fn open(address: SocketAddr, cookie: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("cookie", cookie.parse().unwrap());
        let origin = format!("http://{address}");
        headers.insert("origin", origin.parse().unwrap());
        let (socket, _) = client_async(request, stream).await.ok()?;
        let mut connection = Self {
            socket,
            last_ask: 0,
        };
        connection.send("40".to_owned()).await;
        Some(connection)
    }

    /// Asks, and returns the number that the answer will bear.
    pub async fn ask(&mut self, event: &str, payload: Value) -> u64 {
        self.last_ask += 1;
        let number = self.last_ask;
        self.send(format!("42{number}{}", json!([event, payload])))
            .await;
        number
    }

    /// Asks for [`Said::Barrier`].
    pub async fn ask_for_barrier(&mut self) {
        self.send(format!("40{BARRIER}")).await;
    }

    /// What the server says next; none when the connection has ended.
    pub async fn next(&mut self) -> Option<Said> {
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
                    return Some(Said::Event(name, payload));
                }
                (_, Some("43")) => return Some(read_answer(&text[2..])),
                (_, Some("44")) if text[2..].starts_with(BARRIER) => return Some(Said::Barrier),
                (_, Some("44")) => return None,
                _ => {}
            }
        }
    }

    /// A connection that has ended is found out by reading.
    async fn send(&mut self, packet: String) {
        drop(self.socket.send(Message::text(packet)).await);
    }
}

fn read_answer(text: &str) -> Said {
    let start = text.find('[').unwrap();
    let number = text[..start].parse().unwrap();
    let (reply,) = serde_json::from_str(&text[start..]).unwrap();
    Said::Answer(number, reply)
}
