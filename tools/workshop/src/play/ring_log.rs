//! A log with a limited size, whose readers can wait for new entries.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;
use tokio::sync::watch;

/// The most entries that one read returns, so that a packet has a reasonable size.
const PAGE_ENTRIES: usize = 200;

/// Numbered entries. When there are too many, the oldest are dropped.
///
/// Readers ask for the entries after the last number that they have. So a slow reader
/// gets everything that is still there, page by page, and needs no queue.
#[derive(Debug)]
pub struct RingLog<T> {
    bounds: Bounds,
    kept: Mutex<Kept<T>>,
    last: watch::Sender<u64>,
}

/// The limits of a log.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most entries.
    pub entries: usize,
    /// The most bytes in all of them.
    pub bytes: usize,
}

#[derive(Debug)]
struct Kept<T> {
    entries: VecDeque<(T, usize)>,
    bytes: usize,
    last: u64,
    is_closed: bool,
}

/// The entries after a number.
#[derive(Debug, PartialEq, Serialize)]
pub struct Page<T> {
    /// The entries in order.
    pub entries: Vec<Entry<T>>,
    /// How many entries before these were dropped.
    pub dropped: u64,
    /// Whether these are the last entries.
    pub ended: bool,
}

/// An entry and its number, from 1.
#[derive(Debug, PartialEq, Serialize)]
pub struct Entry<T> {
    /// One more than the number of the entry before it.
    pub number: u64,
    /// The value that was written.
    #[serde(flatten)]
    pub value: T,
}

impl<T: Clone> RingLog<T> {
    /// Creates an empty log.
    pub fn new(bounds: Bounds) -> RingLog<T> {
        RingLog {
            bounds,
            kept: Mutex::new(Kept {
                entries: VecDeque::new(),
                bytes: 0,
                last: 0,
                is_closed: false,
            }),
            last: watch::Sender::new(0),
        }
    }

    /// Adds an entry that counts as `bytes` bytes.
    pub fn write(&self, value: T, bytes: usize) {
        let mut kept = self.lock();
        kept.entries.push_back((value, bytes));
        kept.bytes += bytes;
        kept.last += 1;
        while kept.entries.len() > self.bounds.entries || kept.bytes > self.bounds.bytes {
            let Some((_, bytes)) = kept.entries.pop_front() else {
                break;
            };
            kept.bytes -= bytes;
        }
        self.last.send_replace(kept.last);
    }

    /// Closes the log: no more entries will come, and waiting readers return.
    pub fn close(&self) {
        let mut kept = self.lock();
        kept.is_closed = true;
        self.last.send_replace(kept.last);
    }

    /// Returns the entries after a number; waits until there are some.
    pub async fn read(&self, after: u64) -> Page<T> {
        let mut last = self.last.subscribe();
        loop {
            let page = self.lock().page(after);
            if !page.entries.is_empty() || page.ended || page.dropped > 0 {
                return page;
            }
            // The sender lives as long as `self`.
            let _ = last.changed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Kept<T> {
    fn page(&self, after: u64) -> Page<T> {
        let before_first = self.last - self.entries.len() as u64;
        let dropped = before_first.saturating_sub(after);
        let skipped = after.saturating_sub(before_first) as usize;
        let entries = self.entries.iter().enumerate().skip(skipped);
        let entries = entries.take(PAGE_ENTRIES).map(|(index, (value, _))| Entry {
            number: before_first + 1 + index as u64,
            value: value.clone(),
        });
        let entries: Vec<_> = entries.collect();
        let ended = self.is_closed && skipped + entries.len() >= self.entries.len();
        Page {
            entries,
            dropped,
            ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const BOUNDS: Bounds = Bounds {
        entries: 3,
        bytes: 10,
    };

    fn numbers(page: &Page<&str>) -> Vec<u64> {
        page.entries.iter().map(|entry| entry.number).collect()
    }

    #[tokio::test]
    async fn a_reader_gets_what_came_after_its_last_number() {
        let log = RingLog::new(BOUNDS);
        log.write("a", 1);
        log.write("b", 1);
        assert_eq!(numbers(&log.read(0).await), [1, 2]);
        assert_eq!(numbers(&log.read(1).await), [2]);
    }

    #[tokio::test]
    async fn a_reader_waits_for_the_next_entry() {
        let log = Arc::new(RingLog::new(BOUNDS));
        let reader = tokio::spawn({
            let log = log.clone();
            async move { numbers(&log.read(0).await) }
        });
        tokio::task::yield_now().await;
        log.write("a", 1);
        assert_eq!(reader.await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn the_oldest_entries_are_dropped_and_counted() {
        let log = RingLog::new(BOUNDS);
        for name in ["a", "b", "c", "d", "e"] {
            log.write(name, 1);
        }
        let page = log.read(1).await;
        assert_eq!((numbers(&page), page.dropped), (vec![3, 4, 5], 1));
        log.write("large", 9);
        let page = log.read(0).await;
        assert_eq!((numbers(&page), page.dropped), (vec![5, 6], 4));
    }

    #[tokio::test]
    async fn an_entry_that_is_too_large_for_all_bounds_is_counted_too() {
        let log = RingLog::new(BOUNDS);
        log.write("huge", 11);
        let page = log.read(0).await;
        assert_eq!((numbers(&page), page.dropped), (vec![], 1));
    }

    #[tokio::test]
    async fn a_long_list_is_read_in_pages() {
        let log = RingLog::new(Bounds {
            entries: 1000,
            bytes: 1000,
        });
        for _ in 0..PAGE_ENTRIES + 1 {
            log.write("a", 1);
        }
        log.close();
        let first = log.read(0).await;
        assert_eq!((first.entries.len(), first.ended), (PAGE_ENTRIES, false));
        let second = log.read(PAGE_ENTRIES as u64).await;
        assert_eq!((second.entries.len(), second.ended), (1, true));
    }

    #[tokio::test]
    async fn who_waits_is_told_of_the_end() {
        let log = Arc::new(RingLog::<&str>::new(BOUNDS));
        let reader = tokio::spawn({
            let log = log.clone();
            async move { log.read(0).await }
        });
        tokio::task::yield_now().await;
        log.close();
        assert!(reader.await.unwrap().ended);
    }
}
