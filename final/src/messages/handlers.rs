//! The handlers of the events about messages.

use socketioxide::extract::Extension;

use super::events::{
    ChannelSynced, DeleteMessage, EditMessage, MessageSaved, React, SendLocation, SendMessage,
    SyncChannel,
};
use crate::{
    error::AppError,
    realtime::{Caller, Payload, Responder, acknowledge},
};

/// The handler of `message:send`.
pub async fn send_message(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<SendMessage>,
    responder: Responder,
) {
    acknowledge(responder, send(caller, payload).await);
}

async fn send(
    caller: Caller,
    payload: Result<SendMessage, AppError>,
) -> Result<MessageSaved, AppError> {
    let message = caller.admit(payload)?;
    super::send(&caller.state, caller.user, message).await
}

/// The handler of `message:edit`.
pub async fn edit_message(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<EditMessage>,
    responder: Responder,
) {
    acknowledge(responder, edit(caller, payload).await);
}

async fn edit(
    caller: Caller,
    payload: Result<EditMessage, AppError>,
) -> Result<MessageSaved, AppError> {
    let EditMessage { message, body } = caller.admit(payload)?;
    super::edit(&caller.state, caller.user, message, &body).await
}

/// The handler of `message:delete`.
pub async fn delete_message(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<DeleteMessage>,
    responder: Responder,
) {
    acknowledge(responder, delete(caller, payload).await);
}

async fn delete(
    caller: Caller,
    payload: Result<DeleteMessage, AppError>,
) -> Result<MessageSaved, AppError> {
    let DeleteMessage { message } = caller.admit(payload)?;
    super::delete(&caller.state, caller.user, message).await
}

/// The handler of `message:react`.
pub async fn react_to_message(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<React>,
    responder: Responder,
) {
    acknowledge(responder, react(caller, payload).await);
}

async fn react(caller: Caller, payload: Result<React, AppError>) -> Result<MessageSaved, AppError> {
    let React {
        message,
        emoji,
        is_on,
    } = caller.admit(payload)?;
    super::react(&caller.state, caller.user, message, &emoji, is_on).await
}

/// The handler of `location:send`.
pub async fn share_location(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<SendLocation>,
    responder: Responder,
) {
    acknowledge(responder, send_location(caller, payload).await);
}

async fn send_location(
    caller: Caller,
    payload: Result<SendLocation, AppError>,
) -> Result<MessageSaved, AppError> {
    let location = caller.admit(payload)?;
    super::send_location(&caller.state, caller.user, location).await
}

/// The handler of `channel:sync`.
pub async fn sync_channel(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<SyncChannel>,
    responder: Responder,
) {
    acknowledge(responder, sync(caller, payload).await);
}

async fn sync(
    caller: Caller,
    payload: Result<SyncChannel, AppError>,
) -> Result<ChannelSynced, AppError> {
    let SyncChannel { channel, after } = caller.admit(payload)?;
    super::sync(&caller.state, caller.user, channel, after).await
}
