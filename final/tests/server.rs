//! The program as a process: starting, stopping, and a database that goes away.

use std::{net::SocketAddr, time::Duration};

use crate::support::{
    self, Chat, Client, Network, Process, Proxy, Server, Writers, each_database, program,
};
use insta::assert_snapshot;
use macro_rules_attribute::apply;
use serde_json::json;
use tempfile::TempDir;
use testkit::{Recorder, Transport};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// How soon the server refuses new connections: a fraction of the time that requests may take.
const TURNED_AWAY: Duration = Duration::from_secs(2);
/// Far more than a response takes. It ends a test that would never end.
const HEARD_OF: Duration = Duration::from_secs(30);
/// The program's log line when it cancels requests that take too long.
const CANCELLED: &str = "requests that took too long were cancelled";

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn sigterm_under_load_is_announced_and_loses_no_acknowledged_message(chat: Chat) {
    let (server, clients) = Server::start_with(&chat, ["Ada", "Bob", "Eve", "Joe"]).await;
    let writers = Writers::start(clients);
    writers.wait_for(100).await;
    let server = server.stop_and_restart().await;
    for client in writers.stop_and_check().await {
        assert_eq!(client.count("server:stopping"), 1, "{}", client.name);
    }
    drop(server);
}

#[apply(each_database!)]
async fn a_connection_after_sigterm_is_refused(chat: Chat) {
    let (server, [mut ada]) = Server::start_with(&chat, ["Ada"]).await;
    let address = server.process.address;
    // It delays the stop, so that the server is still running.
    let _hanging = hanging_request(&server.process).await;
    server.process.tell_to_stop();
    while ada.receive().await {}
    // Long before the hanging request is cancelled and the program ends.
    let turned_away = async { while TcpStream::connect(address).await.is_ok() {} };
    timeout(TURNED_AWAY, turned_away).await.unwrap();
}

#[apply(each_database!)]
async fn a_page_that_polls_is_told_and_does_not_delay_the_stop(chat: Chat) {
    let ada = chat.signed_up("Ada").await;
    let process = Process::start(&chat.flags());
    let mut room = Recorder::attach(process.address, Transport::Polling).await;
    support::enter(&mut room, "Ada", &ada).await;
    room.step("The server receives SIGTERM");
    process.tell_to_stop();
    room.wait_for("Ada", "server:stopping").await;
    room.wait_for_disconnect("Ada").await;
    assert_snapshot!("server_stopping", room.tape());
    let ended = process.end().await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(!ended.log.contains(CANCELLED), "{}", ended.log);
}

#[apply(each_database!)]
async fn a_page_between_two_polls_is_told_too(chat: Chat) {
    let ada = chat.signed_up("Ada").await;
    let process = Process::start(&chat.flags());
    let address = process.address;
    let cookie = ada.cookie();
    let head = format!("origin: http://{address}\r\ncookie: {cookie}\r\n");
    let poll = async |method, session: &str, body| {
        let path = format!("/socket.io/?EIO=4&transport=polling{session}");
        send(address, method, &path, &head, body).await
    };
    let greeting = poll("GET", "", "").await;
    let id = greeting.split('"').nth(3).unwrap();
    let session = format!("&sid={id}");
    poll("POST", &session, "40").await;
    let welcome = async { while !poll("GET", &session, "").await.contains("socket:welcome") {} };
    timeout(HEARD_OF, welcome).await.unwrap();
    process.tell_to_stop();
    let stopping = async {
        while !process.log().contains("stopping") {
            tokio::task::yield_now().await;
        }
    };
    timeout(HEARD_OF, stopping).await.unwrap();
    let events = poll("GET", &session, "").await;
    assert!(events.contains("server:stopping"), "{events}");
    assert!(process.end().await.status.success());
}

#[apply(each_database!)]
async fn a_stop_cancels_a_request_that_hangs(chat: Chat) {
    let process = Process::start(&chat.flags());
    let _hanging = hanging_request(&process).await;
    let ended = process.stop().await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.log.contains(CANCELLED), "{}", ended.log);
}

#[apply(each_database!)]
async fn logs_contain_no_names_cookies_or_bodies_at_any_level(chat: Chat) {
    let browser = chat.signed_up("Ada").await;
    let mut program = program();
    program.args(chat.flags()).env(
        "RUST_LOG",
        "make_chat=trace,tower_http=trace,socketioxide=info",
    );
    let process = Process::start_as(program);
    let address = watch::Sender::new(process.address);
    let mut ada = Client::new("Ada", &browser, address.subscribe());
    ada.send(1, "a body", None).await;
    ada.settle().await;
    ada.emit("channel:create", json!({ "name": "a name" }))
        .await;
    ada.settle().await;
    let form = "name=some-name&password=a-password";
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    let head = format!(
        "POST /log-in?a=query HTTP/1.1\r\nhost: chat.test\r\norigin: http://chat.test\r\n\
             content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let log = process.stop().await.log;
    assert!(log.contains("POST") && log.contains("/log-in") && log.contains("connected"));
    let cookie = browser.session().unwrap();
    for secret in [
        cookie,
        "a body",
        "a name",
        "some-name",
        "a-password",
        "a=query",
        "Ada",
    ] {
        assert!(!log.contains(secret), "{secret}:\n{log}");
    }
}

#[tokio::test]
async fn a_taken_port_is_a_clear_error() {
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap().to_string();
    let folder = TempDir::new().unwrap();
    for flag in ["--listen", "--metrics-listen"] {
        let mut program = program();
        program.env("MAKE_CHAT_LISTEN", "127.0.0.1:0");
        program.args([flag, &address, "--data"]).arg(folder.path());
        let output = program.output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        let expected = format!(
            "error: {address} is taken: stop the other program, or choose another address with {flag}\n"
        );
        assert_eq!(errors, expected);
    }
}

#[apply(each_database!)]
async fn metrics_are_served_at_an_address_of_their_own(chat: Chat) {
    let metrics = ["--metrics-listen", "127.0.0.1:0"];
    let (server, [mut ada, bob]) = Server::start_with_flags(&chat, &metrics, ["Ada", "Bob"]).await;
    let mut second = bob.fresh();
    second.settle().await;
    ada.send(1, "hello", None).await;
    ada.settle().await;
    let letter = ada.sent[0].clone();
    ada.send_again(&letter).await;
    ada.settle().await;
    let log = server.process.log();
    let (_, address) = log.split_once("Metrics are at http://").unwrap();
    let (address, _) = address.split_once("/metrics").unwrap();
    let told = get(address.parse().unwrap(), "/metrics").await;
    for figure in [
        "make_chat_people 2",
        "make_chat_sockets 3",
        "make_chat_changes_total 1",
        "make_chat_groups_total 2",
        "make_chat_http_requests_total{",
    ] {
        assert!(told.contains(figure), "{figure} is not in {told}");
    }
    let hidden = get(server.process.address, "/metrics").await;
    assert!(hidden.starts_with("HTTP/1.1 404"), "{hidden}");
    get(server.process.address, "/nothing/of/this/name").await;
    let told = get(address.parse().unwrap(), "/metrics").await;
    assert!(!told.contains("/nothing/of/this/name"), "{told}");
}

/// The response to a request, with its head.
async fn get(address: SocketAddr, path: &str) -> String {
    send(address, "GET", path, "", "").await
}

/// Like [`get`], with a method, a body, and headers, each with its line end.
async fn send(address: SocketAddr, method: &str, path: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{head}connection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

#[test]
fn an_error_names_a_wrong_flag() {
    for (arguments, named) in [
        (["--listen", "everywhere"], "'everywhere' for '--listen"),
        (["--prot", "3000"], "'--prot'"),
        (
            ["--database-url", "mysql://db"],
            "DATABASE_URL must start with",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let output = program()
            .args(arguments)
            // Without this flag, the default port may be taken.
            .env("MAKE_CHAT_LISTEN", "127.0.0.1:0")
            .current_dir(&folder)
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(
            errors.starts_with("error: ") && errors.contains(named),
            "{errors}"
        );
    }
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn requests_are_refused_while_postgresql_is_away_and_nothing_is_lost(chat: Chat) {
    let Some((_server, proxy, [mut ada, mut bob])) = behind_proxy(&chat).await else {
        return;
    };
    ada.send(1, "before", None).await;
    ada.settle().await;
    proxy.set(Network::IsDown);
    let lost = json!({ "channel": 1, "clientId": "lost", "body": "lost" });
    let ack = ada.request("message:send", lost).await.unwrap();
    assert_eq!(support::code(&ack), "failed");
    let opened = ada.request("channel:open", json!({ "channel": 1 })).await;
    assert_eq!(support::code(&opened.unwrap()), "failed");
    ada.send(1, "during", None).await;
    proxy.set(Network::Works);
    ada.settle().await;
    assert_eq!(ada.sent.len(), 2);
    bob.settle().await;
    let bodies = bob.shown(1);
    let bodies: Vec<&str> = bodies.iter().map(|m| m["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["before", "during"]);
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn a_change_that_postgresql_saved_but_could_not_confirm_is_broadcast(chat: Chat) {
    check_unconfirmed(chat, Network::LosesCommits).await;
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn messages_do_not_wait_forever_for_a_confirmation_of_postgresql_that_is_lost(chat: Chat) {
    check_unconfirmed(chat, Network::SwallowsCommits).await;
}

async fn check_unconfirmed(chat: Chat, network: Network) {
    let Some((_server, proxy, [mut ada, mut bob])) = behind_proxy(&chat).await else {
        return;
    };
    proxy.set(network);
    let send = json!({ "channel": 1, "clientId": "saved", "body": "saved" });
    let ack = ada.request("message:send", send.clone()).await.unwrap();
    assert_eq!(support::code(&ack), "failed");
    proxy.set(Network::Works);
    bob.wait_for("message:created", |event| {
        event["message"]["body"] == "saved"
    })
    .await;
    let again = ada.request("message:send", send).await.unwrap();
    assert_eq!(again["ok"]["message"]["number"], 1);
    assert_eq!(chat.count("SELECT count(*) FROM messages").await, 1);
    bob.settle().await;
    assert_eq!(bob.shown(1), [again["ok"]["message"].clone()]);
}

#[apply(each_database!)]
#[flavor = "multi_thread"]
async fn nothing_is_lost_or_duplicated_while_postgresql_disconnects_under_load(chat: Chat) {
    let Some((_server, proxy, clients)) = behind_proxy(&chat).await else {
        return;
    };
    let [mut ada, mut bob] = clients;
    let mut eve = bob.fresh();
    eve.may_miss_events = true;
    eve.settle().await;
    for round in 1..=30 {
        let writing = async {
            for _ in 0..5 {
                ada.send(1, "from Ada", None).await;
                bob.send(1, "from Bob", None).await;
            }
            tokio::join!(ada.catch_up(), bob.catch_up());
        };
        let cutting = async {
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            proxy.set(Network::IsDown);
            tokio::task::yield_now().await;
            proxy.set(Network::Works);
        };
        tokio::join!(writing, cutting);
        let mut fresh = eve.fresh();
        fresh.settle().await;
        let expected = fresh.shown(1);
        assert_eq!(expected.len(), round * 10);
        eve.receive_up_to(1, fresh.known(1)).await;
        assert_eq!(eve.shown(1), expected);
    }
}

/// A log-in whose form never ends, so that the server waits for it.
async fn hanging_request(process: &Process) -> TcpStream {
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    let head = "POST /log-in HTTP/1.1\r\nhost: chat.test\r\norigin: http://chat.test\r\n\
                content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\
                expect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = [0; 12];
    stream.read_exact(&mut response).await.unwrap();
    assert_eq!(&response, b"HTTP/1.1 100");
    stream
}

/// A server that reaches its PostgreSQL through a proxy. None if the database is a file. The test
/// needs several threads: one waits for the server, which waits for the proxy.
pub async fn behind_proxy(chat: &support::Chat) -> Option<(Server, Proxy, [Client; 2])> {
    let url = chat.database_url()?;
    let (before, rest) = url.split_once('@')?;
    let (postgres, name) = rest.split_once('/')?;
    let proxy = Proxy::start(postgres.parse().unwrap()).await;
    let url = format!("{before}@{}/{name}", proxy.address);
    let (server, mut clients) = Server::start_on(chat, &url, ["Ada", "Bob"]).await;
    for client in &mut clients {
        client.may_miss_events = true;
    }
    Some((server, proxy, clients))
}
