//! The handlers of the events about channels.

use std::sync::Arc;

use serde_json::json;
use socketioxide::extract::{Extension, SocketRef};

use super::{
    Channels,
    events::{
        CreateChannel, JoinChannel, LeaveChannel, MarkRead, OpenDirect, StarChannel, StartTyping,
    },
};
use crate::{
    accounts::Caller,
    error::AppError,
    realtime::{ClientEvent, Payload, Responder, acknowledge},
};

/// Registers the handlers of a socket.
pub fn register(socket: &SocketRef) {
    socket.on(CreateChannel::NAME, create_channel);
    socket.on(JoinChannel::NAME, join_channel);
    socket.on(LeaveChannel::NAME, leave_channel);
    socket.on(MarkRead::NAME, mark_channel_read);
    socket.on(StarChannel::NAME, star_channel);
    socket.on(OpenDirect::NAME, open_direct_channel);
    socket.on(StartTyping::NAME, announce_typing);
}

async fn create_channel(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<CreateChannel>,
    responder: Responder,
) {
    let outcome = async {
        let CreateChannel { name } = caller.admit(payload)?;
        channels.create(caller.user, &name).await
    };
    acknowledge(responder, outcome.await);
}

async fn join_channel(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<JoinChannel>,
    responder: Responder,
) {
    let outcome = async {
        let JoinChannel { channel } = caller.admit(payload)?;
        channels.join(caller.user, channel).await
    };
    acknowledge(responder, outcome.await);
}

async fn leave_channel(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<LeaveChannel>,
    responder: Responder,
) {
    let outcome = async {
        let LeaveChannel { channel } = caller.admit(payload)?;
        channels.leave(caller.user, channel).await
    };
    acknowledge(responder, outcome.await);
}

async fn mark_channel_read(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<MarkRead>,
    responder: Responder,
) {
    let outcome = async {
        let MarkRead { channel, number } = caller.admit(payload)?;
        channels.mark_read(caller.user, channel, number).await
    };
    acknowledge(responder, outcome.await);
}

async fn star_channel(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<StarChannel>,
    responder: Responder,
) {
    let outcome = async {
        let StarChannel {
            channel,
            is_favourite,
        } = caller.admit(payload)?;
        channels.star(caller.user, channel, is_favourite).await
    };
    acknowledge(responder, outcome.await);
}

async fn open_direct_channel(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<OpenDirect>,
    responder: Responder,
) {
    let outcome = async {
        let OpenDirect { user } = caller.admit(payload)?;
        channels.open_direct(caller.user, user).await
    };
    acknowledge(responder, outcome.await);
}

async fn announce_typing(
    Extension(channels): Extension<Arc<Channels>>,
    Extension(caller): Extension<Caller>,
    Payload(payload): Payload<StartTyping>,
    responder: Responder,
) {
    let outcome = async {
        let StartTyping { channel } = caller.admit(payload)?;
        channels.start_typing(caller.user, channel).await?;
        Ok::<_, AppError>(json!({}))
    };
    acknowledge(responder, outcome.await);
}
