//! Changes to the messages of a channel.

use chrono::{DateTime, Utc};

use super::model::Location;

/// Something that someone wants to do in a channel.
#[derive(Debug, Clone)]
pub struct Change {
    /// The channel's number.
    pub channel: i64,
    /// The number of who wants it.
    pub by: i64,
    /// When the server heard of it.
    pub at: DateTime<Utc>,
    /// What it is.
    pub action: Action,
}

/// What someone wants to do.
#[derive(Debug, Clone)]
pub enum Action {
    /// Write a message.
    Create(Draft),
    /// Replace the text of their message.
    Edit {
        /// The message's number.
        message: i64,
        /// The new text.
        body: String,
    },
    /// Take their message back.
    Delete {
        /// The message's number.
        message: i64,
    },
    /// Put an emoji beside a message, or take it away.
    React {
        /// The message's number.
        message: i64,
        /// The emoji.
        emoji: String,
        /// Whether it is put there.
        is_on: bool,
    },
}

/// A message to be.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The number that the author's browser gave it.
    pub client_id: String,
    /// What was typed; empty for a location.
    pub body: String,
    /// Where the author is.
    pub location: Option<Location>,
    /// The files to be sent with it, by their ids.
    pub files: Vec<String>,
    /// The number of the message that it answers.
    pub reply_to: Option<i64>,
}

/// A change that is in the database.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The number of the message that it concerns.
    pub message: i64,
    /// The channel's number.
    pub channel: i64,
    /// The change's number in its channel; none when all was as wanted before,
    /// so that there is nothing to tell anyone.
    pub seq: Option<i64>,
    /// The event that tells of it.
    pub event: &'static str,
}

/// What a new message is known by: its author, and the number that their browser
/// gave it.
pub type MessageKey = (i64, String);

impl Change {
    /// The key of the message that it would create.
    pub fn message_key(&self) -> Option<MessageKey> {
        match &self.action {
            Action::Create(draft) => Some((self.by, draft.client_id.clone())),
            _ => None,
        }
    }

    /// Whether it would create a message with files.
    pub fn has_files(&self) -> bool {
        matches!(&self.action, Action::Create(draft) if !draft.files.is_empty())
    }
}

impl Action {
    /// The event that tells of it.
    pub fn event(&self) -> &'static str {
        match self {
            Self::Create(_) => "message:created",
            Self::Edit { .. } => "message:edited",
            Self::Delete { .. } => "message:deleted",
            Self::React { .. } => "message:reacted",
        }
    }
}
