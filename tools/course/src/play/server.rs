//! The chat as a process: what it writes, where it listens, how it ends.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Command, ExitStatus, Stdio},
    sync::{LazyLock, mpsc},
    thread,
};

use anyhow::{Context, Result};
use regex::Regex;
use serde::Serialize;

use crate::programs::{Program, Programs};

/// A line that cargo or the chat has written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    /// Where it was written.
    pub stream: Stream,
    /// Without colours.
    pub text: String,
}

/// Where a program writes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// What it was asked for; a chat's log.
    Out,
    /// Complaints; all that cargo says.
    Error,
}

/// What happens to a process, from several threads.
pub trait Listener: Clone + Send + 'static {
    /// It has written a line.
    fn wrote(&self, line: LogLine);
    /// It listens there.
    fn listens(&self, address: SocketAddr);
    /// It has ended, or nobody knows what became of it.
    fn ended(&self, status: std::io::Result<ExitStatus>);
}

/// Starts a process that ends at the latest with `programs`.
pub fn start(programs: &Programs, mut command: Command, listener: impl Listener) -> Result<()> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let programs = programs.clone();
    let (tell, started) = mpsc::channel();
    // The thread that starts it is there until it ends: see `bound`.
    thread::spawn(move || {
        let program = programs.spawn(command);
        let program = program.map_err(|error| drop(tell.send(Err(error))));
        if let Ok(program) = program {
            // Who wants to know waits for it.
            let _ = tell.send(Ok(()));
            attend(&program, listener);
        }
    });
    let started = started.recv().context("nothing was started")?;
    started.context("cargo cannot be run")
}

fn attend(program: &Program, listener: impl Listener) {
    let out = program.stdout();
    let errors = program.stderr();
    let out = out.map(|out| read(out, Stream::Out, listener.clone()));
    let errors = errors.map(|errors| read(errors, Stream::Error, listener.clone()));
    let status = program.wait();
    // All that it has written comes before the news of its end. A reader that has
    // panicked has nothing more to write.
    for reader in out.into_iter().chain(errors) {
        let _ = reader.join();
    }
    listener.ended(status);
}

fn read(
    from: impl Read + Send + 'static,
    stream: Stream,
    listener: impl Listener,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut lines = BufReader::new(from);
        let mut line = Vec::new();
        while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line);
            let text = anstream::adapter::strip_str(text.trim_end()).to_string();
            let address = address(&text).filter(|_| stream == Stream::Out);
            listener.wrote(LogLine { stream, text });
            if let Some(address) = address {
                listener.listens(address);
            }
            line.clear();
        }
    })
}

/// The address of this machine that a chat prints when it listens:
/// `Make Chat is at http://127.0.0.1:40123`.
fn address(line: &str) -> Option<SocketAddr> {
    // The expression is a constant, and a test reads it.
    #[allow(clippy::expect_used)]
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\bhttp://(?:127\.0\.0\.1|localhost|0\.0\.0\.0):(\d{1,5})\b")
            .expect("it is an expression")
    });
    let port: u16 = PATTERN.captures(line)?[1].parse().ok()?;
    Some(([127, 0, 0, 1], port).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_tell_where_the_chat_is() {
        let here = Some(([127, 0, 0, 1], 40123).into());
        assert_eq!(address("Make Chat is at http://127.0.0.1:40123"), here);
        assert_eq!(address("listening: http://localhost:40123/"), here);
        assert_eq!(address("see http://example.org:80"), None);
        assert_eq!(address("http://127.0.0.1:99999"), None);
    }
}
