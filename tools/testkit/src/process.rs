//! Another program as the server under test.
//!
//! A grader keeps the code under test out of the process that judges it: when
//! `TESTKIT_SERVER` names a program, the recorder starts that one instead of serving
//! the test's own app. Nothing that the program prints, and no way in which it ends,
//! can make a test pass.

use std::env;
use std::io::{ErrorKind, Read};
use std::mem;
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::recorder::DEADLINE;

/// The program and its arguments, one a line.
const VARIABLE: &str = "TESTKIT_SERVER";
/// More than any lesson prints in a test; who prints more is stopped.
const MOST_PRINTED: usize = 8 * 1024 * 1024;
/// How much of the end of its complaints is kept.
const KEPT: usize = 4 * 1024;
/// How long what it has printed may take to arrive after its end. Longer only if
/// something that it has started keeps the stream open.
const LAST_WORDS: Duration = Duration::from_secs(1);
const ADDRESS: &str = "http://127.0.0.1:";

/// A server that is stopped when it is dropped.
pub(crate) struct Process {
    heard: Arc<Heard>,
    /// Closed when both streams have been read to their ends. The mutex lets
    /// tests share a recorder between threads.
    all_read: Mutex<Receiver<()>>,
}

/// The state of the program, shared with the threads that read its output.
struct Heard {
    child: Mutex<Child>,
    printed: Mutex<Printed>,
}

#[derive(Default)]
struct Printed {
    bytes: usize,
    complaints: Vec<u8>,
}

/// The program that `TESTKIT_SERVER` names, if it names one.
pub(crate) fn from_env() -> Option<Command> {
    let words = env::var(VARIABLE).ok()?;
    let mut words = words.lines();
    let mut command = Command::new(words.next()?);
    command.args(words).env("PORT", "0");
    Some(command)
}

/// A chat as people start it: with flags and environment variables.
pub struct Program {
    command: Command,
}

impl Program {
    /// The program at this path, such as `env!("CARGO_BIN_EXE_chat")`; or the one that
    /// `TESTKIT_SERVER` names. It gets `PORT=0`.
    pub fn new(path: &str) -> Program {
        let command = from_env().unwrap_or_else(|| {
            let mut command = Command::new(path);
            command.env("PORT", "0");
            command
        });
        Program { command }
    }

    /// Adds a flag and its value.
    pub fn flag(mut self, name: &str, value: &str) -> Program {
        self.command.args([name, value]);
        self
    }

    /// Sets an environment variable.
    pub fn variable(mut self, name: &str, value: &str) -> Program {
        self.command.env(name, value);
        self
    }

    /// Starts it, and returns what it complains about before it ends. Panics if it listens,
    /// or ends without a failure.
    pub async fn refused(self) -> String {
        Process::refused(self.command, DEADLINE).await
    }

    /// Starts it, and waits until it prints its address.
    pub(crate) async fn start(self) -> (Process, SocketAddr) {
        Process::start(self.command, DEADLINE).await
    }
}

impl Process {
    /// Starts the program, and waits until it prints where it listens.
    pub async fn start(command: Command, deadline: Duration) -> (Process, SocketAddr) {
        let (process, address) = Process::launch(command);
        match timeout(deadline, address).await {
            Ok(Ok(address)) => (process, address),
            // Its output is shown when `process` is dropped.
            Ok(Err(_)) => panic!("The server ended before it printed its address."),
            Err(_) => panic!(
                "The server printed no address that begins with {ADDRESS} within {} s.",
                deadline.as_secs_f64()
            ),
        }
    }

    /// Starts a program that must not start to listen, and returns what it complains about
    /// before it ends.
    pub async fn refused(command: Command, deadline: Duration) -> String {
        let (process, address) = Process::launch(command);
        match timeout(deadline, address).await {
            Ok(Err(_)) => {}
            Ok(Ok(address)) => {
                panic!("The server should refuse to start, and listens at {address}.")
            }
            Err(_) => panic!(
                "The server has not ended within {} s.",
                deadline.as_secs_f64()
            ),
        }
        let status = process.wait(deadline);
        let complaints = process.complaints();
        assert!(
            !status.success(),
            "The server ended as if nothing was wrong. It said:\n{complaints}"
        );
        complaints
    }

    /// Starts the program. The receiver gets its address, or an error when it prints no more.
    fn launch(mut command: Command) -> (Process, oneshot::Receiver<SocketAddr>) {
        let mut child = command
            // With one thread, as in a plain `#[tokio::test]`, a connect handler
            // gets to its first real wait before the next packet is read.
            .env("TOKIO_WORKER_THREADS", "1")
            .env_remove(VARIABLE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the server {command:?} cannot be started: {error}"));
        let (out, complaints) = (child.stdout.take(), child.stderr.take());
        let heard = Arc::new(Heard {
            child: Mutex::new(child),
            printed: Mutex::default(),
        });
        let (reading, all_read) = mpsc::channel();
        let (found, address) = oneshot::channel();
        let process = Process {
            heard: Arc::clone(&heard),
            all_read: Mutex::new(all_read),
        };
        if let (Some(out), Some(complaints)) = (out, complaints) {
            let (other, still_reading) = (Arc::clone(&heard), reading.clone());
            thread::spawn(move || read_out(out, &heard, found, reading));
            thread::spawn(move || read_complaints(complaints, &other, still_reading));
        }
        (process, address)
    }

    /// Sends the signal with which service managers and containers stop a program.
    #[cfg(unix)]
    pub fn terminate(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        let child = lock(&self.heard.child);
        let sent =
            Pid::from_raw(child.id().cast_signed()).map(|child| kill_process(child, Signal::TERM));
        assert!(
            matches!(sent, Some(Ok(()))),
            "The server was not signalled: {sent:?}."
        );
    }

    /// Waits until the program has ended by itself.
    pub fn wait(&self, deadline: Duration) -> ExitStatus {
        // Closed is what is waited for, so an error of this kind is the good end.
        let read = lock(&self.all_read).recv_timeout(deadline);
        assert!(
            read == Err(RecvTimeoutError::Disconnected),
            "The server has not ended within {} s.",
            deadline.as_secs_f64()
        );
        let ended = lock(&self.heard.child).wait();
        ended.unwrap_or_else(|error| panic!("The server's end was not noticed: {error}."))
    }

    fn complaints(&self) -> String {
        String::from_utf8_lossy(&lock(&self.heard.printed).complaints).into_owned()
    }

    /// Stops it, and tells what it has to say for itself.
    fn stop(&self) -> String {
        let ended = {
            let mut child = lock(&self.heard.child);
            // A program that has ended already keeps its exit status.
            child.kill().and_then(|()| child.wait())
        };
        // Closed is what is waited for, so an error is the good end.
        let _ = lock(&self.all_read).recv_timeout(LAST_WORDS);
        let printed = lock(&self.heard.printed);
        let complaints = String::from_utf8_lossy(&printed.complaints);
        let mut words = match ended {
            _ if printed.is_flood() => flood(),
            Ok(status) if !was_stopped(status) => format!("The server ended with {status}.\n"),
            Ok(_) => String::new(),
            Err(error) => format!("The server could not be stopped: {error}.\n"),
        };
        if !complaints.trim().is_empty() {
            words += &format!("The server said:\n{}\n", complaints.trim());
        }
        words
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let words = self.stop();
        if thread::panicking() {
            eprint!("{words}");
        } else if lock(&self.heard.printed).is_flood() {
            panic!("{words}");
        }
    }
}

impl Printed {
    fn is_flood(&self) -> bool {
        self.bytes > MOST_PRINTED
    }
}

impl Heard {
    /// Counts the printed bytes; a program that printed too much is stopped.
    fn count(&self, bytes: usize) {
        let mut printed = lock(&self.printed);
        printed.bytes += bytes;
        if printed.is_flood() {
            // An error means that it has ended, and there is nothing to stop.
            let _ = lock(&self.child).kill();
        }
    }
}

fn flood() -> String {
    let mebibytes = MOST_PRINTED / 1024 / 1024;
    format!("The server printed more than {mebibytes} MiB and was stopped.\n")
}

/// Reads to the end, or else the program would wait for somebody to read.
fn read_out(
    out: impl Read,
    heard: &Heard,
    found: oneshot::Sender<SocketAddr>,
    _reading: mpsc::Sender<()>,
) {
    let mut found = Some(found);
    let mut unfinished = Vec::new();
    read(out, |bytes| {
        heard.count(bytes.len());
        if found.is_some()
            && let Some(address) = address_in_lines(&mut unfinished, bytes)
            && let Some(found) = found.take()
        {
            // Nobody waits any more after the deadline.
            let _ = found.send(address);
        }
    });
}

fn read_complaints(complaints: impl Read, heard: &Heard, _reading: mpsc::Sender<()>) {
    read(complaints, |bytes| {
        heard.count(bytes.len());
        let kept = &mut lock(&heard.printed).complaints;
        kept.extend_from_slice(bytes);
        let too_much = kept.len().saturating_sub(KEPT);
        kept.drain(..too_much);
    });
}

fn read(mut stream: impl Read, mut hear: impl FnMut(&[u8])) {
    let mut bytes = [0; 64 * 1024];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => hear(&bytes[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// The address in a line that comes to its end with `bytes`: before that, the port
/// may lack a digit. `unfinished` is the line that has not ended yet.
fn address_in_lines(unfinished: &mut Vec<u8>, bytes: &[u8]) -> Option<SocketAddr> {
    for part in bytes.split_inclusive(|byte| *byte == b'\n') {
        unfinished.extend_from_slice(part);
        if part.ends_with(b"\n") {
            let line = mem::take(unfinished);
            let address = address_in(&String::from_utf8_lossy(&line));
            if address.is_some() {
                return address;
            }
        }
    }
    None
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once(ADDRESS)?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit());
    let port: u16 = rest[..end.unwrap_or(rest.len())].parse().ok()?;
    Some(SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Whether it was us who ended it.
#[cfg(unix)]
fn was_stopped(status: ExitStatus) -> bool {
    const SIGKILL: i32 = 9;
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(SIGKILL)
}

/// Elsewhere a program that was stopped has the exit status of one that failed.
#[cfg(not(unix))]
fn was_stopped(status: ExitStatus) -> bool {
    status.code() == Some(1)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_when_its_line_has_ended() {
        let mut unfinished = Vec::new();
        let mut hear = |bytes: &str| address_in_lines(&mut unfinished, bytes.as_bytes());
        assert_eq!(hear("starting\nat http://127.0.0.1:80"), None);
        let address = SocketAddr::from(([127, 0, 0, 1], 8080));
        assert_eq!(hear("80\n"), Some(address));
    }
}
