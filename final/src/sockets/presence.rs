//! Presence: the users who are online. A second connection of the same person, or one that
//! breaks and comes back, is not announced.

use std::{collections::HashMap, time::Duration};

use crate::{ids::UserId, realtime::Sockets};
use tokio::sync::Mutex;

/// How long someone without a connection still counts as online: longer than a page needs to
/// reload, or a connection to come back by itself.
pub const GRACE: Duration = Duration::from_secs(3);

/// The online users, with the number of their connections.
///
/// Hold the lock until the event is emitted: then everyone receives `user:joined` and
/// `user:left` in the order in which they happened.
#[derive(Debug)]
pub struct Presence {
    pub(super) online: Mutex<OnlineUsers>,
    pub(super) sockets: Sockets,
}

/// The number of connections of each online user.
#[derive(Debug, Default)]
pub struct OnlineUsers(HashMap<UserId, usize>);

impl Presence {
    /// Nobody is online yet.
    pub fn new(sockets: Sockets) -> Self {
        Self {
            online: Mutex::default(),
            sockets,
        }
    }
}

impl OnlineUsers {
    /// Counts a new connection. Returns true if the person was offline.
    pub fn connect(&mut self, user: UserId) -> bool {
        let was_offline = !self.0.contains_key(&user);
        *self.0.entry(user).or_default() += 1;
        was_offline
    }

    /// Counts a connection less. Returns true if it was the person's last.
    pub fn disconnect(&mut self, user: UserId) -> bool {
        match self.0.get_mut(&user) {
            Some(connections) => {
                *connections = connections.saturating_sub(1);
                *connections == 0
            }
            None => false,
        }
    }

    /// Removes a person who has no connection. Returns false if they have reconnected.
    pub fn remove_disconnected(&mut self, user: UserId) -> bool {
        let is_gone = self.0.get(&user) == Some(&0);
        if is_gone {
            self.0.remove(&user);
        }
        is_gone
    }

    /// How many users are online.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The ids of all online users.
    pub fn ids(&self) -> Vec<UserId> {
        self.0.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: UserId = UserId(1);

    #[test]
    fn a_second_connection_changes_nothing_for_others() {
        let mut online = OnlineUsers::default();
        assert!(online.connect(ADA));
        assert!(!online.connect(ADA));
        assert!(!online.disconnect(ADA));
        assert!(online.disconnect(ADA));
        assert!(online.remove_disconnected(ADA));
        assert!(online.ids().is_empty());
    }

    #[test]
    fn a_person_who_reconnects_in_time_stays_online() {
        let mut online = OnlineUsers::default();
        online.connect(ADA);
        assert!(online.disconnect(ADA));
        assert!(!online.connect(ADA));
        assert!(!online.remove_disconnected(ADA));
        assert_eq!(online.ids(), [ADA]);
    }
}
