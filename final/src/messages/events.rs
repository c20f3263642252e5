//! What crosses the wire about messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Message;

/// Browser to server: `message:send`, answered with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendMessage {
    /// The channel's number.
    pub channel: i64,
    /// Made by the browser, new for each message and the same when it tries again.
    pub client_id: String,
    /// What was written, in markdown; may be empty when there are files.
    pub body: String,
    /// The number of the message that it answers.
    pub reply_to: Option<i64>,
    /// The ids of files that were uploaded for it.
    #[serde(default)]
    pub files: Vec<String>,
}

/// Browser to server: `location:send`, answered with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendLocation {
    /// The channel's number.
    pub channel: i64,
    /// As in [`SendMessage`].
    pub client_id: String,
    /// Degrees north of the equator, from -90 to 90.
    pub latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    pub longitude: f64,
}

/// Browser to server: `message:edit`, answered with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct EditMessage {
    /// The message's number.
    pub message: i64,
    /// The new text.
    pub body: String,
}

/// Browser to server: `message:delete`, answered with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct DeleteMessage {
    /// The message's number.
    pub message: i64,
}

/// Browser to server: `message:react`, answered with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct React {
    /// The message's number.
    pub message: i64,
    /// The emoji, or its short name.
    pub emoji: String,
    /// Whether it is put there or taken away.
    pub is_on: bool,
}

/// The answer to every change: the message as it is now.
#[derive(Debug, Serialize)]
pub struct MessageSaved {
    /// The message.
    pub message: Message,
}

/// To everyone in the channel: `message:created`, `message:edited`,
/// `message:deleted` or `message:reacted`.
#[derive(Debug, Serialize)]
pub struct MessageChanged<'a> {
    /// The change's number. Each channel counts from 1 without a gap, so a
    /// browser that misses one knows it.
    pub seq: i64,
    /// The message as it is now.
    pub message: &'a Message,
}

/// Browser to server: `channel:sync`, answered with [`ChannelSynced`].
#[derive(Debug, Deserialize)]
pub struct SyncChannel {
    /// The channel's number.
    pub channel: i64,
    /// The number of the last change that the browser knows of.
    pub after: i64,
}

/// The answer to [`SyncChannel`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSynced {
    /// The messages that changed since, as they are now, in the order of their
    /// latest change.
    pub messages: Vec<Message>,
    /// The browser knows the channel up to this change now.
    pub seq: i64,
    /// Whether there is more: then it asks again.
    pub has_more: bool,
}
