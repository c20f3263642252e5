//! Notices to the other processes.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ChannelId, Seq},
    storage::Notice,
};

/// How many channels one notice names at most: it may have 8,000 bytes.
pub const MAX_CHANNELS: usize = 128;

/// The number of the latest change in each of these channels.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChannelsChanged(pub Vec<(ChannelId, Seq)>);

impl Notice for ChannelsChanged {
    const TOPIC: &'static str = "messages";
}
