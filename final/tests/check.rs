//! `make-chat check`.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::spawn_blocking,
};

use crate::support::{Chat, Process, each_database, program};
use macro_rules_attribute::apply;

/// The output of the check, and whether it found no error.
struct Checked {
    is_ok: bool,
    words: String,
}

impl Checked {
    #[track_caller]
    fn says(&self, line: &str) -> &Self {
        assert!(self.words.contains(line), "{line:?} in:\n{}", self.words);
        self
    }

    #[track_caller]
    fn says_any(&self, lines: &[&str]) -> &Self {
        let is_said = lines.iter().any(|line| self.words.contains(line));
        assert!(is_said, "{lines:?} in:\n{}", self.words);
        self
    }

    #[track_caller]
    fn passes(&self) {
        assert!(self.is_ok, "{}", self.words);
    }

    #[track_caller]
    fn fails(&self) {
        assert!(!self.is_ok, "{}", self.words);
    }
}

const ANY_PORT: [&str; 2] = ["--listen", "0"];

async fn check(flags: &[&str]) -> Checked {
    let mut program = program();
    program.arg("check").args(flags);
    run(program).await
}

/// Checks the chat, with further flags.
async fn check_chat(chat: &Chat, flags: &[&str]) -> Checked {
    let mut all = vec!["--data", chat.data().to_str().unwrap()];
    if let Some(url) = chat.database_url() {
        all.extend(["--database-url", url]);
    }
    check(&[&all, flags].concat()).await
}

async fn run(mut program: Command) -> Checked {
    let output = spawn_blocking(move || program.output().unwrap()).await;
    let output = output.unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    Checked {
        is_ok: output.status.success(),
        words: String::from_utf8(output.stdout).unwrap(),
    }
}

/// The names in a folder, and in those in it.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        names.push(path.display().to_string());
        if path.is_dir() {
            names.extend(names_in(&path));
        }
    }
    names.sort();
    names
}

#[tokio::test]
async fn before_the_first_start_nothing_is_wrong_and_nothing_is_created() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("deep/data");
    let checked = check(&["--data", data.to_str().unwrap(), "--listen", "0"]).await;
    checked
        .says("ok       address     --listen 127.0.0.1:0 is free\n")
        .says("ok       database    the first start creates ")
        .says("ok       files       uploads go to ")
        .says(" MB free at ")
        .says("Nothing is wrong with this configuration.\n")
        .passes();
    assert_eq!(names_in(folder.path()), [""; 0]);
}

#[apply(each_database!)]
async fn a_chat_that_has_stopped_is_read_and_written_and_stays_as_it_is(chat: Chat) {
    let id = chat.text("SELECT id FROM chat").await;
    drop(Process::start(&chat.flags()).stop().await);
    let before = names_in(chat.data());
    let checked = check_chat(&chat, &ANY_PORT).await;
    checked
        // Other programs may keep the disk busy.
        .says_any(&[
            "ok       database    saves what is written\n",
            "warning  database    a commit takes ",
        ])
        .says("ok       clock       agrees with the database\n")
        .passes();
    assert_eq!(names_in(chat.data()), before);
    assert_eq!(chat.text("SELECT id FROM chat").await, id);
}

#[apply(each_database!)]
async fn a_chat_that_is_running_is_left_alone(chat: Chat) {
    let process = Process::start(&chat.flags());
    let address = process.address.to_string();
    let url = format!("http://{address}");
    let checked = check_chat(&chat, &["--listen", &address, "--public-url", &url]).await;
    checked
        .says(&format!("--listen {address}: the chat is running\n"))
        .says("leads to a Make Chat. To check what the proxy passes on, stop the chat first\n")
        .passes();
    if chat.database_url().is_none() {
        checked.says("make-chat.sqlite is in use\n");
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_an_error() {
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // Another program, which accepts connections and says nothing sensible.
    let address = other.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = other.accept().await.unwrap();
            let _ = stream.write_all(b"220 mail.example.org\r\n").await;
        }
    });
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    for (address, words) in [
        (address.as_str(), "is taken: stop the other program"),
        ("192.0.2.1:3000", "is no address of this machine"),
    ] {
        let checked = check(&["--data", data, "--listen", address]).await;
        let line = |flag| format!("error    address     {flag} {address} {words}");
        checked.says(&line("--listen")).fails();
        let flags = ["--data", data, "--listen", "0", "--metrics-listen", address];
        let checked = check(&flags).await;
        checked.says(&line("--metrics-listen")).fails();
    }
}

#[tokio::test]
async fn an_address_that_others_reach_needs_encryption() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    let checked = check(&["--data", data, "--listen", "0.0.0.0:0"]).await;
    let words = "warning  address     --listen 0.0.0.0:0: passwords cross the network without \
                 encryption";
    checked.says(words).passes();
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_an_error_without_its_password() {
    let url = "postgres://ada:secret@127.0.0.1:1/chat";
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    for url in [url, "mysql://ada:secret@127.0.0.1/chat"] {
        let checked = check(&["--data", data, "--listen", "0", "--database-url", url]).await;
        checked.says("error    database    ").fails();
        assert!(!checked.words.contains("secret"), "{}", checked.words);
    }
}

#[apply(each_database!)]
async fn a_schema_of_another_version_is_noticed(chat: Chat) {
    let last = "DELETE FROM _sqlx_migrations WHERE version =
                (SELECT MAX(version) FROM _sqlx_migrations)";
    chat.execute(last).await;
    let checked = check_chat(&chat, &ANY_PORT).await;
    let words =
        "warning  database    the next start updates the schema (migrations: 1), make a backup";
    checked.says(words).passes();
    chat.execute("UPDATE _sqlx_migrations SET version = version + 1000")
        .await;
    let checked = check_chat(&chat, &ANY_PORT).await;
    checked.says("start a newer Make Chat").fails();
}

#[apply(each_database!)]
async fn a_clock_that_is_behind_the_last_message_is_an_error(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let message = json!({ "body": "hello", "clientId": "c1" });
    let sent = ada
        .fetch("POST", "/api/channels/1/messages", &message)
        .await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    chat.execute("UPDATE messages SET sent_at = '2999-01-01T00:00:00Z'")
        .await;
    let checked = check_chat(&chat, &ANY_PORT).await;
    let words = "but the last message is of 2999-01-01 00:00:00 UTC: set the clock";
    checked.says(words).fails();
}

#[tokio::test]
async fn a_damaged_file_is_an_error() {
    let folder = TempDir::new().unwrap();
    let data = folder.path();
    let chat = Chat::open_at(data.to_owned()).await;
    chat.state.db.close().await;
    let path = data.join("make-chat.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0xaa);
    fs::write(&path, bytes).unwrap();
    let checked = check(&["--data", data.to_str().unwrap(), "--listen", "0"]).await;
    checked.says("error    database    ").fails();
}

/// The change that a proxy makes to a request.
type Change = fn(&str) -> Option<String>;

/// The header with which a proxy says who has sent a request.
const SENDER: &str = "X-Forwarded-For: 198.51.100.7\r\n";

/// Runs a proxy, and checks a configuration with it as the public address. `flags` come beside those
/// that are always needed.
async fn check_behind(change: Change, flags: &[&str]) -> Checked {
    let chat = free_address().await;
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let proxy = tokio::spawn(async move {
        loop {
            let (client, _) = proxy.accept().await.unwrap();
            tokio::spawn(relay(client, chat, change));
        }
    });
    let folder = TempDir::new().unwrap();
    let (data, listen) = (folder.path().to_str().unwrap(), chat.to_string());
    let always = ["--data", data, "--listen", &listen, "--public-url", &url];
    let checked = check(&[&always, flags].concat()).await;
    proxy.abort();
    checked
}

/// An address at which nobody listens.
async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// Passes on one request with a changed head, and everything after it. Without a head, the proxy
/// refuses the request as too large.
async fn relay(mut client: TcpStream, chat: SocketAddr, change: Change) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match client.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let Some(head) = change(&head) else {
        let refused = b"HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        client.write_all(refused).await.unwrap();
        // Resetting the connection would take the response away.
        let mut rest = tokio::io::sink();
        let _ = tokio::io::copy(&mut client, &mut rest).await;
        return;
    };
    let mut server = TcpStream::connect(chat).await.unwrap();
    server.write_all(head.as_bytes()).await.unwrap();
    // The connection ends as the client or the chat likes.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// The head without a header, with another line in its place.
fn with(head: &str, name: &str, line: &str) -> String {
    let is_other = |line: &&str| !line.to_lowercase().starts_with(&format!("{name}:"));
    let kept: Vec<&str> = head.trim_end().split("\r\n").filter(is_other).collect();
    format!("{}\r\n{line}\r\n", kept.join("\r\n"))
}

const TRUSTED: [&str; 2] = ["--trusted-proxy", "127.0.0.1"];

fn good(head: &str) -> Option<String> {
    Some(with(head, "x-forwarded-for", SENDER))
}

#[tokio::test]
async fn a_proxy_that_passes_everything_on_is_right() {
    let checked = check_behind(good, &TRUSTED).await;
    checked
        .says(" leads to this chat\n")
        .says(" passes on who sends a request\n")
        .says("ok       public URL  WebSockets work\n")
        .says("ok       public URL  uploads of 25 MB arrive\n")
        .passes();
}

#[tokio::test]
async fn without_a_proxy_the_public_address_is_the_chat_itself() {
    let address = free_address().await.to_string();
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    let url = format!("http://{address}");
    let flags = ["--data", data, "--listen", &address, "--public-url", &url];
    let checked = check(&flags).await;
    checked.says(" passes on who sends a request\n").passes();
}

#[tokio::test]
async fn each_fault_of_a_proxy_is_named() {
    let faults: [(Change, &[&str], &str, bool); 7] = [
        (
            |head| Some(with(head, "host", "Host: backend:3000\r\n")),
            &TRUSTED,
            "error    public URL  the proxy replaces Host with backend:3000, so nobody can log in",
            false,
        ),
        (
            |head| Some(head.to_owned()),
            &TRUSTED,
            "error    public URL  the proxy passes on X-Forwarded-For as browsers send it",
            false,
        ),
        (
            |head| Some(with(head, "x-forwarded-for", "")),
            &TRUSTED,
            "warning  public URL  the proxy sends no X-Forwarded-For, so all people share",
            true,
        ),
        (
            good,
            &[],
            "which is not trusted, so all people share the limits of one address: add \
             --trusted-proxy 127.0.0.1\n",
            true,
        ),
        (
            |head| good(&with(head, "upgrade", "")),
            &TRUSTED,
            "warning  public URL  the proxy passes on no WebSockets",
            true,
        ),
        (
            |head| good(head).filter(|_| !head.contains("content-length: 25000000")),
            &TRUSTED,
            "error    public URL  the proxy refuses uploads of 25 MB: raise its limit",
            false,
        ),
        (
            |_| None,
            &TRUSTED,
            " leads elsewhere (413 Payload Too Large): the proxy must send it to --listen\n",
            false,
        ),
    ];
    for (change, flags, words, is_ok) in faults {
        let checked = check_behind(change, flags).await;
        checked.says(words);
        assert_eq!(checked.is_ok, is_ok, "{}", checked.words);
    }
}

#[tokio::test]
async fn a_public_address_that_nobody_serves_is_an_error() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    let url = format!("http://{}", free_address().await);
    let checked = check(&["--data", data, "--listen", "0", "--public-url", &url]).await;
    checked
        .says(" cannot be reached from this machine: ")
        .fails();
}

#[apply(each_database!)]
async fn a_supervisor_can_ask_whether_the_chat_is_ready(chat: Chat) {
    let process = Process::start(&chat.flags());
    let address = process.address.to_string();
    let asked = health(&address).await;
    assert_eq!((asked.is_ok, asked.words.as_str()), (true, "ready\n"));
    process.stop().await;
    let asked = health(&address).await;
    asked
        .says(&format!("no chat responds at {address}: "))
        .fails();
}

async fn health(address: &str) -> Checked {
    let mut program = program();
    program.args(["health", "--listen", address]);
    run(program).await
}
