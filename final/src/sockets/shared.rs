//! A value that many requests share, so that reading it for each of them does not overload the
//! server.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use crate::error::AppError;

/// Reads a value for all requests that wait for it. No request gets a value that was read before
/// the request.
#[derive(Debug)]
pub struct Shared<T> {
    /// How many requests there have been.
    requests: AtomicU64,
    latest: Mutex<Option<Latest<T>>>,
}

#[derive(Debug)]
struct Latest<T> {
    value: T,
    /// The last request before it was read.
    request: u64,
    read_at: Instant,
}

impl<T: Clone> Shared<T> {
    /// Nothing was read yet.
    pub fn new() -> Self {
        Self {
            requests: AtomicU64::new(0),
            latest: Mutex::new(None),
        }
    }

    /// Returns a value that is read from now on. There is a pause between two reads, in which
    /// requests gather.
    pub async fn get(
        &self,
        pause: Duration,
        read: impl AsyncFnOnce() -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let request = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        let mut latest = self.latest.lock().await;
        if let Some(latest) = &*latest {
            if latest.request >= request {
                return Ok(latest.value.clone());
            }
            sleep_until(latest.read_at + pause).await;
        }
        let request = self.requests.load(Ordering::SeqCst);
        let value = read().await?;
        *latest = Some(Latest {
            value: value.clone(),
            request,
            read_at: Instant::now(),
        });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use futures_util::future::join_all;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_share_a_value_that_was_read_after_their_requests() {
        let reads = AtomicU64::new(0);
        let shared = Shared::new();
        let get = || shared.get(PAUSE, async || Ok(reads.fetch_add(1, Ordering::SeqCst)));
        assert_eq!(get().await.unwrap(), 0);
        let second = join_all((0..1_000).map(|_| get())).await;
        assert!(second.into_iter().all(|value| value.unwrap() == 1));
        let start = Instant::now();
        assert_eq!(get().await.unwrap(), 2);
        assert_eq!(start.elapsed(), PAUSE);
    }

    #[tokio::test]
    async fn a_failure_is_returned_once_and_the_next_request_reads_again() {
        let shared = Shared::new();
        let failed = shared.get(Duration::ZERO, async || Err(AppError::NotFound));
        assert!(matches!(failed.await, Err::<u64, _>(AppError::NotFound)));
        let read = shared.get(Duration::ZERO, async || Ok(7));
        assert_eq!(read.await.unwrap(), 7);
    }
}
