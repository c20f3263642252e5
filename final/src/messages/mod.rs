//! Messages: the rules; those of new messages are in [`send`]. [`store`] has the SQL, [`apply`]
//! applies changes, [`writer`] does so in order, [`emitter`] broadcasts them, [`history`] reads pages,
//! [`text`] renders markdown, [`handlers`] has the event handlers, [`api`] and [`files`] the JSON
//! API.

use std::sync::Arc;

use chrono::Utc;

use crate::{
    channels::Channels,
    error::{AppError, Refusal},
    ids::{ChannelId, MessageId, UserId},
    media::{File, Media, Readers},
    realtime::Sockets,
    storage::{Bus, Db},
};

pub mod api;
mod apply;
mod change;
mod emitter;
pub mod events;
pub mod files;
pub mod handlers;
mod history;
mod model;
mod notices;
mod send;
mod store;
mod text;
mod writer;

pub use store::last_sent;

use change::{Action, Change};
use events::MessageSaved;
use model::Message;
use store::Head;
use writer::Writer;

/// Messages, their files and their reactions.
pub struct Messages {
    channels: Arc<Channels>,
    db: Db,
    media: Arc<Media>,
    writer: Writer,
}

impl Messages {
    /// The messages in this database. Starts the tasks that save and broadcast changes.
    pub async fn start(
        channels: Arc<Channels>,
        db: Db,
        bus: Bus,
        media: Arc<Media>,
        sockets: Sockets,
    ) -> Result<Self, sqlx::Error> {
        Ok(Self {
            channels,
            writer: Writer::start(db.clone(), bus, sockets).await?,
            db,
            media,
        })
    }

    /// A message that someone may read.
    pub async fn show(&self, user: UserId, message: MessageId) -> Result<Message, AppError> {
        self.find(user, message).await?;
        let mut tx = self.db.begin_reading().await?;
        let found = store::by_ids(&mut tx, &[message]).await?.render();
        Ok(found.into_iter().next().ok_or(Refusal::MessageUnknown)?)
    }

    /// Replaces the text of the user's own message.
    pub async fn edit(
        &self,
        user: UserId,
        message: MessageId,
        body: &str,
    ) -> Result<MessageSaved, AppError> {
        let body = text::check_body(body)?;
        let channel = self.find_own(user, message).await?;
        self.write(user, channel, Action::Edit { message, body })
            .await
    }

    /// Deletes the user's own message.
    pub async fn delete(&self, user: UserId, message: MessageId) -> Result<MessageSaved, AppError> {
        let channel = self.find_own(user, message).await?;
        self.write(user, channel, Action::Delete { message }).await
    }

    /// Adds a reaction to a message, or removes it.
    pub async fn react(
        &self,
        user: UserId,
        message: MessageId,
        emoji: &str,
        is_on: bool,
    ) -> Result<MessageSaved, AppError> {
        let emoji = emojis::get(emoji).or_else(|| emojis::get_by_shortcode(emoji));
        let emoji = emoji.ok_or(Refusal::EmojiUnknown)?.to_string();
        let channel = self.find(user, message).await?.channel_id;
        let action = if is_on {
            Action::AddReaction { message, emoji }
        } else {
            Action::RemoveReaction { message, emoji }
        };
        self.write(user, channel, action).await
    }

    /// Finds a file for someone who wants to read it, and says who else may. The error is the same
    /// for a file that they may not read and for one that does not exist.
    pub(crate) async fn find_file(
        &self,
        user: UserId,
        id: &str,
    ) -> Result<(File, Readers), AppError> {
        let file = self.media.find(id).await?;
        if self.media.is_picture(id).await? {
            return Ok((file, Readers::Everyone));
        }
        if file.owner_id != user {
            let message = file.message_id.ok_or(AppError::NotFound)?;
            let head = store::head(&self.db, user, message).await?;
            let readable = head.filter(|head| head.access.read().is_ok());
            readable.ok_or(AppError::NotFound)?;
        }
        Ok((file, Readers::Restricted))
    }

    /// Finds a message that someone may read. The error is the same for a message that they may not
    /// read and for one that does not exist.
    async fn find(&self, user: UserId, message: MessageId) -> Result<Head, AppError> {
        let head = store::head(&self.db, user, message).await?;
        let readable = head.filter(|head| head.access.read().is_ok());
        Ok(readable.ok_or(Refusal::MessageUnknown)?)
    }

    /// The channel of a message that the user may edit and delete.
    async fn find_own(&self, user: UserId, message: MessageId) -> Result<ChannelId, AppError> {
        let head = self.find(user, message).await?;
        head.access.moderate(user, head.author_id)?;
        Ok(head.channel_id)
    }

    async fn write(
        &self,
        user: UserId,
        channel: ChannelId,
        action: Action,
    ) -> Result<MessageSaved, AppError> {
        let change = Change {
            channel,
            by: user,
            at: Utc::now(),
            action,
        };
        let message = self.writer.write(change).await?;
        Ok(MessageSaved { message })
    }
}
