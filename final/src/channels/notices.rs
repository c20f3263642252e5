//! Notices to the other processes, and what this one does when it receives them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Channels,
    events::{ChannelJoined, ChannelLeft, ChannelRead, ChannelStarred},
    model::Kind,
    store,
};
use crate::{
    error::AppError,
    ids::{ChannelId, UserId},
    realtime::{channel_room, count, emit_to, in_rooms, user_room},
    storage::{Feed, Notice, Received},
};

/// Something has happened between a person and a channel.
#[derive(Debug, Serialize, Deserialize)]
pub enum ChannelNotice {
    /// The person has subscribed or unsubscribed.
    MembershipChanged(ChannelId, UserId),
    /// The person has marked messages as read.
    Read(ChannelId, UserId),
    /// The person has marked the channel as a favourite, or unmarked it.
    Starred(ChannelId, UserId),
    /// The person is typing.
    Typing(ChannelId, UserId),
}

impl Notice for ChannelNotice {
    const TOPIC: &'static str = "channels";
}

impl Channels {
    /// Follows what people do on other processes.
    pub async fn follow(self: Arc<Self>, mut notices: Feed<ChannelNotice>) {
        loop {
            let done = match notices.next().await {
                Received::Notice(notice) => self.receive(notice).await,
                // Each socket receives a welcome, which joins the rooms again.
                Received::Gap => Ok(()),
            };
            if let Err(error) = done {
                error.log();
            }
        }
    }

    async fn receive(&self, notice: ChannelNotice) -> Result<(), AppError> {
        match notice {
            ChannelNotice::MembershipChanged(channel, user) => {
                self.follow_membership(user, channel).await
            }
            ChannelNotice::Read(channel, user) if self.is_here(user) => {
                self.emit_read(user, channel).await
            }
            ChannelNotice::Starred(channel, user) if self.is_here(user) => {
                self.emit_starred(user, channel).await
            }
            ChannelNotice::Typing(channel, user) if self.is_open(channel) => {
                self.emit_typing(user, channel).await
            }
            ChannelNotice::Read(..) | ChannelNotice::Starred(..) | ChannelNotice::Typing(..) => {
                Ok(())
            }
        }
    }

    /// Announces the subscription of a person as it is now: notices of several changes may arrive
    /// after the last of them.
    async fn follow_membership(&self, user: UserId, channel: ChannelId) -> Result<(), AppError> {
        if !self.is_here(user) && !self.is_open(channel) {
            return Ok(());
        }
        let person = self.accounts.person(user).await?;
        let _rooms = self.rooms.write().await;
        match store::find(&self.db, user, channel).await? {
            Some(found) if found.kind == Kind::Direct => {
                self.join_room(user, channel).await;
                // The person learns of it with the first message, or now, if that has come before
                // the notice was read: then their page fetches the channel.
                if found.is_listed() {
                    let own = in_rooms(&self.sockets, [user_room(user)]);
                    emit_to(own, &ChannelJoined { channel, person }).await;
                }
            }
            Some(found) if found.access().is_member => self.announce_joined(person, channel).await,
            _ => self.announce_left(&ChannelLeft { channel, user }).await,
        }
        Ok(())
    }

    async fn emit_read(&self, user: UserId, channel: ChannelId) -> Result<(), AppError> {
        let found = store::find(&self.db, user, channel).await?;
        if let Some(number) = found.and_then(|found| found.last_read) {
            let read = ChannelRead { channel, number };
            emit_to(in_rooms(&self.sockets, [user_room(user)]), &read).await;
        }
        Ok(())
    }

    async fn emit_starred(&self, user: UserId, channel: ChannelId) -> Result<(), AppError> {
        if let Some(found) = store::find(&self.db, user, channel).await? {
            let is_favourite = found.is_favourite;
            let starred = ChannelStarred {
                channel,
                is_favourite,
            };
            emit_to(in_rooms(&self.sockets, [user_room(user)]), &starred).await;
        }
        Ok(())
    }

    /// Whether a person has a connection to this process.
    fn is_here(&self, user: UserId) -> bool {
        count(&self.sockets, user_room(user)) > 0
    }

    /// Whether a connection to this process receives the events of a channel.
    fn is_open(&self, channel: ChannelId) -> bool {
        count(&self.sockets, channel_room(channel)) > 0
    }
}
