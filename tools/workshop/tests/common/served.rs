//! The workshop's server on a small course, and asking it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::Duration,
};

use testkit::{Recorder, Transport};

use super::Repository;

/// Far more than anything here takes, with a build on a busy machine; reached only when
/// something does not come.
pub const DEADLINE: Duration = Duration::from_secs(600);

/// `course serve`, stopped in the end.
pub struct Served {
    /// The course that it shows.
    pub repository: Repository,
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    // Held open, because it may print more.
    _out: BufReader<ChildStdout>,
}

/// An answer over HTTP.
pub struct Answer {
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    pub body: String,
}

impl Served {
    pub fn start(repository: Repository) -> Served {
        let mut command = repository.command("", &["serve", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("The workshop is at http://");
        Served {
            repository,
            address: address.unwrap().parse().unwrap(),
            child,
            _out: out,
        }
    }

    /// A page that a browser asks for.
    pub fn get(&self, path: &str) -> Answer {
        let host = self.address.to_string();
        self.request("GET", path, &[("Host", &host)])
    }

    /// A request with exactly these headers.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let lines: String = lines.collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    /// Somebody with a page of the workshop.
    pub async fn page(&self, name: &str) -> Recorder {
        self.page_over(name, Transport::WebSocket).await
    }

    pub async fn page_over(&self, name: &str, transport: Transport) -> Recorder {
        let recorder = Recorder::attach(self.address, transport).await;
        let mut recorder = recorder.with_deadline(DEADLINE);
        recorder.connect([name]).await;
        recorder
    }

    /// Ends the server as a service manager would.
    pub fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The part between `<main …>` and `</main>`.
    pub fn content(&self) -> &str {
        let (_, after) = self.body.split_once("<main").unwrap();
        let (_, content) = after.split_once('>').unwrap();
        content.split_once("</main>").unwrap().0.trim_matches('\n')
    }
}

/// Waits for programs that never end by themselves, and hears when they are gone.
pub struct Endless(TcpListener);

impl Endless {
    /// Lets a test of the course start a copy of itself; both wait for ever.
    pub fn put_into(repository: &Repository, test: &str) -> Endless {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let code = ENDLESS.replace("PORT", &port.to_string());
        repository.write(test, &code);
        Endless(listener)
    }

    /// The two programs of a run, once both are running.
    pub fn running(&self) -> [TcpStream; 2] {
        [(); 2].map(|()| self.0.accept().unwrap().0)
    }
}

/// Returns when the programs are gone: then their connections end.
pub fn are_gone(programs: [TcpStream; 2]) {
    for mut program in programs {
        program.set_read_timeout(Some(DEADLINE)).unwrap();
        let read = program.read(&mut [0]);
        let is_reset = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionReset;
        assert!(
            matches!(&read, Ok(0)) || read.as_ref().is_err_and(is_reset),
            "a program still runs: {read:?}"
        );
    }
}

const ENDLESS: &str = r#"//! Does not end.

use std::{io::Read, net::TcpStream, process::Command};

#[test]
fn it_greets() {
    let mut held = TcpStream::connect("127.0.0.1:PORT").unwrap();
    if std::env::var_os("IS_COPY").is_none() {
        let mut copy = Command::new(std::env::current_exe().unwrap());
        copy.args(["--exact", "greeting::it_greets"]).env("IS_COPY", "1");
        copy.spawn().unwrap();
    }
    held.read(&mut [0]).unwrap();
}
"#;
