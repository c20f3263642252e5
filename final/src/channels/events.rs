//! Requests and events about channels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Channel;
use crate::{
    accounts::Person,
    ids::{ChannelId, Seq, UserId},
    messages::Message,
    realtime::ServerEvent,
};

/// The payload of `channel:create`, acknowledged with a [`Channel`].
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateChannel {
    /// The name as it was typed.
    pub name: String,
}

/// The payload of `channel:join`, which subscribes. Acknowledged with a [`Channel`].
#[derive(Debug, Deserialize)]
pub struct JoinChannel {
    pub channel: ChannelId,
}

/// The payload of `channel:leave`, which unsubscribes. Acknowledged with [`ChannelLeft`].
#[derive(Debug, Deserialize)]
pub struct LeaveChannel {
    pub channel: ChannelId,
}

/// The payload of `channel:open`, acknowledged with [`ChannelOpened`]. From then on, this
/// browser receives the channel's events, whether or not the person is subscribed.
#[derive(Debug, Deserialize)]
pub struct OpenChannel {
    pub channel: ChannelId,
    /// The number of the message to show. Without it, the end of the channel is shown.
    pub at: Option<Seq>,
}

/// The acknowledgement of `channel:open`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelOpened {
    pub channel: Channel,
    /// The people who are subscribed, by name.
    pub members: Vec<Person>,
    /// A page of the channel's messages, oldest first.
    pub messages: Vec<Message>,
    pub has_older: bool,
    pub has_newer: bool,
}

/// The payload of `channel:see`, acknowledged with [`ChannelRead`].
#[derive(Debug, Deserialize)]
pub struct MarkRead {
    pub channel: ChannelId,
    /// The number of the last message that was on the screen.
    pub number: Seq,
}

/// The payload of `direct:open`, acknowledged with the [`Channel`] of the two people.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OpenDirect {
    /// The id of the other person.
    #[schema(value_type = i64)]
    pub user: UserId,
}

/// The payload of `typing:start`, acknowledged with an empty object.
#[derive(Debug, Deserialize)]
pub struct StartTyping {
    pub channel: ChannelId,
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
    #[schema(value_type = i64)]
    pub channel: ChannelId,
    /// The number of the last message that the person has read.
    #[schema(value_type = i64)]
    pub number: Seq,
}

impl ServerEvent for ChannelRead {
    const NAME: &'static str = "channel:seen";
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
