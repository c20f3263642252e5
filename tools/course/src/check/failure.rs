//! Why a test failed, in words that help the student.

use serde::{Deserialize, Serialize};

use super::comparison::Comparison;

const PANICKED: &str = "panicked at ";

/// Why a test failed.
#[derive(Debug, Deserialize, Serialize)]
pub struct Failure {
    /// The test's output, without the lines that only matter for debugging libtest.
    pub said: String,
    /// The comparison with a snapshot, if the test made one.
    pub comparison: Option<Comparison>,
}

impl Failure {
    /// Creates a failure from the output of a failed test.
    pub fn new(printed: &str, comparison: Option<Comparison>) -> Failure {
        let lines = printed.lines().map(without_thread);
        let mut said: Vec<&str> = lines
            .filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE="))
            .collect();
        let panic = said.iter().position(|line| line.starts_with(PANICKED));
        // Insta's own diff is left out: the comparison shows it better.
        if let (Some(panic), Some(_)) = (panic, &comparison) {
            said.drain(..panic);
        }
        Failure {
            said: said.join("\n").trim().to_owned(),
            comparison,
        }
    }

    /// Creates a failure with our own reason.
    pub fn of(reason: &str) -> Failure {
        Failure {
            said: reason.trim().to_owned(),
            comparison: None,
        }
    }
}

/// Removes the thread: its name repeats the test's name, and its number is meaningless.
fn without_thread(line: &str) -> &str {
    match line.find(PANICKED) {
        Some(start) if line.starts_with("thread '") => &line[start..],
        _ => line,
    }
}
