//! Sending: events to many, acknowledgements to one.

use serde::Serialize;
use socketioxide::{
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef},
    operators::BroadcastOperators,
};

/// An event that the workshop sends, together with its name.
pub trait ServerEvent: Serialize {
    /// The event's name on the wire.
    const NAME: &'static str;
}

/// Why a request is refused: a code for the page, a sentence for people.
#[derive(Debug, Serialize)]
pub struct Refusal {
    code: &'static str,
    message: String,
}

/// The one shape of every acknowledgement: `{"ok": …}` or `{"error": {"code": …, "message": …}}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply<T> {
    Ok(T),
    Error(Refusal),
}

impl Refusal {
    /// A refusal with a code of its own.
    pub fn new(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            message: message.into(),
        }
    }

    /// A request whose payload cannot be read.
    pub fn bad_payload() -> Refusal {
        Refusal::new("bad-payload", "the workshop cannot read what was asked")
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Refusal::new("failed", format!("{error:#}"))
    }
}

/// Sends an event to all the sockets that `audience` selects.
pub async fn broadcast<E: ServerEvent>(audience: BroadcastOperators<LocalAdapter>, event: &E) {
    if let Err(error) = audience.emit(E::NAME, event).await {
        tracing::warn!(event = E::NAME, %error, "some pages were not reached");
    }
}

/// Sends an event to one page.
pub fn emit<E: ServerEvent>(socket: &SocketRef, event: &E) {
    if let Err(error) = socket.emit(E::NAME, event) {
        tracing::warn!(event = E::NAME, %error, "a page was not reached");
    }
}

/// Acknowledges a request, if the page wants that.
pub fn acknowledge<T: Serialize>(ack: AckSender, result: Result<T, Refusal>) {
    let reply = match result {
        Ok(value) => Reply::Ok(value),
        Err(refusal) => Reply::Error(refusal),
    };
    if let Err(error) = ack.send(&reply) {
        tracing::warn!(%error, "an acknowledgement was not delivered");
    }
}

/// Refuses an event that no handler is registered for.
pub async fn refuse_unknown(ack: AckSender) {
    let refusal = Refusal::new("unknown-event", "the workshop does not know this event");
    acknowledge::<()>(ack, Err(refusal));
}
