//! Requests and events about channels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    accounts::Person,
    ids::{ChannelId, Seq, UserId},
    names::Name,
    realtime::{ClientEvent, ServerEvent},
};

/// A new channel.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateChannel {
    /// The name as it was typed. White space around it is removed.
    #[schema(value_type = Name)]
    pub name: String,
}

impl ClientEvent for CreateChannel {
    const NAME: &'static str = "channel:create";
}

/// Subscribes. Acknowledged with a [`Channel`](super::Channel).
#[derive(Debug, Deserialize)]
pub struct JoinChannel {
    pub channel: ChannelId,
}

impl ClientEvent for JoinChannel {
    const NAME: &'static str = "channel:join";
}

/// Unsubscribes. Acknowledged with [`ChannelLeft`].
#[derive(Debug, Deserialize)]
pub struct LeaveChannel {
    pub channel: ChannelId,
}

impl ClientEvent for LeaveChannel {
    const NAME: &'static str = "channel:leave";
}

/// A request that is acknowledged with [`ChannelRead`].
#[derive(Debug, Deserialize)]
pub struct MarkRead {
    pub channel: ChannelId,
    /// The number of the last message that was on the screen.
    pub number: Seq,
}

impl ClientEvent for MarkRead {
    const NAME: &'static str = "channel:see";
}

/// Marks a channel as a favourite, or unmarks it. Acknowledged with [`ChannelStarred`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StarChannel {
    pub channel: ChannelId,
    /// Whether it is to be a favourite.
    pub is_favourite: bool,
}

impl ClientEvent for StarChannel {
    const NAME: &'static str = "channel:star";
}

/// The other person of a direct message.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OpenDirect {
    /// The id of the other person.
    pub user: UserId,
}

impl ClientEvent for OpenDirect {
    const NAME: &'static str = "direct:open";
}

/// A request that is acknowledged with an empty object.
#[derive(Debug, Deserialize)]
pub struct StartTyping {
    pub channel: ChannelId,
}

impl ClientEvent for StartTyping {
    const NAME: &'static str = "typing:start";
}

/// To the channel, and to all connections of the person who has subscribed.
#[derive(Debug, Serialize)]
pub struct ChannelJoined {
    pub channel: ChannelId,
    pub person: Person,
}

impl ServerEvent for ChannelJoined {
    const NAME: &'static str = "channel:joined";
}

/// To the channel, and to all connections of the person who has unsubscribed.
#[derive(Debug, Serialize)]
pub struct ChannelLeft {
    pub channel: ChannelId,
    pub user: UserId,
}

impl ServerEvent for ChannelLeft {
    const NAME: &'static str = "channel:left";
}

/// To all connections of a person, when one of them has marked messages as read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelRead {
    /// The id of the channel.
    pub channel: ChannelId,
    /// The number of the last message that the person has read.
    pub number: Seq,
}

impl ServerEvent for ChannelRead {
    const NAME: &'static str = "channel:seen";
}

/// To all connections of a person, when one of them has marked a channel as a favourite, or unmarked
/// it. Nobody else learns of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelStarred {
    /// The id of the channel.
    pub channel: ChannelId,
    /// Whether it is a favourite now.
    pub is_favourite: bool,
}

impl ServerEvent for ChannelStarred {
    const NAME: &'static str = "channel:starred";
}

/// To everyone else in the channel, while someone is typing. It may be lost.
#[derive(Debug, Serialize)]
pub struct TypingStarted {
    pub channel: ChannelId,
    pub person: Person,
}

impl ServerEvent for TypingStarted {
    const NAME: &'static str = "typing:started";
}
