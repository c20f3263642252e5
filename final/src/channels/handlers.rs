//! The handlers of the events about channels.

use serde_json::{Value as Json, json};
use socketioxide::extract::{Extension, SocketRef};

use super::{
    events::{
        ChannelLeft, ChannelOpened, ChannelRead, CreateChannel, JoinChannel, LeaveChannel,
        MarkRead, OpenChannel, OpenDirect, StartTyping,
    },
    model::Channel,
};
use crate::{
    error::AppError,
    realtime::{Caller, Payload, Responder, acknowledge, channel_room},
};

/// The handler of `channel:create`.
pub async fn create_channel(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<CreateChannel>,
    responder: Responder,
) {
    acknowledge(responder, create(caller, payload).await);
}

async fn create(
    caller: Caller,
    payload: Result<CreateChannel, AppError>,
) -> Result<Channel, AppError> {
    let CreateChannel { name } = caller.admit(payload)?;
    super::create(&caller.state, caller.user, &name).await
}

/// The handler of `channel:join`.
pub async fn join_channel(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<JoinChannel>,
    responder: Responder,
) {
    acknowledge(responder, join(caller, payload).await);
}

async fn join(caller: Caller, payload: Result<JoinChannel, AppError>) -> Result<Channel, AppError> {
    let JoinChannel { channel } = caller.admit(payload)?;
    super::join(&caller.state, caller.user, channel).await
}

/// The handler of `channel:leave`.
pub async fn leave_channel(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<LeaveChannel>,
    responder: Responder,
) {
    acknowledge(responder, leave(caller, payload).await);
}

async fn leave(
    caller: Caller,
    payload: Result<LeaveChannel, AppError>,
) -> Result<ChannelLeft, AppError> {
    let LeaveChannel { channel } = caller.admit(payload)?;
    super::leave(&caller.state, caller.user, channel).await
}

/// The handler of `channel:open`.
pub async fn open_channel(
    socket: SocketRef,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<OpenChannel>,
    responder: Responder,
) {
    acknowledge(responder, open(socket, caller, payload).await);
}

async fn open(
    socket: SocketRef,
    caller: Caller,
    payload: Result<OpenChannel, AppError>,
) -> Result<ChannelOpened, AppError> {
    let OpenChannel { channel, at } = caller.admit(payload)?;
    super::find(&caller.state, caller.user, channel).await?;
    // Join the room before reading the messages, so that none is missed in between.
    socket.join(channel_room(channel));
    super::open(&caller.state, caller.user, channel, at).await
}

/// The handler of `channel:see`.
pub async fn mark_channel_read(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<MarkRead>,
    responder: Responder,
) {
    acknowledge(responder, mark_read(caller, payload).await);
}

async fn mark_read(
    caller: Caller,
    payload: Result<MarkRead, AppError>,
) -> Result<ChannelRead, AppError> {
    let MarkRead { channel, number } = caller.admit(payload)?;
    super::mark_read(&caller.state, caller.user, channel, number).await
}

/// The handler of `direct:open`.
pub async fn open_direct_channel(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<OpenDirect>,
    responder: Responder,
) {
    acknowledge(responder, open_direct(caller, payload).await);
}

async fn open_direct(
    caller: Caller,
    payload: Result<OpenDirect, AppError>,
) -> Result<Channel, AppError> {
    let OpenDirect { user } = caller.admit(payload)?;
    super::open_direct(&caller.state, caller.user, user).await
}

/// The handler of `typing:start`.
pub async fn announce_typing(
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<StartTyping>,
    responder: Responder,
) {
    acknowledge(responder, start_typing(caller, payload).await);
}

async fn start_typing(
    caller: Caller,
    payload: Result<StartTyping, AppError>,
) -> Result<Json, AppError> {
    let StartTyping { channel } = caller.admit(payload)?;
    super::start_typing(&caller.state, caller.user, channel).await?;
    Ok(json!({}))
}
