//! The program as a process of its own, on a port that the system chooses.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{JoinHandle, spawn},
    time::Duration,
};

use tokio::{sync::watch, task::spawn_blocking};
use wait_timeout::ChildExt;

use super::{Chat, Client};

/// Far more than a stop may take. It ends a test that would never end.
const DEADLINE: Duration = Duration::from_secs(30);
/// The line that the program prints when it listens.
const ADDRESS: &str = "Make Chat is at http://";

/// A running program. It is killed when this value is dropped.
pub struct Process {
    pub address: SocketAddr,
    child: Child,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// The exit status and the output of a program that has ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub log: String,
}

impl Chat {
    /// The flags for a program that uses the data of this chat.
    pub fn flags(&self) -> Vec<OsString> {
        self.flags_with(self.database_url())
    }

    /// The URL of the database. None if it is an SQLite file.
    pub fn database_url(&self) -> Option<&str> {
        self.config.database_url.as_deref()
    }

    fn flags_with(&self, database_url: Option<&str>) -> Vec<OsString> {
        let mut flags: Vec<OsString> = vec!["--data".into(), self.config.data.clone().into()];
        if let Some(url) = database_url {
            flags.extend(["--database-url".into(), url.into()]);
        }
        flags.extend(["--listen".into(), "127.0.0.1:0".into()]);
        flags.extend(["--requests-per-second".into(), "10000".into()]);
        flags
    }
}

/// The program, ready to run, without the environment of the test run.
pub fn program() -> Command {
    program_at(env!("CARGO_BIN_EXE_make-chat").as_ref())
}

/// Like [`program`], for another version of it.
pub fn program_at(path: &Path) -> Command {
    let mut program = Command::new(path);
    for variable in ["DATABASE_URL", "MAKE_CHAT_LISTEN", "MAKE_CHAT_DATA"] {
        program.env_remove(variable);
    }
    program.env("RUST_LOG", "info,tower_http=warn");
    program
}

impl Process {
    /// Starts the program and waits until it listens.
    pub fn start(flags: &[OsString]) -> Self {
        let mut program = program();
        program.args(flags);
        Self::start_as(program)
    }

    /// Like [`Process::start`], for a program that has its flags already.
    pub fn start_as(mut program: Command) -> Self {
        program.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let address = read_address(&mut output, &mut child);
        let errors = child.stderr.take().unwrap();
        let readers = vec![collect(output, log.clone()), collect(errors, log.clone())];
        Self {
            address,
            child,
            log,
            readers,
        }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGKILL: the program ends at once, in the middle of its work.
    pub fn kill(self) {
        drop(self);
    }

    /// Sends SIGTERM, and waits until the program has ended.
    pub async fn stop(self) -> Ended {
        self.tell_to_stop();
        self.end().await
    }

    /// Sends SIGTERM.
    pub fn tell_to_stop(&self) {
        let pid = self.id().to_string();
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -TERM \"$1\"", "sh", &pid]);
        assert!(kill.status().unwrap().success());
    }

    /// Waits until the program has ended.
    pub async fn end(mut self) -> Ended {
        // Waits on another thread, so that clients on this one can go on.
        let waiting = spawn_blocking(move || {
            let status = self.child.wait_timeout(DEADLINE).unwrap();
            for reader in std::mem::take(&mut self.readers) {
                if status.is_some() {
                    reader.join().unwrap();
                }
            }
            (status, self.log())
        });
        let (status, log) = waiting.await.unwrap();
        let status = status.unwrap_or_else(|| panic!("the program does not end:\n{log}"));
        Ended { status, log }
    }

    /// The output so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The memory of the process, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.unwrap().trim().trim_end_matches(" kB");
        number.parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // This fails if the program has ended already.
        drop(self.child.kill());
        self.child.wait().unwrap();
    }
}

/// A program that can be restarted with the same data. Clients follow it to its new address.
pub struct Server {
    pub process: Process,
    flags: Vec<OsString>,
    address: watch::Sender<SocketAddr>,
}

impl Server {
    /// Signs up these people, starts the program, and connects a client for each.
    pub async fn start_with<const N: usize>(chat: &Chat, names: [&str; N]) -> (Self, [Client; N]) {
        Self::start(chat, chat.flags(), names).await
    }

    /// Like [`Server::start_with`], with more flags.
    pub async fn start_with_flags<const N: usize>(
        chat: &Chat,
        more: &[&str],
        names: [&str; N],
    ) -> (Self, [Client; N]) {
        let mut flags = chat.flags();
        flags.extend(more.iter().map(OsString::from));
        Self::start(chat, flags, names).await
    }

    /// Like [`Server::start_with`], with another address of the database.
    pub async fn start_on<const N: usize>(
        chat: &Chat,
        database_url: &str,
        names: [&str; N],
    ) -> (Self, [Client; N]) {
        Self::start(chat, chat.flags_with(Some(database_url)), names).await
    }

    async fn start<const N: usize>(
        chat: &Chat,
        flags: Vec<OsString>,
        names: [&str; N],
    ) -> (Self, [Client; N]) {
        let mut browsers = Vec::new();
        for name in names {
            browsers.push(chat.signed_up(name).await);
        }
        let process = Process::start(&flags);
        let address = watch::Sender::new(process.address);
        let mut browsers = browsers.iter();
        let mut clients =
            names.map(|name| Client::new(name, browsers.next().unwrap(), address.subscribe()));
        for client in &mut clients {
            client.settle().await;
        }
        let server = Self {
            process,
            flags,
            address,
        };
        (server, clients)
    }

    /// Stops the program gracefully, and starts it again.
    pub async fn stop_and_restart(self) -> Self {
        let ended = self.process.stop().await;
        assert!(ended.status.success(), "{ended:?}");
        Self::start_again(self.flags, self.address)
    }

    fn start_again(flags: Vec<OsString>, address: watch::Sender<SocketAddr>) -> Self {
        let process = Process::start(&flags);
        address.send_replace(process.address);
        Self {
            process,
            flags,
            address,
        }
    }
}

fn read_address(output: &mut impl BufRead, child: &mut Child) -> SocketAddr {
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        if let Some(address) = line.strip_prefix(ADDRESS) {
            return address.trim_end().parse().unwrap();
        }
        line.clear();
    }
    let mut errors = String::new();
    let stderr = child.stderr.as_mut().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    panic!("the program did not start:\n{errors}");
}

/// Reads the output continuously, so that the program never waits for room to print.
fn collect(output: impl Read + Send + 'static, log: Arc<Mutex<String>>) -> JoinHandle<()> {
    spawn(move || {
        for line in BufReader::new(output).lines() {
            let mut log = log.lock().unwrap();
            *log += &line.unwrap();
            *log += "\n";
        }
    })
}
