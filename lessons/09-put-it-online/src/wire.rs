//! Plumbing between our handlers and Socket.IO: payloads, events, acknowledgements.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::StreamExt;
use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value as Json};
use socketioxide::ack::AckStream;
use socketioxide::adapter::{Adapter, LocalAdapter};
use socketioxide::extract::{AckSender, Event, SocketRef, TryData};
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::operators::BroadcastOperators;
use socketioxide::socket::Socket;
use socketioxide::{SocketIo, SocketIoBuilder};

use crate::error::ChatError;

/// The largest packet, in bytes, that a browser may send; a larger one ends its connection.
const MAX_PACKET_BYTES: usize = 64 * 1024;
/// How many packets may wait for one browser; it never receives those beyond that.
const MAX_WAITING_PACKETS: usize = 1024;
/// How long a browser may take to acknowledge an event: longer than a packet needs to a
/// slow phone and back, but not so long that the sender stops looking.
const ACK_TIMEOUT: Duration = Duration::from_millis(500);
/// How long an upgrade may take. Polling waits meanwhile, and the connection ends when
/// the time is over.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(5);

/// An event that the server emits, together with its name.
pub trait ServerEvent: Serialize {
    /// The event's name on the wire.
    const NAME: &'static str;
}

/// The payload of a request, or the reason why it could not be read.
pub struct Payload<T>(pub Result<T, ChatError>);

impl<T: DeserializeOwned, A: Adapter> FromMessageParts<A> for Payload<T> {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<A>>,
        value: &mut Value,
        ack_id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        // First as a JSON object: serde would read an array's elements as the fields, too.
        let TryData(fields) =
            TryData::<Map<String, Json>>::from_message_parts(socket, value, ack_id)?;
        let payload = match fields {
            Ok(fields) => serde_json::from_value(Json::Object(fields)).ok(),
            Err(_) => None,
        };
        Ok(Self(payload.ok_or(ChatError::BadPayload)))
    }
}

/// The one shape of every acknowledgement: `{"ok": …}` or `{"error": {"code": …, "message": …}}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply<T> {
    Ok(T),
    Error { code: &'static str, message: String },
}

/// A Socket.IO server with our limits.
pub fn builder() -> SocketIoBuilder {
    SocketIo::builder()
        .max_buffer_size(MAX_WAITING_PACKETS)
        .max_payload(MAX_PACKET_BYTES as u64)
        .ws_max_frame_size(MAX_PACKET_BYTES)
        .ws_max_message_size(MAX_PACKET_BYTES)
        .upgrade_timeout(UPGRADE_TIMEOUT)
}

/// Emits an event to one browser.
pub fn emit<E: ServerEvent>(socket: &SocketRef, event: &E) {
    if let Err(error) = socket.emit(E::NAME, event) {
        tracing::warn!(event = E::NAME, id = %socket.id, %error, "a browser was not reached");
    }
}

/// Emits an event to all browsers that `audience` selects.
pub async fn emit_to<E: ServerEvent>(audience: BroadcastOperators<LocalAdapter>, event: &E) {
    if let Err(error) = audience.emit(E::NAME, event).await {
        tracing::warn!(event = E::NAME, %error, "some browsers were not reached");
    }
}

/// Like [`emit_to`], and gives each browser half a second to acknowledge.
pub async fn emit_with_ack<E: ServerEvent>(
    audience: BroadcastOperators<LocalAdapter>,
    event: &E,
) -> Option<AckStream<Json>> {
    let audience = audience.timeout(ACK_TIMEOUT);
    match audience.emit_with_ack(E::NAME, event).await {
        Ok(acks) => Some(acks),
        Err(error) => {
            tracing::warn!(event = E::NAME, %error, "no browser was reached");
            None
        }
    }
}

/// Waits until each browser has acknowledged or timed out, and counts those that have acknowledged.
pub async fn count_acks(acks: Option<AckStream<Json>>) -> usize {
    let Some(acks) = acks else { return 0 };
    acks.filter(|(_, ack)| ready(ack.is_ok())).count().await
}

/// Counts the connected browsers. One that is just disconnecting is still listed, but not counted.
pub fn count_connected(io: &SocketIo) -> usize {
    let sockets = io.sockets();
    sockets.iter().filter(|socket| socket.connected()).count()
}

/// Sends the acknowledgement of a request. A browser that didn't ask for one gets none.
pub fn acknowledge<T: Serialize>(ack: AckSender, result: Result<T, ChatError>) {
    let reply = match result {
        Ok(value) => Reply::Ok(value),
        Err(error) => Reply::Error {
            code: error.code(),
            message: error.to_string(),
        },
    };
    if let Err(error) = ack.send(&reply) {
        tracing::warn!(%error, "an acknowledgement was not delivered");
    }
}

/// Refuses an event that has no handler.
pub async fn refuse_unknown(Event(name): Event, ack: AckSender) {
    tracing::warn!(event = ?name, "there is no handler for this event");
    acknowledge::<()>(ack, Err(ChatError::UnknownEvent(name)));
}

/// Serializes a time as RFC 3339 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
pub fn rfc3339_millis<S: Serializer>(
    time: &DateTime<Utc>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
