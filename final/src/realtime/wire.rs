//! Sending: news to many, a word to one, answers.

use std::fmt::Display;

use serde::Serialize;
use socketioxide::{
    BroadcastError, SendError, SocketError,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef},
    operators::BroadcastOperators,
};

use super::goodbye::{let_go, let_go_of_full};
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
    match socket.emit(E::NAME, event) {
        Ok(()) => {}
        Err(SendError::Socket(error)) if is_full(&error) => let_go(socket.clone()),
        Err(error) => {
            tracing::warn!(event = E::NAME, id = %socket.id, %error, "a browser was not reached");
        }
    }
}

fn is_full(error: &SocketError) -> bool {
    matches!(error, SocketError::InternalChannelFull)
}

/// Answers an ask. A browser that wants no answer gets none.
pub fn acknowledge<T: Serialize>(ack: AckSender, result: Result<T, AppError>) {
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
    log_failure(ack.send(&reply));
}

/// Answers an event that no handler is registered for.
pub async fn refuse_unknown(ack: AckSender) {
    acknowledge::<()>(ack, Err(AppError::UnknownEvent));
}

/// Says in the log that a browser did not get what it should have got.
pub fn log_failure<T>(sent: Result<T, impl Display>) {
    if let Err(error) = sent {
        tracing::warn!(%error, "a browser was not reached");
    }
}
