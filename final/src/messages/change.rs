//! Changes to the messages of a channel.

use chrono::{DateTime, Utc};

use super::{events::MessageEvent, model::Location};
use crate::ids::{ChannelId, MessageId, Seq, UserId};

/// A change that someone requests in a channel.
#[derive(Debug, Clone)]
pub struct Change {
    pub channel: ChannelId,
    /// The id of the person.
    pub by: UserId,
    /// When the server received the request.
    pub at: DateTime<Utc>,
    pub action: Action,
}

/// The kind of change.
#[derive(Debug, Clone)]
pub enum Action {
    Create(Draft),
    Edit { message: MessageId, body: String },
    Delete { message: MessageId },
    AddReaction { message: MessageId, emoji: String },
    RemoveReaction { message: MessageId, emoji: String },
}

/// A message that is not saved yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The id that the author's browser gave it.
    pub client_id: String,
    /// Empty for a location.
    pub body: String,
    pub location: Option<Location>,
    /// The ids of its files.
    pub files: Vec<String>,
    /// The id of the message that it replies to.
    pub reply_to: Option<MessageId>,
}

/// A change that was applied in the database.
#[derive(Debug, Clone, Copy)]
pub struct Applied {
    pub message: MessageId,
    pub channel: ChannelId,
    /// The number of the change in its channel. None if the message was that way already: then
    /// there is nothing to broadcast.
    pub seq: Option<Seq>,
    /// The event that announces it.
    pub event: MessageEvent,
}

/// Identifies a new message: its author, and the id that their browser gave it.
pub type MessageKey = (UserId, String);

impl Change {
    /// This change, once it is applied.
    pub fn applied(&self, message: MessageId, seq: Option<Seq>) -> Applied {
        Applied {
            message,
            channel: self.channel,
            seq,
            event: self.action.event(),
        }
    }

    /// The key of the message that this change creates.
    pub fn message_key(&self) -> Option<MessageKey> {
        match &self.action {
            Action::Create(draft) => Some((self.by, draft.client_id.clone())),
            _ => None,
        }
    }

    /// The new message, if this change creates one that has no files and is no reply.
    pub fn plain(&self) -> Option<(&Self, &Draft)> {
        match &self.action {
            Action::Create(draft) if draft.files.is_empty() && draft.reply_to.is_none() => {
                Some((self, draft))
            }
            _ => None,
        }
    }

    /// Whether this change creates a message with files.
    pub fn has_files(&self) -> bool {
        matches!(&self.action, Action::Create(draft) if !draft.files.is_empty())
    }
}

impl Action {
    fn event(&self) -> MessageEvent {
        match self {
            Self::Create(_) => MessageEvent::Created,
            Self::Edit { .. } => MessageEvent::Edited,
            Self::Delete { .. } => MessageEvent::Deleted,
            Self::AddReaction { .. } | Self::RemoveReaction { .. } => MessageEvent::Reacted,
        }
    }
}
