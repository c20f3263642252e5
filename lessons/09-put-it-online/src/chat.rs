//! The state that all handlers share.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::channels::Channels;
use crate::users::People;

/// One chat for all handlers. Lock it before you use it.
///
/// A handler holds the lock until its events are emitted. Handlers run in parallel, and
/// this way every browser receives events in the order in which they happened.
pub type SharedChat = Arc<Mutex<Chat>>;

/// Everything the server remembers until it stops.
#[derive(Debug, Default)]
pub struct Chat {
    pub channels: Channels,
    pub messages: u64,
    pub people: People,
    pub waves: u64,
}
