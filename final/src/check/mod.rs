//! `make-chat check`: says what is wrong with a configuration, in sentences.
//!
//! It takes the flags and variables with which the server is to start. It creates no chat and
//! migrates nothing; what it writes to find out whether it can, it takes back.

use std::fmt;

use crate::config::Config;

mod address;
mod database;
mod disk;
mod files;
mod probe;
mod public_url;

pub use address::is_ready;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
enum Level {
    /// As it should be.
    Ok,
    /// The chat works, but something is missing or risky.
    Warning,
    /// The chat does not start, or not everything in it works.
    Error,
}

/// The findings so far. Each finding is printed at once: some take a while.
#[derive(Debug, Default)]
pub struct Report {
    errors: usize,
    warnings: usize,
}

/// Checks a configuration, and prints one finding a line.
pub async fn run(config: &Config) -> Report {
    let mut report = Report::default();
    let listener = address::check(config, &mut report).await;
    public_url::check(config, listener, &mut report).await;
    database::check(config, &mut report).await;
    files::check(config, &mut report).await;
    disk::check(config, &mut report);
    println!("{report}");
    report
}

impl Report {
    /// Whether the chat can run with this configuration.
    pub fn is_ok(&self) -> bool {
        self.errors == 0
    }

    fn ok(&self, topic: &str, words: impl fmt::Display) {
        print(Level::Ok, topic, words);
    }

    fn warn(&mut self, topic: &str, words: impl fmt::Display) {
        self.warnings += 1;
        print(Level::Warning, topic, words);
    }

    fn fail(&mut self, topic: &str, words: impl fmt::Display) {
        self.errors += 1;
        print(Level::Error, topic, words);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("Nothing is wrong with this configuration."),
            (errors, warnings) => write!(f, "Errors: {errors}, warnings: {warnings}"),
        }
    }
}

fn print(level: Level, topic: &str, words: impl fmt::Display) {
    println!("{level:<9}{topic:<12}{words}");
}
