//! The handlers of the events about messages.

use std::sync::Arc;

use socketioxide::extract::{Extension, SocketRef};

use super::{
    Messages,
    events::{
        DeleteMessage, EditMessage, OpenChannel, React, SendLocation, SendMessage, SyncChannel,
    },
};
use crate::{
    accounts::Caller,
    realtime::{ClientEvent, Payload, Responder, acknowledge},
};

/// Registers the handlers of a socket.
pub fn register(socket: &SocketRef) {
    socket.on(SendMessage::NAME, send_message);
    socket.on(SendLocation::NAME, send_location);
    socket.on(EditMessage::NAME, edit_message);
    socket.on(DeleteMessage::NAME, delete_message);
    socket.on(React::NAME, react_to_message);
    socket.on(OpenChannel::NAME, open_channel);
    socket.on(SyncChannel::NAME, sync_channel);
}

async fn send_message(
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<SendMessage>,
    responder: Responder,
) {
    match caller.admit(payload) {
        Ok(send) => {
            let done = |outcome| acknowledge(responder, outcome);
            messages.send_then(caller.user, send, done).await;
        }
        Err(error) => acknowledge::<()>(responder, Err(error)),
    }
}

async fn send_location(
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<SendLocation>,
    responder: Responder,
) {
    let outcome = async {
        let send = caller.admit(payload)?;
        messages.send_location(caller.user, send).await
    };
    acknowledge(responder, outcome.await);
}

async fn edit_message(
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<EditMessage>,
    responder: Responder,
) {
    let outcome = async {
        let EditMessage { message, body } = caller.admit(payload)?;
        messages.edit(caller.user, message, &body).await
    };
    acknowledge(responder, outcome.await);
}

async fn delete_message(
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<DeleteMessage>,
    responder: Responder,
) {
    let outcome = async {
        let DeleteMessage { message } = caller.admit(payload)?;
        messages.delete(caller.user, message).await
    };
    acknowledge(responder, outcome.await);
}

async fn react_to_message(
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<React>,
    responder: Responder,
) {
    let outcome = async {
        let React {
            message,
            emoji,
            is_on,
        } = caller.admit(payload)?;
        messages.react(caller.user, message, &emoji, is_on).await
    };
    acknowledge(responder, outcome.await);
}

async fn open_channel(
    socket: SocketRef,
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<OpenChannel>,
    responder: Responder,
) {
    let outcome = async {
        let OpenChannel { channel, at } = caller.admit(payload)?;
        messages.open(caller.user, channel, at, &socket).await
    };
    acknowledge(responder, outcome.await);
}

async fn sync_channel(
    Extension(messages): Extension<Arc<Messages>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<SyncChannel>,
    responder: Responder,
) {
    let outcome = async {
        let SyncChannel { channel, after } = caller.admit(payload)?;
        messages.sync(caller.user, channel, after).await
    };
    acknowledge(responder, outcome.await);
}
