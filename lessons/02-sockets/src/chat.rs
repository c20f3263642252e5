//! What all handlers share.

use std::sync::Arc;

use tokio::sync::Mutex;

/// The chat behind one lock. A clone points at the same chat.
///
/// A handler holds the lock until its news is sent: handlers run side by side,
/// and this way every browser hears of events in the order in which they
/// happened. It is tokio's lock because sending is awaited while it is held.
pub type SharedChat = Arc<Mutex<Chat>>;

/// Everything that the server remembers; gone when it stops.
#[derive(Debug, Default)]
pub struct Chat {
    /// How many waves there were since the server started.
    pub waves: u64,
}
