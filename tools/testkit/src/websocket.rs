//! The websocket transport.

use std::net::SocketAddr;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::HeaderMap;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::Transport;
use crate::connection::engine_path;
use crate::http::ConnectionError;
use crate::packet::Packet;

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
    let (socket, _) = client_async(request, stream).await?;
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
