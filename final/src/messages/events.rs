//! Requests and events about messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{history::SyncedMessages, model::Message};
use crate::{
    accounts::Person,
    channels::Channel,
    ids::{ChannelId, MessageId, Seq},
    realtime::ClientEvent,
};

/// A request that is acknowledged with [`MessageSaved`].
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

impl ClientEvent for SendMessage {
    const NAME: &'static str = "message:send";
}

/// A request that is acknowledged with [`MessageSaved`].
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

impl ClientEvent for SendLocation {
    const NAME: &'static str = "location:send";
}

/// A request that is acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct EditMessage {
    pub message: MessageId,
    pub body: String,
}

impl ClientEvent for EditMessage {
    const NAME: &'static str = "message:edit";
}

/// A request that is acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
pub struct DeleteMessage {
    pub message: MessageId,
}

impl ClientEvent for DeleteMessage {
    const NAME: &'static str = "message:delete";
}

/// A request that is acknowledged with [`MessageSaved`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct React {
    pub message: MessageId,
    /// The emoji itself, or its shortcode.
    pub emoji: String,
    /// Whether the reaction is added or removed.
    pub is_on: bool,
}

impl ClientEvent for React {
    const NAME: &'static str = "message:react";
}

/// The acknowledgement of every change: the message as it is now.
#[derive(Debug, Serialize)]
pub struct MessageSaved {
    pub message: Message,
}

/// The change to a message. Changes that another process has saved are read from the database, which
/// stores only how a message is now: so each of them is that it was created, edited or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub enum MessageEvent {
    #[strum(serialize = "message:created")]
    Created,
    #[strum(serialize = "message:edited")]
    Edited,
    #[strum(serialize = "message:deleted")]
    Deleted,
    #[strum(serialize = "message:reacted")]
    Reacted,
}

/// The payload of every [`MessageEvent`], to everyone in the channel.
#[derive(Debug, Serialize)]
pub struct MessageChanged<'a> {
    /// The number of the change. Each channel counts from 1 without a gap, so a browser notices
    /// when it has missed one.
    pub seq: Seq,
    /// The message as it is now.
    pub message: &'a Message,
}

/// A request that is acknowledged with [`ChannelOpened`]. From then on, this
/// browser receives the channel's events, whether or not the person is subscribed.
#[derive(Debug, Deserialize)]
pub struct OpenChannel {
    pub channel: ChannelId,
    /// The number of the message to show. Without it, the end of the channel is shown.
    pub at: Option<Seq>,
}

impl ClientEvent for OpenChannel {
    const NAME: &'static str = "channel:open";
}

/// The acknowledgement of [`OpenChannel`].
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelOpened {
    pub channel: Channel,
    /// How many people are subscribed.
    pub member_count: i64,
    /// Up to 100 of them, in the order in which they signed up.
    pub members: Vec<Person>,
    /// A page of the channel's messages, oldest first.
    pub messages: Vec<Message>,
    pub has_older: bool,
    pub has_newer: bool,
}

/// A request that is acknowledged with [`ChannelSynced`].
#[derive(Debug, Deserialize)]
pub struct SyncChannel {
    pub channel: ChannelId,
    /// The number of the last change that the browser has received.
    pub after: Seq,
}

impl ClientEvent for SyncChannel {
    const NAME: &'static str = "channel:sync";
}

/// The messages of a channel that have changed since a change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelSynced {
    /// The messages that have changed since, as they are now, in the order of their latest
    /// change.
    #[schema(value_type = SyncedMessages)]
    pub messages: Vec<Message>,
    /// The number of the last change that these messages cover.
    pub seq: Seq,
    /// Whether there are more changes: sync again to get them.
    pub has_more: bool,
}
