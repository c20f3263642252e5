//! The websocket transport.

use std::net::SocketAddr;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::HeaderMap;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::Transport;
use crate::connection::engine_path;
use crate::http::ConnectionError;
use crate::packet::Packet;

/// The default is 128 KiB, and the library fills them with zeros before each read.
/// Packets are far smaller.
const READ_BUFFER_BYTES: usize = 4 * 1024;

type Socket = WebSocketStream<TcpStream>;

pub(crate) struct Sender(SplitSink<Socket, Message>);

pub(crate) struct Receiver(SplitStream<Socket>);

pub(crate) async fn open(
    address: SocketAddr,
    headers: &HeaderMap,
) -> Result<(Sender, Receiver), ConnectionError> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{address}{}", engine_path(Transport::WebSocket));
    let mut request = url.into_client_request()?;
    request.headers_mut().extend(headers.clone());
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES);
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    let (sink, stream) = socket.split();
    Ok((Sender(sink), Receiver(stream)))
}

impl Sender {
    pub async fn send(&mut self, packet: Packet) -> Result<(), ConnectionError> {
        let message = match packet {
            Packet::Text(text) => Message::text(text),
            Packet::Binary(bytes) => Message::binary(bytes),
        };
        Ok(self.0.send(message).await?)
    }

    pub async fn close(&mut self) -> Result<(), ConnectionError> {
        Ok(self.0.close().await?)
    }
}

impl Receiver {
    /// The next packet, or none when the connection has ended.
    pub async fn next(&mut self) -> Option<Packet> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some(Packet::Text(text.to_string())),
                Message::Binary(bytes) => return Some(Packet::Binary(bytes.to_vec())),
                // Websocket pings, pongs and the closing handshake are
                // answered by tungstenite.
                _ => {}
            }
        }
    }
}
