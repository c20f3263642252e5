//! Sending: news to many, a word to one, the answer to an ask.

use serde::Serialize;
use socketioxide::{
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef},
    operators::BroadcastOperators,
};

use crate::{error::ChatError, events::ServerEvent};

/// The one shape of every answer: `{"ok": …}` or `{"error": {"code": …, "message": …}}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply<T> {
    Ok(T),
    Error { code: &'static str, message: String },
}

/// Sends an event to all the sockets that `audience` selects.
pub async fn publish<E: ServerEvent>(audience: BroadcastOperators<LocalAdapter>, event: &E) {
    if let Err(error) = audience.emit(E::NAME, event).await {
        tracing::warn!(event = E::NAME, %error, "some browsers were not reached");
    }
}

/// Sends an event to one socket.
pub fn tell<E: ServerEvent>(socket: &SocketRef, event: &E) {
    if let Err(error) = socket.emit(E::NAME, event) {
        tracing::warn!(event = E::NAME, id = %socket.id, %error, "a browser was not reached");
    }
}

/// Answers an ask. A browser that wants no answer gets none.
pub fn acknowledge<T: Serialize>(ack: AckSender, result: Result<T, ChatError>) {
    let reply = match result {
        Ok(value) => Reply::Ok(value),
        Err(error) => Reply::Error {
            code: error.code(),
            message: error.to_string(),
        },
    };
    if let Err(error) = ack.send(&reply) {
        tracing::warn!(%error, "an answer was not delivered");
    }
}

/// Answers an event that no handler is registered for.
pub async fn refuse_unknown(ack: AckSender) {
    acknowledge::<()>(ack, Err(ChatError::UnknownEvent));
}
