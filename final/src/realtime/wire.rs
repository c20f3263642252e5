//! Sending: news to many, a word to one, answers.

use std::{convert::Infallible, fmt::Display, sync::Arc};

use serde::Serialize;
use socketioxide::{
    BroadcastError, SendError, SocketError,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef},
    handler::{FromMessageParts, Value},
    operators::BroadcastOperators,
    socket::Socket,
};

use super::goodbye::{let_go_of_full, let_go_of_slow};
use crate::error::AppError;

/// An event that the server sends, together with its name.
pub trait ServerEvent: Serialize {
    /// The event's name on the wire.
    const NAME: &'static str;
}

/// The one shape of every answer: `{"ok": …}` or `{"error": {"code": …, "message": …}}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply<T> {
    Ok(T),
    Error { code: &'static str, message: String },
}

/// Where the answer to an ask goes.
pub struct Asker {
    ack: AckSender,
    socket: SocketRef,
}

impl FromMessageParts<LocalAdapter> for Asker {
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

/// Sends an event to all the sockets that `audience` selects.
pub async fn publish<E: ServerEvent>(audience: BroadcastOperators<LocalAdapter>, event: &E) {
    publish_as(audience, E::NAME, event).await;
}

/// Like [`publish`], for a payload that several events share.
pub async fn publish_as(
    audience: BroadcastOperators<LocalAdapter>,
    name: &str,
    event: &impl Serialize,
) {
    let Err(error) = audience.clone().emit(name, event).await else {
        return;
    };
    match error {
        BroadcastError::Socket(errors) if errors.iter().any(is_full) => let_go_of_full(audience),
        // Their connections have ended meanwhile.
        BroadcastError::Socket(_) => {}
        error => tracing::warn!(event = name, %error, "some browsers were not reached"),
    }
}

/// Sends an event to one socket.
pub fn tell<E: ServerEvent>(socket: &SocketRef, event: &E) {
    check_sent(socket, E::NAME, socket.emit(E::NAME, event));
}

/// Cuts a socket that has no room for what was sent to it. What it missed, it
/// asks for when it comes back.
fn check_sent(socket: &SocketRef, what: &str, sent: Result<(), SendError>) {
    match sent {
        Ok(()) => {}
        Err(SendError::Socket(error)) if is_full(&error) => let_go_of_slow(socket.clone()),
        Err(error) => {
            tracing::warn!(what, id = %socket.id, %error, "a browser was not reached");
        }
    }
}

fn is_full(error: &SocketError) -> bool {
    matches!(error, SocketError::InternalChannelFull)
}

/// Answers an ask. A browser that wants no answer gets none.
pub fn acknowledge<T: Serialize>(asker: Asker, result: Result<T, AppError>) {
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
    check_sent(&asker.socket, "answer", asker.ack.send(&reply));
}

/// Answers an event that no handler is registered for.
pub async fn refuse_unknown(asker: Asker) {
    acknowledge::<()>(asker, Err(AppError::UnknownEvent));
}

/// Says in the log that a browser did not get what it should have got.
pub fn log_failure<T>(sent: Result<T, impl Display>) {
    if let Err(error) = sent {
        tracing::warn!(%error, "a browser was not reached");
    }
}
