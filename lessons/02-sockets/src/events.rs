//! Everything that crosses the wire.

use serde::{Deserialize, Serialize};
use socketioxide::socket::Sid;

use crate::wire::ServerEvent;

/// To a browser that has just connected.
#[derive(Debug, Serialize)]
pub struct SocketWelcome {
    pub id: Sid,
    pub transport: &'static str,
}

impl ServerEvent for SocketWelcome {
    const NAME: &'static str = "socket:welcome";
}

/// To everyone, when a browser connects or disconnects.
#[derive(Debug, Serialize)]
pub struct VisitorsChanged {
    pub visitors: usize,
}

impl ServerEvent for VisitorsChanged {
    const NAME: &'static str = "visitors:changed";
}

/// The payload of `wave:send`: a wave carries no data.
#[derive(Debug, Deserialize)]
pub struct SendWave {}

/// The acknowledgement of `wave:send`.
#[derive(Debug, Serialize)]
pub struct WaveSent {
    pub number: u64,
    pub reached: usize,
}

/// To everyone but the sender of a wave.
#[derive(Debug, Serialize)]
pub struct WaveReceived {
    pub from: Sid,
    pub number: u64,
}

impl ServerEvent for WaveReceived {
    const NAME: &'static str = "wave:received";
}
