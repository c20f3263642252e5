//! Emits the changes of each channel to the sockets of this process, in the order of their numbers,
//! no matter which process has saved them.

use std::{
    collections::{BTreeSet, HashMap},
    mem,
};

use sqlx::Error;

use super::{
    events::{MessageChanged, MessageEvent},
    model::Message,
    store,
};
use crate::{
    ids::{ChannelId, Seq},
    realtime::{Sockets, channel_room, count, emit_named_to, in_rooms},
    storage::Db,
};

/// How many messages are read at once.
const PAGE: i64 = 200;
/// A browser that has missed more changes than this requests them itself, page by page.
const MAX_MISSED: i64 = 1_000;

/// Knows the last change of each channel that this process has emitted.
pub struct Emitter {
    db: Db,
    sockets: Sockets,
    /// A channel that is missing here was created later.
    emitted: HashMap<ChannelId, Seq>,
    /// Channels that may have changes which were not emitted yet.
    behind: BTreeSet<ChannelId>,
    /// Whether it is unknown which channels have changed.
    is_lost: bool,
}

impl Emitter {
    /// Begins with the next change of each channel.
    pub async fn begin(db: Db, sockets: Sockets) -> Result<Self, Error> {
        let emitted = store::latest_changes(&db).await?;
        Ok(Self {
            db,
            sockets,
            emitted: emitted.into_iter().collect(),
            behind: BTreeSet::new(),
            is_lost: false,
        })
    }

    /// Whether there may be changes that were not emitted yet.
    pub fn is_behind(&self) -> bool {
        self.is_lost || !self.behind.is_empty()
    }

    /// From now on, [`Self::catch_up`] reads those of these channels whose latest number was not
    /// emitted yet.
    pub fn expect_up_to(&mut self, channels: Vec<(ChannelId, Seq)>) {
        for (channel, seq) in channels {
            if seq <= self.emitted(channel) {
                continue;
            }
            if self.has_readers(channel) {
                self.behind.insert(channel);
            } else {
                // A page that opens the channel later reads these changes by itself.
                self.emitted.insert(channel, seq);
            }
        }
    }

    /// From now on, [`Self::catch_up`] reads these channels.
    pub fn expect_changes(&mut self, channels: impl IntoIterator<Item = ChannelId>) {
        self.behind.extend(channels);
    }

    /// From now on, [`Self::catch_up`] reads all channels that have changed.
    pub fn expect_anything(&mut self) {
        self.is_lost = true;
    }

    /// Emits a change that this process has saved, and those before it that others have saved.
    pub async fn emit(&mut self, event: MessageEvent, seq: Seq, message: &Message) {
        let channel = message.channel;
        let emitted = self.emitted(channel);
        if seq == emitted.next() {
            self.emit_change(event, seq, message).await;
        } else if seq > emitted
            && let Err(error) = self.catch_up_channel(channel).await
        {
            tracing::warn!(%error, %channel, "changes are emitted later");
            self.behind.insert(channel);
        }
    }

    /// Emits the changes that are missing. Those that cannot be read now are left for the next
    /// time.
    pub async fn catch_up(&mut self) {
        if self.is_lost {
            match self.db.in_time(store::latest_changes(&self.db)).await {
                Ok(latest) => {
                    self.expect_up_to(latest);
                    self.is_lost = false;
                }
                Err(error) => tracing::warn!(%error, "the database does not respond yet"),
            }
        }
        for channel in mem::take(&mut self.behind) {
            if let Err(error) = self.catch_up_channel(channel).await {
                tracing::warn!(%error, %channel, "the database does not respond yet");
                self.behind.insert(channel);
            }
        }
    }

    /// Reads and emits what is missing in a channel.
    async fn catch_up_channel(&mut self, channel: ChannelId) -> Result<(), Error> {
        loop {
            let after = self.emitted(channel);
            let read = store::changed_after(&self.db, channel, after, PAGE);
            let messages = self.db.in_time(read).await?;
            let is_full = messages.len() as i64 == PAGE;
            if is_full && self.count_missed(channel, after).await? > MAX_MISSED {
                return self.skip_to_last(channel).await;
            }
            for message in &messages {
                self.emit_missed(message, after).await;
            }
            if !is_full {
                return Ok(());
            }
        }
    }

    /// How many changes a channel has had since this number.
    async fn count_missed(&self, channel: ChannelId, after: Seq) -> Result<i64, Error> {
        let read = store::latest_change(&self.db, channel);
        let latest = self.db.in_time(read).await?;
        Ok(latest.0 - after.0)
    }

    /// Emits only the last change. Browsers notice the gap in the numbers.
    async fn skip_to_last(&mut self, channel: ChannelId) -> Result<(), Error> {
        let read = store::last_changed(&self.db, channel);
        if let Some(message) = self.db.in_time(read).await? {
            let event = if message.seq == message.number {
                MessageEvent::Created
            } else {
                MessageEvent::Edited
            };
            self.emit_change(event, message.seq, &message).await;
        }
        Ok(())
    }

    /// Emits all numbers up to the latest change of a message. The numbers in between belong to
    /// changes that were replaced by later ones: their messages come with a later number.
    ///
    /// Pages count unread messages by these events. So a message is created and deleted at most
    /// once, and one that was created and deleted meanwhile neither.
    async fn emit_missed(&mut self, message: &Message, after: Seq) {
        let is_new = message.number > after;
        let first = self.emitted(message.channel).next();
        for number in first.0..=message.seq.0 {
            let seq = Seq(number);
            let event = if is_new && !message.is_deleted && seq == first {
                MessageEvent::Created
            } else if !is_new && message.is_deleted && seq == message.seq {
                MessageEvent::Deleted
            } else {
                MessageEvent::Edited
            };
            self.emit_change(event, seq, message).await;
        }
    }

    async fn emit_change(&mut self, event: MessageEvent, seq: Seq, message: &Message) {
        self.emitted.insert(message.channel, seq);
        let room = in_rooms(&self.sockets, [channel_room(message.channel)]);
        emit_named_to(room, event.into(), &MessageChanged { seq, message }).await;
    }

    /// Whether any socket of this process receives the events of a channel.
    fn has_readers(&self, channel: ChannelId) -> bool {
        count(&self.sockets, channel_room(channel)) > 0
    }

    fn emitted(&self, channel: ChannelId) -> Seq {
        self.emitted.get(&channel).copied().unwrap_or(Seq(0))
    }
}
