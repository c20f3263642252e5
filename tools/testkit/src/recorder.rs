//! Starting, connecting clients, and reading the result.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use axum::Router;
use hyper::HeaderMap;
use hyper::header::HeaderName;
use serde_json::{Value, json};

use crate::Transport;
use crate::client::Client;
use crate::handshake::handshake;
use crate::http::{ConnectionError, Http, Page};
use crate::message::Message;
use crate::packet::{self, Packet};
use crate::process::{Process, Program};
use crate::server::Server;
use crate::tape::Tape;

/// How long the server may take for anything that a test waits for. Far more
/// than a healthy test needs: it only ends a test that would never end.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);

/// Runs an app, connects named clients to it, and records what they send and
/// receive. See the [crate's page](crate) for an example.
///
/// Every method that waits panics with an explanation and the tape so far
/// when it waits for more than five seconds.
pub struct Recorder {
    address: SocketAddr,
    transport: Transport,
    pub(crate) deadline: Duration,
    pub(crate) clients: BTreeMap<String, Client>,
    headers: BTreeMap<String, HeaderMap>,
    pub(crate) tape: Tape,
    /// None if the server was running before. Dropped last.
    server: Option<Server>,
}

impl Recorder {
    /// Serves `app` on 127.0.0.1, on a free port, until the recorder is dropped.
    ///
    /// Clients connect over websocket, or over what the environment variable
    /// `TESTKIT_TRANSPORT` names: `websocket` or `polling`.
    ///
    /// When `TESTKIT_SERVER` names a program and its arguments, one a line, that
    /// program is started instead of `app`, with `PORT=0` and one worker thread.
    /// It must print the address at which it listens.
    pub async fn start(app: Router) -> Recorder {
        Recorder::start_over(app, Transport::from_env()).await
    }

    /// Like [`start`](Recorder::start), but the test chooses the transport.
    pub async fn start_over(app: Router, transport: Transport) -> Recorder {
        let (server, address) = Server::start(app, DEADLINE).await;
        let mut recorder = Recorder::attach(address, transport).await;
        recorder.server = Some(server);
        recorder
    }

    /// Starts a program, and stops it when the recorder is dropped.
    pub async fn run(program: Program) -> Recorder {
        let (process, address) = program.start().await;
        let mut recorder = Recorder::attach(address, Transport::from_env()).await;
        recorder.server = Some(Server::Process(process));
        recorder
    }

    /// Sends the program of [`run`](Recorder::run) the signal with which service managers and
    /// containers stop one.
    #[cfg(unix)]
    pub fn terminate(&mut self) {
        self.process().terminate();
    }

    /// Waits until the program of [`run`](Recorder::run) has ended by itself.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        self.process().wait(self.deadline)
    }

    fn process(&self) -> &Process {
        match &self.server {
            Some(Server::Process(process)) => process,
            _ => self
                .tape
                .fail("There is no program: start one with Recorder::run."),
        }
    }

    /// Records against a server that is running already.
    pub async fn attach(address: SocketAddr, transport: Transport) -> Recorder {
        Recorder {
            address,
            transport,
            deadline: DEADLINE,
            clients: BTreeMap::new(),
            headers: BTreeMap::new(),
            tape: Tape::new(),
            server: None,
        }
    }

    /// Changes how long the recorder waits for anything, five seconds by default.
    pub fn with_deadline(mut self, deadline: Duration) -> Recorder {
        self.deadline = deadline;
        self
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Begins a new step of the tape. Everything before the first step is
    /// preparation: it can be [`received`](Recorder::received), but it is not printed.
    pub fn step(&mut self, title: &str) -> &mut Self {
        self.tape.begin_step(title);
        self
    }

    /// Connects clients under these names, one after the other, to the
    /// namespace `/`.
    ///
    /// The server lets a client in first and runs its connect handler then, as
    /// a task. With everything on one thread, as in a plain `#[tokio::test]`,
    /// the handler gets to its first real wait before this returns, and so it does
    /// in a program that was started for `TESTKIT_SERVER`. On several threads
    /// that is not so: [`wait_for`](Recorder::wait_for) what the handler sends.
    pub async fn connect<const N: usize>(&mut self, names: [&str; N]) -> &mut Self {
        for name in names {
            self.connect_one(name).await;
            self.barrier().await;
        }
        self
    }

    /// From now on the requests of this client carry these headers, for example
    /// the cookie of a session. Panics when one is no header.
    pub fn send_headers(&mut self, name: &str, headers: &[(&'static str, &str)]) -> &mut Self {
        self.headers.insert(name.to_owned(), header_map(headers));
        self
    }

    /// Connects clients, then lets each ask `user:join` with `{"name": …}`,
    /// its own name. Panics with the server's answer if one is refused.
    pub async fn join<const N: usize>(&mut self, names: [&str; N]) -> &mut Self {
        self.connect(names).await;
        for name in names {
            let answer = self
                .request(name, "user:join", json!({ "name": name }))
                .await;
            if answer.get("error").is_some() {
                self.tape.fail(&format!("{name} may not join: {answer}."));
            }
        }
        self
    }

    /// The payloads of all events of this name that the client received since
    /// it first connected, the preparation included, with nothing redacted.
    ///
    /// No payload counts as `null`, several as a list. Answers are found under
    /// the name `ack`.
    pub fn received(&self, name: &str, event: &str) -> Vec<Value> {
        self.tape.payloads(name, event)
    }

    /// The tape as text, from the first step on.
    pub fn tape(&self) -> String {
        self.tape.print()
    }

    /// Fetches a page from the server.
    pub async fn get(&self, path: &str) -> Page {
        self.get_with(path, &[]).await
    }

    /// Fetches a page with these headers, for example another `host`. Panics when one is
    /// no header.
    pub async fn get_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Page {
        let headers = header_map(headers);
        let fetch = async {
            let connection = Http::connect(self.address).await?;
            connection.with_headers(&headers).get(path).await
        };
        self.in_time(&format!("get {path}"), fetch).await
    }

    /// The first request and answer of a connection, as text: request line and
    /// headers, an empty line, status line and headers; over polling then
    /// another empty line and the body.
    ///
    /// Headers stand in the order of the wire. Values that differ from run
    /// to run are replaced: `[address]`, `[key]`, `[accept]`, `[date]`, `[socket 1]`.
    pub async fn handshake(&self, transport: Transport) -> String {
        let what = format!("make a handshake over {}", transport.as_str());
        self.in_time(&what, handshake(self.address, transport))
            .await
    }

    async fn connect_one(&mut self, name: &str) {
        if self.clients.get(name).is_some_and(|client| !client.ended) {
            self.tape.fail(&format!("{name} is connected already."));
        }
        let what = format!("connect {name} over {}", self.transport.as_str());
        let headers = self.headers.get(name).cloned().unwrap_or_default();
        let opening = Client::open(self.address, self.transport, &headers);
        let mut client = self.in_time(&what, opening).await;

        let answer = self.in_time(&what, ask_to_enter(&mut client)).await;
        match answer {
            Message::Connected { id } => self.tape.ids.add(id),
            Message::Refused { reason } => self
                .tape
                .fail(&format!("{name} may not connect: {reason}.")),
            other => self
                .tape
                .fail(&format!("{name} wanted to connect, and got {other:?}.")),
        }
        self.clients.insert(name.to_owned(), client);
    }

    /// Does `work` before the deadline and without an error, or fails the test.
    async fn in_time<T>(
        &self,
        what: &str,
        work: impl Future<Output = Result<T, ConnectionError>>,
    ) -> T {
        match tokio::time::timeout(self.deadline, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => self.tape.fail(&format!("Could not {what}: {error}.")),
            Err(_) => self.tape.fail(&format!(
                "Could not {what}: no answer within {}.",
                self.deadline_in_words()
            )),
        }
    }
}

/// Enters the namespace `/`.
async fn ask_to_enter(client: &mut Client) -> Result<Message, ConnectionError> {
    client.send(Packet::text(packet::CONNECT)).await;
    let answer = client.next().await;
    answer.ok_or_else(|| "the server ended the connection".into())
}

fn header_map(headers: &[(&'static str, &str)]) -> HeaderMap {
    let headers = headers.iter().map(|(header, value)| {
        let value = value
            .parse()
            .unwrap_or_else(|error| panic!("{header}: {value:?} is no value of a header: {error}"));
        (HeaderName::from_static(header), value)
    });
    headers.collect()
}
