//! The long-polling transport: every packet to the server is a POST, and a
//! GET waits for the packets from the server.

use std::collections::VecDeque;
use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use serde_json::Value;

use crate::Transport;
use crate::connection::engine_path;
use crate::http::{ConnectionError, Http};
use crate::packet::Packet;

/// Stands between two packets of one answer.
const SEPARATOR: char = '\x1e';

pub(crate) struct Sender {
    http: Http,
    path: String,
}

pub(crate) struct Receiver {
    http: Http,
    path: String,
    arrived: VecDeque<Packet>,
}

pub(crate) async fn open(
    address: SocketAddr,
    headers: &HeaderMap,
) -> Result<(Sender, Receiver), ConnectionError> {
    let mut polls = Http::connect(address).await?.with_headers(headers);
    let path = engine_path(Transport::Polling);
    let page = polls.get(&path).await?;
    let Some(session) = session_id(&page.body) else {
        return Err(format!("the answer is {} {:?}", page.status, page.body).into());
    };
    let path = format!("{path}&sid={session}");
    let sender = Sender {
        // A connection of its own: the other one is busy with the waiting GET.
        http: Http::connect(address).await?.with_headers(headers),
        path: path.clone(),
    };
    let receiver = Receiver {
        http: polls,
        path,
        arrived: split(&page.body),
    };
    Ok((sender, receiver))
}

/// The id in the first packet, `0{"sid":"…","upgrades":["websocket"],…}`.
pub(crate) fn session_id(body: &str) -> Option<String> {
    let open = body.split(SEPARATOR).next()?.strip_prefix('0')?;
    let open: Value = serde_json::from_str(open).ok()?;
    Some(open.get("sid")?.as_str()?.to_owned())
}

impl Sender {
    pub async fn send(&mut self, packet: Packet) -> Result<(), ConnectionError> {
        let body = match packet {
            Packet::Text(text) => text,
            Packet::Binary(bytes) => format!("b{}", STANDARD.encode(bytes)),
        };
        // A packet that the server cannot read is answered with status 400,
        // and that is what some tests are about: the status is not checked.
        self.http.post(&self.path, body).await?;
        Ok(())
    }

    pub async fn close(&mut self) -> Result<(), ConnectionError> {
        self.send(Packet::text("1")).await
    }
}

impl Receiver {
    /// The next packet, or none when the session has ended.
    pub async fn next(&mut self) -> Option<Packet> {
        while self.arrived.is_empty() {
            let page = self.http.get(&self.path).await.ok()?;
            if page.status != 200 {
                return None;
            }
            self.arrived = split(&page.body);
        }
        self.arrived.pop_front()
    }
}

fn split(body: &str) -> VecDeque<Packet> {
    body.split(SEPARATOR).map(packet).collect()
}

fn packet(text: &str) -> Packet {
    let bytes = text
        .strip_prefix('b')
        .and_then(|encoded| STANDARD.decode(encoded).ok());
    match bytes {
        Some(bytes) => Packet::Binary(bytes),
        None => Packet::Text(text.to_owned()),
    }
}
