//! Plumbing between our handlers and Socket.IO: payloads, events, acknowledgements.

use std::{convert::Infallible, fmt::Display, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use socketioxide::{
    BroadcastError, SendError, SocketError,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef, TryData},
    handler::{FromMessageParts, Value},
    socket::Socket,
};

use super::{
    Audience,
    disconnect::{disconnect_full, disconnect_slow},
};
use crate::{error::AppError, object::Object};

/// A request that browsers send, together with its name.
pub trait ClientEvent: DeserializeOwned {
    /// The event's name on the wire.
    const NAME: &'static str;
}

/// An event that the server emits, together with its name.
pub trait ServerEvent: Serialize {
    /// The event's name on the wire.
    const NAME: &'static str;
}

/// The payload of a request, or the reason why it could not be read.
pub struct Payload<T>(pub Result<T, AppError>);

impl<T: DeserializeOwned> FromMessageParts<LocalAdapter> for Payload<T> {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        value: &mut Value,
        ack_id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        let TryData(payload) = TryData::<Object<T>>::from_message_parts(socket, value, ack_id)?;
        let payload = payload.map(|Object(payload)| payload);
        Ok(Self(payload.map_err(|_| AppError::BadPayload)))
    }
}

/// The one shape of every acknowledgement: `{"ok": …}` or `{"error": {"code": …, "message": …}}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply<T> {
    Ok(T),
    Error { code: &'static str, message: String },
}

/// Where the acknowledgement of a request goes.
pub struct Responder {
    ack: AckSender,
    socket: SocketRef,
}

impl FromMessageParts<LocalAdapter> for Responder {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        value: &mut Value,
        ack_id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        Ok(Self {
            ack: AckSender::from_message_parts(socket, value, ack_id)?,
            socket: SocketRef::from_message_parts(socket, value, ack_id)?,
        })
    }
}

/// Emits an event to one browser.
pub fn emit<E: ServerEvent>(socket: &SocketRef, event: &E) {
    check_sent(socket, E::NAME, socket.emit(E::NAME, event));
}

/// Emits an event to an audience, if there is still one.
pub async fn emit_to<E: ServerEvent>(audience: Option<Audience>, event: &E) {
    emit_named_to(audience, E::NAME, event).await;
}

/// Like [`emit_to`], for a payload that several events share.
pub async fn emit_named_to(audience: Option<Audience>, name: &str, event: &impl Serialize) {
    let Some(audience) = audience else {
        return;
    };
    let Err(error) = audience.clone().emit(name, event).await else {
        return;
    };
    match error {
        BroadcastError::Socket(errors) if errors.iter().any(is_full) => disconnect_full(audience),
        // Their connections have ended meanwhile.
        BroadcastError::Socket(_) => {}
        error => tracing::warn!(event = name, %error, "some browsers were not reached"),
    }
}

/// Disconnects a socket whose buffer has no room for what was sent. Its browser reconnects and
/// requests what it missed.
fn check_sent(socket: &SocketRef, what: &str, sent: Result<(), SendError>) {
    match sent {
        Ok(()) => {}
        Err(SendError::Socket(error)) if is_full(&error) => disconnect_slow(socket.clone()),
        Err(error) => {
            tracing::warn!(what, id = %socket.id, %error, "a browser was not reached");
        }
    }
}

fn is_full(error: &SocketError) -> bool {
    matches!(error, SocketError::InternalChannelFull)
}

/// Sends the acknowledgement of a request. A browser that didn't ask for one gets none.
pub fn acknowledge<T: Serialize>(responder: Responder, result: Result<T, AppError>) {
    let reply = match result {
        Ok(value) => Reply::Ok(value),
        Err(error) => {
            error.log();
            Reply::Error {
                code: error.code(),
                message: error.to_string(),
            }
        }
    };
    let sent = responder.ack.send(&reply);
    check_sent(&responder.socket, "acknowledgement", sent);
}

/// Refuses an event that has no handler.
pub async fn refuse_unknown(responder: Responder) {
    acknowledge::<()>(responder, Err(AppError::UnknownEvent));
}

/// Logs that an operation on a room did not reach a browser.
pub fn log_failure<T>(result: Result<T, impl Display>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a browser was not reached");
    }
}
