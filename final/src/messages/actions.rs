//! What browsers ask about messages over their socket.

use socketioxide::extract::Extension;

use super::events::{DeleteMessage, EditMessage, React, SendLocation, SendMessage, SyncChannel};
use crate::realtime::{Ask, Asker, Caller, acknowledge};

/// `message:send`
pub async fn send(Extension(caller): Extension<Caller>, ask: Ask<SendMessage>, asker: Asker) {
    let reply = async {
        let ask = caller.admit(ask)?;
        super::send(&caller.state, caller.user, ask).await
    };
    acknowledge(asker, reply.await);
}

/// `message:edit`
pub async fn edit(Extension(caller): Extension<Caller>, ask: Ask<EditMessage>, asker: Asker) {
    let reply = async {
        let EditMessage { message, body } = caller.admit(ask)?;
        super::edit(&caller.state, caller.user, message, &body).await
    };
    acknowledge(asker, reply.await);
}

/// `message:delete`
pub async fn delete(Extension(caller): Extension<Caller>, ask: Ask<DeleteMessage>, asker: Asker) {
    let reply = async {
        let DeleteMessage { message } = caller.admit(ask)?;
        super::delete(&caller.state, caller.user, message).await
    };
    acknowledge(asker, reply.await);
}

/// `message:react`
pub async fn react(Extension(caller): Extension<Caller>, ask: Ask<React>, asker: Asker) {
    let reply = async {
        let React {
            message,
            emoji,
            is_on,
        } = caller.admit(ask)?;
        super::react(&caller.state, caller.user, message, &emoji, is_on).await
    };
    acknowledge(asker, reply.await);
}

/// `location:send`
pub async fn send_location(
    Extension(caller): Extension<Caller>,
    ask: Ask<SendLocation>,
    asker: Asker,
) {
    let reply = async {
        let ask = caller.admit(ask)?;
        super::send_location(&caller.state, caller.user, ask).await
    };
    acknowledge(asker, reply.await);
}

/// `channel:sync`
pub async fn sync(Extension(caller): Extension<Caller>, ask: Ask<SyncChannel>, asker: Asker) {
    let reply = async {
        let SyncChannel { channel, after } = caller.admit(ask)?;
        super::sync(&caller.state, caller.user, channel, after).await
    };
    acknowledge(asker, reply.await);
}
