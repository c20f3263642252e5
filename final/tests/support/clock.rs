//! A clock that a test moves.

use std::time::Duration;

use tokio::{
    task::{JoinHandle, yield_now},
    time,
};

/// Stops the clock of everything that runs in the process of the test, until this is dropped. The
/// network and the database go on.
pub struct StoppedClock(JoinHandle<()>);

impl StoppedClock {
    pub fn start() -> Self {
        time::pause();
        // While all tasks wait, the runtime would move the clock to the next timer, even if they wait
        // for the network. With this task, one is always ready.
        Self(tokio::spawn(async {
            loop {
                yield_now().await;
            }
        }))
    }

    /// Moves the clock.
    pub async fn advance(&self, duration: Duration) {
        time::advance(duration).await;
    }
}

impl Drop for StoppedClock {
    fn drop(&mut self) {
        self.0.abort();
        time::resume();
    }
}
