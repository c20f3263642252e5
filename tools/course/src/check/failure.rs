//! Why a test failed, in the words that help.

use serde::{Deserialize, Serialize};

use super::comparison::Comparison;

const PANICKED: &str = "panicked at ";

/// Why a test failed.
#[derive(Debug, Deserialize, Serialize)]
pub struct Failure {
    /// What the test said, without what only a maintainer of libtest needs.
    pub said: String,
    /// The snapshot it compared, if it did.
    pub comparison: Option<Comparison>,
}

impl Failure {
    /// From what a failed test printed.
    pub fn new(printed: &str, comparison: Option<Comparison>) -> Failure {
        let lines = printed.lines().map(without_thread);
        let mut said: Vec<&str> = lines
            .filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE="))
            .collect();
        let panic = said.iter().position(|line| line.starts_with(PANICKED));
        // A snapshot is shown as a comparison, better than insta can.
        if let (Some(panic), Some(_)) = (panic, &comparison) {
            said.drain(..panic);
        }
        Failure {
            said: said.join("\n").trim().to_owned(),
            comparison,
        }
    }

    /// One that has a reason of ours.
    pub fn of(reason: &str) -> Failure {
        Failure {
            said: reason.trim().to_owned(),
            comparison: None,
        }
    }
}

/// The thread's name is the test's, and its number says nothing.
fn without_thread(line: &str) -> &str {
    match line.find(PANICKED) {
        Some(start) if line.starts_with("thread '") => &line[start..],
        _ => line,
    }
}
