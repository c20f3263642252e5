//! Events about connections.

use serde::Serialize;
use socketioxide::socket::Sid;

use crate::{accounts::Person, channels::Channel, ids::UserId, realtime::ServerEvent};

/// To a browser that has just connected. The messages and the online users are not part of
/// it: each connection would hold a buffer as large as a list of 1,000 people, so the browser
/// fetches that list over HTTP.
#[derive(Debug, Serialize)]
pub struct SocketWelcome {
    pub id: Sid,
    /// `polling` or `websocket`. A connection that starts with polling may be upgraded later.
    pub transport: &'static str,
    /// The person who is logged in.
    pub me: Person,
    /// The channels they are subscribed to, by name.
    pub channels: Vec<Channel>,
}

impl ServerEvent for SocketWelcome {
    const NAME: &'static str = "socket:welcome";
}

/// To everyone, when a person comes online.
#[derive(Debug, Serialize)]
pub struct UserJoined {
    pub person: Person,
}

impl ServerEvent for UserJoined {
    const NAME: &'static str = "user:joined";
}

/// To everyone, when a person has gone offline.
#[derive(Debug, Serialize)]
pub struct UserLeft {
    pub user: UserId,
}

impl ServerEvent for UserLeft {
    const NAME: &'static str = "user:left";
}

/// To everyone, instead of [`UserJoined`] and [`UserLeft`], when many people come online or go
/// offline at once: the browser loads the list of online users again.
#[derive(Debug, Serialize)]
pub struct PresenceChanged {}

impl ServerEvent for PresenceChanged {
    const NAME: &'static str = "presence:changed";
}
