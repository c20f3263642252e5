//! Who is here. A person may have several windows open, and a connection may
//! break and come back: neither is told to anyone.

use std::{collections::HashMap, time::Duration};

use tokio::sync::Mutex;

/// How long someone without a window still counts as here. A page that is
/// loaded again, or a connection that comes back by itself, takes less.
pub const GRACE: Duration = Duration::from_secs(3);

/// How many windows each person who is here has open.
///
/// It is locked while the news is sent, so that everyone hears of comings and
/// goings in the order in which they happened.
#[derive(Debug, Default)]
pub struct Presence(pub Mutex<Windows>);

/// See [`Presence`].
#[derive(Debug, Default)]
pub struct Windows(HashMap<i64, usize>);

impl Windows {
    /// A window opens; true when the person was not here.
    pub fn open(&mut self, user: i64) -> bool {
        let is_new = !self.0.contains_key(&user);
        *self.0.entry(user).or_default() += 1;
        is_new
    }

    /// A window closes; true when it was the person's last.
    pub fn close(&mut self, user: i64) -> bool {
        match self.0.get_mut(&user) {
            Some(windows) => {
                *windows = windows.saturating_sub(1);
                *windows == 0
            }
            None => false,
        }
    }

    /// Forgets someone who has no window; false when they are back.
    pub fn forget(&mut self, user: i64) -> bool {
        let is_gone = self.0.get(&user) == Some(&0);
        if is_gone {
            self.0.remove(&user);
        }
        is_gone
    }

    /// The numbers of all who are here.
    pub fn everyone(&self) -> Vec<i64> {
        self.0.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_window_changes_nothing_for_others() {
        let mut windows = Windows::default();
        assert!(windows.open(1));
        assert!(!windows.open(1));
        assert!(!windows.close(1));
        assert!(windows.close(1));
        assert!(windows.forget(1));
        assert!(windows.everyone().is_empty());
    }

    #[test]
    fn who_comes_back_in_time_never_left() {
        let mut windows = Windows::default();
        windows.open(1);
        assert!(windows.close(1));
        assert!(!windows.open(1));
        assert!(!windows.forget(1));
        assert_eq!(windows.everyone(), [1]);
    }
}
