//! What browsers ask about channels over their socket.

use serde_json::json;
use socketioxide::extract::{Extension, SocketRef};

use super::events::{
    CreateChannel, JoinChannel, LeaveChannel, OpenChannel, OpenDirect, SeeChannel, StartTyping,
};
use crate::realtime::{Ask, Asker, Caller, acknowledge, channel_room};

/// `channel:create`
pub async fn create(Extension(caller): Extension<Caller>, ask: Ask<CreateChannel>, asker: Asker) {
    let reply = async {
        let CreateChannel { name } = caller.admit(ask)?;
        super::create(&caller.state, caller.user, &name).await
    };
    acknowledge(asker, reply.await);
}

/// `channel:join`
pub async fn join(Extension(caller): Extension<Caller>, ask: Ask<JoinChannel>, asker: Asker) {
    let reply = async {
        let JoinChannel { channel } = caller.admit(ask)?;
        super::join(&caller.state, caller.user, channel).await
    };
    acknowledge(asker, reply.await);
}

/// `channel:leave`
pub async fn leave(Extension(caller): Extension<Caller>, ask: Ask<LeaveChannel>, asker: Asker) {
    let reply = async {
        let LeaveChannel { channel } = caller.admit(ask)?;
        super::leave(&caller.state, caller.user, channel).await
    };
    acknowledge(asker, reply.await);
}

/// `channel:open`
pub async fn open(
    socket: SocketRef,
    Extension(caller): Extension<Caller>,
    ask: Ask<OpenChannel>,
    asker: Asker,
) {
    let reply = async {
        let OpenChannel { channel, at } = caller.admit(ask)?;
        super::find(&caller.state, caller.user, channel).await?;
        // Before the messages are read, so that none falls in between.
        socket.join(channel_room(channel));
        super::open(&caller.state, caller.user, channel, at).await
    };
    acknowledge(asker, reply.await);
}

/// `channel:see`
pub async fn see(Extension(caller): Extension<Caller>, ask: Ask<SeeChannel>, asker: Asker) {
    let reply = async {
        let SeeChannel { channel, number } = caller.admit(ask)?;
        super::see(&caller.state, caller.user, channel, number).await
    };
    acknowledge(asker, reply.await);
}

/// `direct:open`
pub async fn open_direct(Extension(caller): Extension<Caller>, ask: Ask<OpenDirect>, asker: Asker) {
    let reply = async {
        let OpenDirect { user } = caller.admit(ask)?;
        super::open_direct(&caller.state, caller.user, user).await
    };
    acknowledge(asker, reply.await);
}

/// `typing:start`
pub async fn start_typing(
    Extension(caller): Extension<Caller>,
    ask: Ask<StartTyping>,
    asker: Asker,
) {
    let reply = async {
        let StartTyping { channel } = caller.admit(ask)?;
        super::start_typing(&caller.state, caller.user, channel).await?;
        Ok(json!({}))
    };
    acknowledge(asker, reply.await);
}
