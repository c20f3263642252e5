//! Requests and events about messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Message;
use crate::ids::{ChannelId, MessageId, Seq};

/// The payload of `message:send`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendMessage {
    pub channel: ChannelId,
    /// Created by the browser: new for each message, and the same when it retries.
    pub client_id: String,
    /// The text, in markdown. It may be empty if there are files.
    pub body: String,
    /// The id of the message that this one replies to.
    pub reply_to: Option<MessageId>,
    /// The ids of the files that were uploaded for this message.
    #[serde(default)]
    pub files: Vec<String>,
}

/// The payload of `location:send`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendLocation {
    pub channel: ChannelId,
    /// As in [`SendMessage`].
    pub client_id: String,
    /// Degrees north of the equator, from -90 to 90.
    pub latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    pub longitude: f64,
}

/// The payload of `message:edit`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct EditMessage {
    pub message: MessageId,
    pub body: String,
}

/// The payload of `message:delete`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct DeleteMessage {
    pub message: MessageId,
}

/// The payload of `message:react`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct React {
    pub message: MessageId,
    /// The emoji itself, or its shortcode.
    pub emoji: String,
    /// Whether the reaction is added or removed.
    pub is_on: bool,
}

/// The acknowledgement of every change: the message as it is now.
#[derive(Debug, Serialize)]
pub struct MessageSaved {
    pub message: Message,
}

/// To everyone in the channel: `message:created`, `message:edited`, `message:deleted` or
/// `message:reacted`.
#[derive(Debug, Serialize)]
pub struct MessageChanged<'a> {
    /// The number of the change. Each channel counts from 1 without a gap, so a browser notices
    /// when it has missed one.
    pub seq: Seq,
    /// The message as it is now.
    pub message: &'a Message,
}

/// The payload of `channel:sync`, acknowledged with [`ChannelSynced`].
#[derive(Debug, Deserialize)]
pub struct SyncChannel {
    pub channel: ChannelId,
    /// The number of the last change that the browser has received.
    pub after: Seq,
}

/// The acknowledgement of `channel:sync`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSynced {
    /// The messages that have changed since, as they are now, in the order of their latest
    /// change.
    pub messages: Vec<Message>,
    /// The number of the last change that these messages cover.
    #[schema(value_type = i64)]
    pub seq: Seq,
    /// Whether there are more changes: sync again to get them.
    pub has_more: bool,
}
