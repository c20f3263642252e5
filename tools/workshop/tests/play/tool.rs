//! The tool as a process, and a page that is connected to it.

use std::{
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use testkit::{Recorder, Transport};

/// A lesson and its libraries may have to be built first, on a busy machine.
const BUILD_TIME: Duration = Duration::from_secs(600);
const PAGE: &str = "page";

/// `cargo course serve` on a free port, which is ended when this value is dropped.
pub struct Tool {
    process: Child,
    address: SocketAddr,
}

/// A page that is connected to the workshop.
pub struct Page {
    recorder: Recorder,
}

impl Tool {
    /// Starts the tool in this repository.
    pub fn here() -> Tool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workshop"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        command.current_dir(root);
        Tool::run(command.args(["serve", "--port", "0"]))
    }

    /// Starts the tool with a command.
    pub fn run(command: &mut Command) -> Tool {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("http://").unwrap();
        Tool {
            address: address.parse().unwrap(),
            process,
        }
    }

    /// Opens a page and starts a chat on it.
    pub async fn play(&self, program: &str) -> Page {
        let recorder = Recorder::attach(self.address, Transport::WebSocket).await;
        let mut recorder = recorder.with_deadline(BUILD_TIME);
        recorder.step("").connect([PAGE]).await;
        let mut page = Page { recorder };
        page.starts(program).await;
        page
    }

    /// Ends the tool as Ctrl+C does, and waits until it has ended.
    pub fn interrupt(mut self) {
        assert!(self.end().unwrap().success());
    }

    /// Kills the tool, which it cannot notice.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn end(&mut self) -> io::Result<ExitStatus> {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-INT", &id]).status()?;
        self.process.wait()
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        // Interrupted, not killed, so that it can stop the chats that it has started. It
        // may already have ended.
        if matches!(self.process.try_wait(), Ok(None)) {
            let _ = self.end();
        }
    }
}

impl Page {
    /// Starts a chat, in place of the page's current one.
    pub async fn starts(&mut self, program: &str) {
        self.asks("play:start", json!({ "program": program })).await;
    }

    /// Sends a request, and returns the acknowledgement's `ok`.
    pub async fn asks(&mut self, event: &str, payload: Value) -> Value {
        let answer = self.recorder.request(PAGE, event, payload).await;
        assert_eq!(answer.get("error"), None);
        answer["ok"].clone()
    }

    /// Waits until the chat is in a phase, and returns its state.
    pub async fn until(&mut self, phase: &str) -> Value {
        loop {
            let state = self.recorder.wait_for(PAGE, "play:changed").await;
            if state["phase"] == phase {
                return state;
            }
        }
    }

    /// The address at which user A reaches the chat.
    pub async fn address_of_a(&mut self) -> SocketAddr {
        let state = self.until("running").await;
        assert_eq!(state["users"][0]["name"], "A");
        let port = state["users"][0]["port"].as_u64().unwrap();
        format!("127.0.0.1:{port}").parse().unwrap()
    }

    /// The address at which the chat itself listens.
    pub async fn address_of_chat(&mut self) -> SocketAddr {
        let log = self.until_log("Make Chat is at http://").await;
        let line = log.lines().find(|line| line.contains("is at")).unwrap();
        line.rsplit('/').next().unwrap().parse().unwrap()
    }

    /// Waits until the log contains these words, and returns the log.
    pub async fn until_log(&mut self, words: &str) -> String {
        let mut log = String::new();
        let mut after = 0;
        while !log.contains(words) {
            let page = self.asks("log:read", json!({ "after": after })).await;
            for line in page["entries"].as_array().unwrap() {
                after = line["number"].as_u64().unwrap();
                log += line["text"].as_str().unwrap();
                log.push('\n');
            }
        }
        log
    }

    /// All frames so far.
    pub async fn tape(&mut self) -> Vec<Value> {
        let page = self.asks("tape:read", json!({ "after": 0 })).await;
        page["entries"].as_array().unwrap().clone()
    }

    /// Closes the page.
    pub async fn leaves(mut self) {
        self.recorder.disconnect(PAGE).await;
    }
}
