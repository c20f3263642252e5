//! Collects a program's output, but keeps only its beginning and its end if it is long.

use std::{
    collections::VecDeque,
    io::{self, Read},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// How many bytes of the beginning are kept, and how many of the end.
const HALF: usize = 32 * 1024;
/// How long to wait for more output once a program has finished its work: a process that
/// it started may keep the stream open.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often to look whether the program has finished its work.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Text that keeps only its beginning and its end, so that a program that prints in an
/// endless loop doesn't fill the memory.
#[derive(Default)]
pub struct Kept {
    start: Vec<u8>,
    end: VecDeque<u8>,
    /// How many bytes between them were dropped.
    dropped: u64,
}

impl Kept {
    /// Appends the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let room = HALF.saturating_sub(self.start.len()).min(bytes.len());
        let (start, end) = bytes.split_at(room);
        self.start.extend_from_slice(start);
        self.end.extend(end);
        let surplus = self.end.len().saturating_sub(HALF);
        self.end.drain(..surplus);
        self.dropped += surplus as u64;
    }

    /// The text, with a note in the middle if bytes were dropped.
    pub fn text(&self) -> String {
        let end: Vec<u8> = self.end.iter().copied().collect();
        let middle = match self.dropped {
            0 => String::new(),
            dropped => format!("\n(… {dropped} bytes of output are left out here …)\n"),
        };
        // Decoded in one piece: the split may be inside a character.
        let whole = [&self.start[..], middle.as_bytes(), &end].concat();
        String::from_utf8_lossy(&whole).into_owned()
    }
}

/// The output of a program, read while the program runs.
pub struct Output {
    kept: Arc<Mutex<Kept>>,
    ended: mpsc::Receiver<()>,
}

impl Output {
    /// Reads the stream to its end on a thread of its own.
    pub fn read(mut stream: impl Read + Send + 'static) -> Output {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (sender, ended) = mpsc::channel();
        let shared = Arc::clone(&kept);
        thread::spawn(move || {
            let mut buffer = vec![0; HALF];
            loop {
                match stream.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => lock(&shared).push(&buffer[..count]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            // Fails only if the `Output` was dropped.
            let _ = sender.send(());
        });
        Output { kept, ended }
    }

    /// Waits for the end of the stream, and returns whether it came. Gives up at the deadline,
    /// or shortly after `is_over` first returns true.
    pub fn has_ended(&self, deadline: Instant, is_over: impl Fn() -> bool) -> bool {
        let mut last = deadline;
        while Instant::now() < last {
            match self.ended.recv_timeout(LOOK_EVERY) {
                Err(RecvTimeoutError::Timeout) if last == deadline && is_over() => {
                    last = last.min(Instant::now() + PATIENCE);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
        false
    }

    /// The output so far.
    pub fn text(&self) -> String {
        lock(&self.kept).text()
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(parts: &[&str]) -> String {
        let mut kept = Kept::default();
        for part in parts {
            kept.push(part.as_bytes());
        }
        kept.text()
    }

    #[test]
    fn what_is_short_is_kept_whole() {
        assert_eq!(kept(&["one ", "two"]), "one two");
        let long = "é".repeat(HALF);
        assert_eq!(
            kept(&["x", &long[..HALF], &long[HALF..2 * HALF - 2]]).len(),
            2 * HALF - 1
        );
    }

    #[test]
    fn of_what_is_long_the_middle_is_left_out() {
        let text = kept(&["begin", &"x".repeat(10 * HALF), "end"]);
        assert!(text.starts_with("beginx") && text.ends_with("xend"));
        let dropped = 8 * HALF + 8;
        assert!(text.contains(&format!(
            "(… {dropped} bytes of output are left out here …)"
        )));
    }
}
