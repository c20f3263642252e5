//! Connections that somebody opens and does not use, and what a class or an attacker can do to the
//! others with many requests.

use std::{net::SocketAddr, process::Command, time::Duration};

use serde_json::json;
use testkit::Recorder;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::timeout,
};

use crate::support::{Browser, Chat, Client, Process, each_database, enter, program, start};
use macro_rules_attribute::apply;

/// Far more than a response takes. It ends a test that would never end.
const DEADLINE: Duration = Duration::from_secs(30);

/// A program that may open this many files at once.
fn with_open_files(chat: &Chat, files: u32, more: &[&str]) -> Process {
    let program = program();
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]);
    limited
        .arg(program.get_program())
        .args(chat.flags())
        .args(more);
    limited.env_remove("DATABASE_URL").env("RUST_LOG", "warn");
    Process::start_as(limited)
}

async fn is_alive(address: SocketAddr) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream
            .write_all(b"GET /health/live HTTP/1.1\r\nhost: chat.test\r\nconnection: close\r\n\r\n")
            .await?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await?;
        Ok::<_, std::io::Error>(response.starts_with("HTTP/1.1 200"))
    };
    timeout(DEADLINE, asked)
        .await
        .is_ok_and(|alive| alive.unwrap_or(false))
}

#[tokio::test]
async fn thousands_of_heads_that_never_end_do_not_take_the_server_away() {
    let chat = Chat::open(None).await;
    let ada = chat.signed_up("Ada").await;
    let process = with_open_files(&chat, 1024, &[]);
    let address = watch::Sender::new(process.address);
    let mut ada = Client::new("Ada", &ada, address.subscribe());
    ada.settle().await;
    let mut unfinished = Vec::new();
    for round in 0..3 {
        for _ in 0..1_000 {
            let mut stream = TcpStream::connect(process.address).await.unwrap();
            // It fails if the server has closed the connection already, which is right.
            drop(stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await);
            unfinished.push(stream);
        }
        assert!(is_alive(process.address).await, "round {round}");
        ada.send(1, "still here", None).await;
        ada.settle().await;
    }
    assert_eq!(ada.sent.len(), 3);
    assert_eq!(ada.count("socket:welcome"), 1);
    assert!(
        !process.log().contains("could not be accepted"),
        "{}",
        process.log()
    );
}

#[tokio::test]
async fn when_all_connections_are_in_use_a_new_one_is_told_so() {
    let chat = Chat::open(None).await;
    let process = with_open_files(&chat, 1024, &["--max-connections", "4"]);
    let mut used = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(process.address).await.unwrap();
        let head = "POST /log-in HTTP/1.1\r\nhost: chat.test\r\norigin: http://chat.test\r\n\
                    content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\
                    expect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut response = [0; 12];
        stream.read_exact(&mut response).await.unwrap();
        used.push(stream);
    }
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 503"), "{response}");
    assert!(response.contains("try again in a moment"), "{response}");
    drop(used);
    while !is_alive(process.address).await {}
}

#[apply(each_database!)]
async fn handshakes_without_a_socket_count_as_connections_too(chat: Chat) {
    let mut room = start(&chat, []).await;
    let ada = chat.signed_up("Ada").await;
    let own = format!("origin: http://{}\r\n", room.address());
    let handshake = async || poll(room.address(), &ada, &own).await;
    for number in 1..=100 {
        assert_eq!(handshake().await, 200, "{number}");
    }
    assert_eq!(handshake().await, 429);
    let bob = chat.signed_up("Bob").await;
    enter(&mut room, "Bob", &bob).await;
}

#[apply(each_database!)]
async fn a_connection_that_has_ended_does_not_count_any_more(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    for _ in 0..120 {
        room.drop_connection("Ada").await;
        room.connect(["Ada"]).await;
        room.wait_for("Ada", "socket:welcome").await;
    }
}

#[apply(each_database!)]
async fn a_page_with_no_referrer_can_poll(chat: Chat) {
    let ada = chat.signed_up("Ada").await;
    let room = Recorder::start(chat.router.clone()).await;
    for (header, status) in [
        ("", 403),
        ("sec-fetch-site: same-origin\r\n", 200),
        ("origin: null\r\nsec-fetch-site: same-origin\r\n", 200),
        ("sec-fetch-site: same-site\r\n", 403),
        ("sec-fetch-site: cross-site\r\n", 403),
        ("origin: null\r\nsec-fetch-site: none\r\n", 403),
    ] {
        assert_eq!(poll(room.address(), &ada, header).await, status, "{header}");
    }
}

/// Makes a handshake for polling, and returns its status.
async fn poll(address: SocketAddr, browser: &Browser, headers: &str) -> u16 {
    let head = format!(
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: {address}\r\n\
         cookie: {}\r\nconnection: close\r\n{headers}\r\n",
        browser.cookie()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_proxy_that_does_not_forward_the_host_is_named_in_the_log_and_on_the_page() {
    let chat = Chat::open(None).await;
    let process = Process::start(&chat.flags());
    for path in ["/log-in", "/socket.io/?EIO=4&transport=polling"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: backend:3000\r\norigin: https://chat.example.org\r\n\
             content-length: 0\r\nconnection: close\r\n\r\n"
        );
        let mut stream = TcpStream::connect(process.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 403"), "{response}");
        assert!(response.contains("forwards Host"), "{response}");
    }
    let log = process.stop().await.log;
    let named = log.lines().filter(|line| {
        line.contains("https://chat.example.org") && line.contains("let the proxy forward Host")
    });
    assert_eq!(named.count(), 2, "{log}");
}

#[apply(each_database!)]
async fn a_page_over_http_is_told_where_the_chat_is(chat: Chat) {
    let public = |config: &mut make_chat::config::Config| {
        config.public_url = Some("https://chat.example.org".to_owned());
    };
    let mut ada = Browser::new(chat.with(public).await);
    for page in [
        ada.sign_up("Ada", "correct horse").await,
        ada.log_in("Ada", "correct horse").await,
    ] {
        assert_eq!(page.status, 403);
        assert!(
            page.says("open https://chat.example.org instead"),
            "{}",
            page.body
        );
    }
    ada.origin = "https://chat.example.org";
    assert_eq!(ada.sign_up("Ada", "correct horse").await.status, 303);
}

#[apply(each_database!)]
async fn two_chats_on_two_ports_of_one_host_keep_both_log_ins(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let other = Chat::open(None).await;
    let here = std::mem::replace(&mut ada.router, other.router.clone());
    assert_eq!(
        ada.sign_up("Ada", "correct horse").await.location(),
        Some("/home")
    );
    assert!(ada.is_logged_in().await);
    let there = std::mem::replace(&mut ada.router, here);
    assert!(ada.is_logged_in().await);
    ada.post("/log-out", &[]).await;
    assert!(!ada.is_logged_in().await);
    ada.router = there;
    assert!(ada.is_logged_in().await);
}

#[apply(each_database!)]
async fn a_class_of_sixty_behind_one_address_signs_up_at_once(chat: Chat) {
    for number in 0..60 {
        // Each makes a mistake first, and its password is too short to be hashed.
        let mut student = chat.browser();
        let name = format!("student {number}");
        assert_eq!(student.sign_up(&name, "short").await.status, 422);
        assert_eq!(student.sign_up(&name, "correct horse").await.status, 303);
    }
}

#[apply(each_database!)]
async fn strangers_cannot_lock_the_owner_of_a_name_out(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    let mut mallory = chat.browser();
    // Too long to be anyone's password, so it takes no time.
    let long = "x".repeat(1_001);
    let mut refused = 0;
    for last in 1..=15 {
        mallory.address.set_ip([198, 51, 100, last].into());
        for _ in 0..10 {
            refused += u32::from(mallory.log_in("Ada", &long).await.status == 429);
        }
    }
    assert!(refused > 0, "all addresses together have no limit");
    assert_eq!(ada.log_in("Ada", "correct horse").await.status, 303);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn many_log_ins_do_not_make_the_memory_grow() {
    let chat = Chat::open(None).await;
    chat.signed_up("Ada").await;
    let process = Process::start(&chat.flags());
    let log_in = async || {
        let form = "name=nobody&password=a+long+password";
        let head = format!(
            "POST /log-in HTTP/1.1\r\nhost: chat.test\r\norigin: http://chat.test\r\n\
             content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut stream = TcpStream::connect(process.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        response.split(' ').nth(1).unwrap() == "422"
    };
    let before = process.resident_kib();
    let mut hashed = 0;
    for _ in 0..30 {
        let burst = futures_util::future::join_all((0..10).map(|_| log_in()));
        hashed += burst.await.into_iter().filter(|hashed| *hashed).count();
    }
    assert!(hashed >= 10, "{hashed}");
    let grown = process.resident_kib() - before;
    // At most four blocks of 19 MiB, and what 300 requests leave.
    assert!(grown < 120_000, "{before} KiB + {grown} KiB");
}

#[apply(each_database!)]
async fn extreme_numbers_are_refused_and_acknowledged(chat: Chat) {
    let mut room = start(&chat, ["Ada"]).await;
    let numbers = [
        json!(i64::MIN),
        json!(i64::MIN + 1),
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(0.5),
    ];
    for number in numbers {
        for (event, payload) in [
            ("channel:open", json!({ "channel": 1, "at": number })),
            ("channel:open", json!({ "channel": number })),
            ("channel:sync", json!({ "channel": 1, "after": number })),
            ("channel:see", json!({ "channel": 1, "number": number })),
            (
                "channel:star",
                json!({ "channel": number, "isFavourite": true }),
            ),
            ("channel:join", json!({ "channel": number })),
            ("channel:leave", json!({ "channel": number })),
            ("direct:open", json!({ "user": number })),
            ("typing:start", json!({ "channel": number })),
            ("message:edit", json!({ "message": number, "body": "x" })),
            ("message:delete", json!({ "message": number })),
            (
                "message:react",
                json!({ "message": number, "emoji": "👍", "isOn": true }),
            ),
            (
                "message:send",
                json!({ "channel": 1, "clientId": "r", "body": "x", "replyTo": number }),
            ),
            (
                "message:send",
                json!({ "channel": number, "clientId": "c", "body": "x" }),
            ),
            (
                "location:send",
                json!({ "channel": 1, "clientId": "l", "latitude": 91, "longitude": number }),
            ),
        ] {
            let ack = room.request("Ada", event, payload.clone()).await;
            let code = crate::support::code(&ack);
            assert_ne!(code, "failed", "{event} {payload}: {ack}");
        }
    }
    let mut ada = chat.browser();
    ada.log_in("Ada", "correct horse").await;
    for number in ["-9223372036854775808", "9223372036854775807", "1e300", "-1"] {
        for path in [
            format!("/api/channels/1/messages?before={number}"),
            format!("/api/channels/1/messages?after={number}"),
            format!("/api/channels/{number}/messages"),
            format!("/api/messages/{number}"),
        ] {
            let page = ada.get(&path).await;
            assert!(page.status < 500, "{path}: {}", page.body);
        }
    }
}

#[apply(each_database!)]
async fn a_file_that_is_named_twice_is_refused(chat: Chat) {
    let mut ada = chat.signed_up("Ada").await;
    for files in [json!(["a", "a"]), json!(["a", "b", "a"])] {
        let send = json!({ "clientId": "1", "body": "", "files": files });
        let page = ada.fetch("POST", "/api/channels/1/messages", &send).await;
        assert_eq!(page.status, 422, "{}", page.body);
        assert_eq!(page.json()["code"], "file-twice");
    }
}
