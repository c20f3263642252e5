//! Runs the chat as a process: reads its output, its address and its exit status.

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

use course::programs::{Program, Programs};

/// A line from cargo or the chat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    /// The stream it was written to.
    pub stream: Stream,
    /// The line, without colours.
    pub text: String,
}

/// An output stream of a program.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output: the chat's log.
    Out,
    /// Standard error: errors, and all output of cargo.
    Error,
}

/// Receives the events of a process, on several threads.
pub trait Listener: Clone + Send + 'static {
    /// The process has written a line.
    fn wrote(&self, line: LogLine);
    /// The chat listens at this address.
    fn listens(&self, address: SocketAddr);
    /// The process has ended; an error if its exit status is unknown.
    fn ended(&self, status: std::io::Result<ExitStatus>);
}

/// Starts a process, which is stopped together with `programs`.
pub fn start(programs: &Programs, mut command: Command, listener: impl Listener) -> Result<()> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let programs = programs.clone();
    let (tell, started) = mpsc::channel();
    // The thread that starts the process must live until the process ends: see `bound`.
    thread::spawn(move || {
        let program = programs.spawn(command);
        let program = program.map_err(|error| drop(tell.send(Err(error))));
        if let Ok(program) = program {
            // The receiver below waits for this message.
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
    // Its output is read to the end before its end is reported. A reader that has
    // panicked reads nothing more.
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

/// The local address in the line that a chat prints when it starts to listen:
/// `Make Chat is at http://127.0.0.1:40123`.
fn address(line: &str) -> Option<SocketAddr> {
    // The expression is a constant, and a test compiles it.
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
