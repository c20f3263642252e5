//! What crosses the wire about channels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Channel;
use crate::{accounts::Person, messages::Message, realtime::ServerEvent};

/// Browser to server: `channel:create`, answered with [`Channel`].
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateChannel {
    /// The name as it was typed.
    pub name: String,
}

/// Browser to server: `channel:join`, to subscribe, answered with [`Channel`].
#[derive(Debug, Deserialize)]
pub struct JoinChannel {
    /// The channel's number.
    pub channel: i64,
}

/// Browser to server: `channel:leave`, to end a subscription, answered with [`ChannelLeft`].
#[derive(Debug, Deserialize)]
pub struct LeaveChannel {
    /// The channel's number.
    pub channel: i64,
}

/// Browser to server: `channel:open`, answered with [`ChannelOpened`]. From
/// now on this browser hears of the channel, a member or not.
#[derive(Debug, Deserialize)]
pub struct OpenChannel {
    /// The channel's number.
    pub channel: i64,
    /// The message to show, by its number; the end of the channel when it is missing.
    pub at: Option<i64>,
}

/// The answer to [`OpenChannel`].
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelOpened {
    /// The channel as it is now.
    pub channel: Channel,
    /// The people in it, by name.
    pub members: Vec<Person>,
    /// A page of its messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether there are older ones than those.
    pub has_older: bool,
    /// Whether there are newer ones than those.
    pub has_newer: bool,
}

/// Browser to server: `channel:see`, answered with [`ChannelSeen`].
#[derive(Debug, Deserialize)]
pub struct SeeChannel {
    /// The channel's number.
    pub channel: i64,
    /// The number of the last message that was on the screen.
    pub number: i64,
}

/// Browser to server: `direct:open`, answered with the [`Channel`] of two.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OpenDirect {
    /// The number of the other person.
    pub user: i64,
}

/// Browser to server: `typing:start`, answered with an empty object.
#[derive(Debug, Deserialize)]
pub struct StartTyping {
    /// The channel's number.
    pub channel: i64,
}

/// To the channel, and to all windows of the person, who subscribed.
#[derive(Debug, Serialize)]
pub struct ChannelJoined {
    /// The channel's number.
    pub channel: i64,
    /// Who subscribed.
    pub person: Person,
}

impl ServerEvent for ChannelJoined {
    const NAME: &'static str = "channel:joined";
}

/// To the channel, and to all windows of the person, whose subscription ended.
#[derive(Debug, Serialize)]
pub struct ChannelLeft {
    /// The channel's number.
    pub channel: i64,
    /// The number of who left.
    pub user: i64,
}

impl ServerEvent for ChannelLeft {
    const NAME: &'static str = "channel:left";
}

/// To all windows of a person: they have read on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelSeen {
    /// The channel's number.
    pub channel: i64,
    /// The number of the last message that they have seen.
    pub number: i64,
}

impl ServerEvent for ChannelSeen {
    const NAME: &'static str = "channel:seen";
}

/// To the others who look at the channel: someone writes. It may be lost.
#[derive(Debug, Serialize)]
pub struct TypingStarted {
    /// The channel's number.
    pub channel: i64,
    /// Who writes.
    pub person: Person,
}

impl ServerEvent for TypingStarted {
    const NAME: &'static str = "typing:started";
}
