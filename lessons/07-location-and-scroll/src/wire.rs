//! Reading payloads, and sending: news to many, a word to one, asks and answers.

use std::future::ready;

use futures_util::StreamExt;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::{Map, Value};
use socketioxide::{
    ack::AckStream,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef},
    operators::BroadcastOperators,
};

use crate::{error::ChatError, events::ServerEvent};

/// A payload that is a JSON object. Without this an array would pass as well: serde
/// reads its elements as the fields.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Map::deserialize(deserializer)?;
        let payload = T::deserialize(Value::Object(fields));
        payload.map(Self).map_err(D::Error::custom)
    }
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
    if let Err(error) = audience.emit(E::NAME, event).await {
        tracing::warn!(event = E::NAME, %error, "some browsers were not reached");
    }
}

/// Like [`publish`], and asks each browser to confirm.
pub async fn ask_all<E: ServerEvent>(
    audience: BroadcastOperators<LocalAdapter>,
    event: &E,
) -> Option<AckStream<Value>> {
    match audience.emit_with_ack(E::NAME, event).await {
        Ok(answers) => Some(answers),
        Err(error) => {
            tracing::warn!(event = E::NAME, %error, "nobody was asked");
            None
        }
    }
}

/// Counts the browsers that confirm before the time of the ask is up.
pub async fn count_confirmed(answers: Option<AckStream<Value>>) -> usize {
    let Some(answers) = answers else { return 0 };
    answers
        .filter(|(_, answer)| ready(answer.is_ok()))
        .count()
        .await
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
