//! Requests and events about messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Message;

/// The payload of `message:send`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendMessage {
    pub channel: i64,
    /// Created by the browser: new for each message, and the same when it retries.
    pub client_id: String,
    /// The text, in markdown. It may be empty if there are files.
    pub body: String,
    /// The id of the message that this one replies to.
    pub reply_to: Option<i64>,
    /// The ids of the files that were uploaded for this message.
    #[serde(default)]
    pub files: Vec<String>,
}

/// The payload of `location:send`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendLocation {
    pub channel: i64,
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
    pub message: i64,
    pub body: String,
}

/// The payload of `message:delete`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct DeleteMessage {
    pub message: i64,
}

/// The payload of `message:react`, acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct React {
    pub message: i64,
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
    pub seq: i64,
    /// The message as it is now.
    pub message: &'a Message,
}

/// The payload of `channel:sync`, acknowledged with [`ChannelSynced`].
#[derive(Debug, Deserialize)]
pub struct SyncChannel {
    pub channel: i64,
    /// The number of the last change that the browser has received.
    pub after: i64,
}

/// The acknowledgement of `channel:sync`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSynced {
    /// The messages that have changed since, as they are now, in the order of their latest
    /// change.
    pub messages: Vec<Message>,
    /// The number of the last change that these messages cover.
    pub seq: i64,
    /// Whether there are more changes: sync again to get them.
    pub has_more: bool,
}
