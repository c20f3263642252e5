//! A connection to the server, the same over both transports.

use std::net::SocketAddr;

use hyper::HeaderMap;

use crate::http::ConnectionError;
use crate::packet::Packet;
use crate::{Transport, polling, websocket};

pub(crate) enum Sender {
    WebSocket(websocket::Sender),
    Polling(polling::Sender),
}

pub(crate) enum Receiver {
    WebSocket(websocket::Receiver),
    Polling(polling::Receiver),
}

/// Where a Socket.IO server listens. `EIO` is the version of its protocol.
pub(crate) fn engine_path(transport: Transport) -> String {
    format!("/socket.io/?EIO=4&transport={}", transport.as_str())
}

pub(crate) async fn open(
    address: SocketAddr,
    transport: Transport,
    headers: &HeaderMap,
) -> Result<(Sender, Receiver), ConnectionError> {
    match transport {
        Transport::WebSocket => {
            let (sender, receiver) = websocket::open(address, headers).await?;
            Ok((Sender::WebSocket(sender), Receiver::WebSocket(receiver)))
        }
        Transport::Polling => {
            let (sender, receiver) = polling::open(address, headers).await?;
            Ok((Sender::Polling(sender), Receiver::Polling(receiver)))
        }
    }
}

impl Sender {
    pub async fn send(&mut self, packet: Packet) -> Result<(), ConnectionError> {
        match self {
            Sender::WebSocket(sender) => sender.send(packet).await,
            Sender::Polling(sender) => sender.send(packet).await,
        }
    }

    /// Ends the connection with a goodbye.
    pub async fn close(&mut self) -> Result<(), ConnectionError> {
        match self {
            Sender::WebSocket(sender) => sender.close().await,
            Sender::Polling(sender) => sender.close().await,
        }
    }

    /// Ends the connection without a goodbye, as far as the transport can.
    pub async fn cut(&mut self) -> Result<(), ConnectionError> {
        match self {
            // Nothing to send: the caller drops the socket.
            Sender::WebSocket(_) => Ok(()),
            // A poll that does not come back looks like a slow one until the
            // ping times out, after most of a minute. So the session is closed.
            Sender::Polling(sender) => sender.close().await,
        }
    }
}

impl Receiver {
    /// The next packet, or none when the connection has ended.
    pub async fn next(&mut self) -> Option<Packet> {
        match self {
            Receiver::WebSocket(receiver) => receiver.next().await,
            Receiver::Polling(receiver) => receiver.next().await,
        }
    }
}
