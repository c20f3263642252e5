//! Reads pages of history, and what has changed.

use serde::Serialize;
use socketioxide::extract::SocketRef;
use utoipa::ToSchema;

use super::{
    Messages,
    events::{ChannelOpened, ChannelSynced},
    model::Message,
    store,
};
use crate::{
    error::AppError,
    ids::{ChannelId, Seq, UserId},
    realtime::channel_room,
    schema::{list, schema},
};

/// How many messages a page of history has.
const PAGE: i64 = 50;
/// How many messages one [`ChannelSynced`] has.
const SYNC_PAGE: i64 = 200;
/// How many older messages are shown above the one that a link leads to.
const ABOVE: i64 = 20;

schema! {
    /// The messages of a page.
    PageMessages = list::<Message>(PAGE as usize)
}

schema! {
    /// The messages of one [`ChannelSynced`].
    SyncedMessages = list::<Message>(SYNC_PAGE as usize)
}

/// Some messages of a channel, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The messages of this page.
    #[schema(value_type = PageMessages)]
    pub messages: Vec<Message>,
    /// Whether the channel has older messages.
    pub has_older: bool,
    /// Whether the channel has newer messages.
    pub has_newer: bool,
}

impl Messages {
    /// Opens a channel for a browser: from then on, it receives the channel's events. Returns the
    /// last messages, or those around the message with the number `at`.
    pub async fn open(
        &self,
        user: UserId,
        channel: ChannelId,
        at: Option<Seq>,
        socket: &SocketRef,
    ) -> Result<ChannelOpened, AppError> {
        self.channels.find(user, channel).await?;
        // Join the room before reading the messages, so that none is missed in between.
        socket.join(channel_room(channel));
        // Read the channel before its messages: a change in between arrives again as an event.
        let found = self.channels.find(user, channel).await?;
        let page = self.page_at(channel, at).await?;
        Ok(ChannelOpened {
            member_count: self.channels.count_members(channel).await?,
            members: self.channels.first_members(channel).await?,
            channel: found,
            messages: page.messages,
            has_older: page.has_older,
            has_newer: page.has_newer,
        })
    }

    /// The page of history that ends before a number, or else begins after one, or else the last.
    pub async fn history(
        &self,
        user: UserId,
        channel: ChannelId,
        before: Option<Seq>,
        after: Option<Seq>,
    ) -> Result<Page, AppError> {
        self.channels.find(user, channel).await?;
        match (before, after) {
            (None, Some(number)) => self.page_after(channel, number).await,
            (before, _) => self.page_before(channel, before.unwrap_or(Seq::MAX)).await,
        }
    }

    /// The messages that have changed since the last change that a browser has received.
    pub async fn sync(
        &self,
        user: UserId,
        channel: ChannelId,
        after: Seq,
    ) -> Result<ChannelSynced, AppError> {
        self.channels.find(user, channel).await?;
        // Read this number before the messages: a change in between is part of the acknowledgement,
        // and arrives again as an event.
        let latest = store::latest_change(&self.db, channel).await?;
        let messages = store::changed_after(&self.db, channel, after, SYNC_PAGE).await?;
        let last = messages.last().map_or(after, |message| message.seq);
        let has_more = messages.len() as i64 == SYNC_PAGE;
        Ok(ChannelSynced {
            seq: if has_more { last } else { last.max(latest) },
            messages,
            has_more,
        })
    }

    /// The last page of a channel, or the page around a message's number.
    async fn page_at(&self, channel: ChannelId, at: Option<Seq>) -> Result<Page, AppError> {
        let Some(number) = at else {
            return self.page_before(channel, Seq::MAX).await;
        };
        let mut above = store::before(&self.db, channel, number, ABOVE + 1).await?;
        let has_older = above.len() as i64 > ABOVE;
        if has_older {
            above.remove(0);
        }
        let below = self.page_after(channel, number.previous()).await?;
        above.extend(below.messages);
        Ok(Page {
            messages: above,
            has_older,
            has_newer: below.has_newer,
        })
    }

    /// The page of history that ends before a message's number.
    async fn page_before(&self, channel: ChannelId, number: Seq) -> Result<Page, AppError> {
        let mut messages = store::before(&self.db, channel, number, PAGE + 1).await?;
        let has_older = messages.len() as i64 > PAGE;
        if has_older {
            messages.remove(0);
        }
        Ok(Page {
            messages,
            has_older,
            has_newer: number != Seq::MAX,
        })
    }

    /// The page of history that begins after a message's number.
    async fn page_after(&self, channel: ChannelId, number: Seq) -> Result<Page, AppError> {
        let mut messages = store::after(&self.db, channel, number, PAGE + 1).await?;
        let has_newer = messages.len() as i64 > PAGE;
        messages.truncate(PAGE as usize);
        Ok(Page {
            messages,
            has_older: number > Seq(0),
            has_newer,
        })
    }
}
