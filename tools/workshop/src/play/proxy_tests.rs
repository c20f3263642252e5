//! Tests the proxy in front of a small chat that returns the requests it receives.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, header},
    response::AppendHeaders,
    routing::{get, post},
};
use testkit::{Recorder, Transport as Over};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use super::{
    frame::Frame,
    packet_recorder::{PacketRecorder, Tape},
    proxy::Proxy,
    ring_log::{Bounds, RingLog},
};

/// Only reached by a test that would otherwise never end.
const PATIENCE: Duration = Duration::from_secs(30);
const LARGE: usize = 3 * 1024 * 1024;

fn chat() -> Router {
    Router::new()
        .route(
            "/",
            get(|| async {
                let cookies = ["id=1; Path=/", "theme=dark"];
                AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)))
            }),
        )
        .route(
            "/cookies",
            get(|headers: HeaderMap| async move {
                let cookies = headers.get(header::COOKIE);
                cookies.map_or(b"none".to_vec(), |line| line.as_bytes().to_vec())
            }),
        )
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/large", get(|| async { "x".repeat(LARGE) }))
        .route(
            "/poll",
            get(|| async { "2\x1e42[\"a\"]\x1e9?" }).post(|| async { "ok" }),
        )
}

async fn proxy(recorder: &Recorder) -> (Proxy, Arc<Tape>) {
    proxy_to(recorder.address()).await
}

async fn proxy_to(server: std::net::SocketAddr) -> (Proxy, Arc<Tape>) {
    let tape = Arc::new(RingLog::new(Bounds {
        entries: 100,
        bytes: 1 << 20,
    }));
    let recorder = PacketRecorder::new('A', tape.clone());
    let proxy = Proxy::start(server, "chat-A".to_owned(), recorder);
    (proxy.await.unwrap(), tape)
}

/// Sends a request exactly as written, and returns the whole response.
async fn send(proxy: &Proxy, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap();
    let host = format!("host: 127.0.0.1:{}", proxy.port);
    let head = head.replace("HOST", &host);
    let length = body.len();
    let request = format!("{head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

async fn frames(tape: &Tape) -> Vec<Frame> {
    tape.close();
    let page = tape.read(0).await;
    page.entries.into_iter().map(|entry| entry.value).collect()
}

#[tokio::test]
async fn another_host_is_refused() {
    let recorder = Recorder::start_over(chat(), Over::Polling).await;
    let (proxy, _) = proxy(&recorder).await;
    let answer = send(&proxy, "GET / HTTP/1.1\r\nhost: evil.example", "").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let answer = send(&proxy, "GET / HTTP/1.1\r\nHOST", "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn cookies_belong_to_one_user() {
    let recorder = Recorder::start_over(chat(), Over::Polling).await;
    let (proxy, _) = proxy(&recorder).await;
    let answer = send(&proxy, "GET / HTTP/1.1\r\nHOST", "").await;
    assert!(
        answer.contains("set-cookie: chat-A.id=1; Path=/"),
        "{answer}"
    );
    assert!(answer.contains("set-cookie: chat-A.theme=dark"), "{answer}");
    for (cookies, expected) in [
        ("chat-A.id=1; chat-B.id=2; other=3", "id=1"),
        (
            "chat-A.id=1\r\ncookie: chat-A.theme=dark",
            "id=1; theme=dark",
        ),
        ("chat-B.id=2", "none"),
    ] {
        let asked = format!("GET /cookies HTTP/1.1\r\nHOST\r\ncookie: {cookies}");
        let answer = send(&proxy, &asked, "").await;
        assert!(answer.ends_with(&format!("\r\n\r\n{expected}")), "{answer}");
    }
}

#[tokio::test]
async fn bodies_pass_unchanged() {
    let recorder = Recorder::start_over(chat(), Over::Polling).await;
    let (proxy, _) = proxy(&recorder).await;
    let answer = send(&proxy, "POST /echo HTTP/1.1\r\nHOST", "é\0\x1e\"").await;
    assert!(answer.ends_with("\r\n\r\né\0\x1e\""), "{answer}");
    let answer = send(&proxy, "GET /large HTTP/1.1\r\nHOST", "").await;
    assert!(answer.len() > LARGE);
    // Longer than the part that the tap keeps.
    let polled = "POST /echo?EIO=4&transport=polling HTTP/1.1\r\nHOST";
    let body = format!("4{}", "x".repeat(1024 * 1024 + 500_000));
    assert!(send(&proxy, polled, &body).await.ends_with(&body));
}

#[tokio::test]
async fn polls_are_recorded_in_both_directions() {
    let recorder = Recorder::start_over(chat(), Over::Polling).await;
    let (proxy, tape) = proxy(&recorder).await;
    let path = "/poll?EIO=4&transport=polling";
    send(
        &proxy,
        &format!("POST {path} HTTP/1.1\r\nHOST"),
        "42[\"b\"]",
    )
    .await;
    send(&proxy, &format!("GET {path} HTTP/1.1\r\nHOST"), "").await;
    send(
        &proxy,
        &format!("GET {path}&sid=x HTTP/1.1\r\nhost: evil"),
        "",
    )
    .await;
    let missing = "GET /missing?EIO=4&transport=polling HTTP/1.1\r\nHOST";
    send(&proxy, missing, "").await;
    let seen = frames(&tape).await.into_iter().map(|frame| {
        let packet = frame.packet;
        packet
            .event
            .or(packet.problem)
            .or(packet.engine.map(str::to_owned))
    });
    let seen: Vec<_> = seen.flatten().collect();
    let broken = "it does not begin with a digit from 0 to 6";
    assert_eq!(seen, ["b", "ping", "a", broken, "HTTP 404"]);
}

#[tokio::test]
async fn a_chat_that_is_gone_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (proxy, _) = proxy_to(address).await;
    let answer = send(&proxy, "GET / HTTP/1.1\r\nHOST", "").await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    assert!(answer.contains("The chat does not answer: "), "{answer}");
}

/// Accepts an upgrade, and then sends back everything that it receives.
async fn echo(listener: TcpListener) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let answer = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket";
    stream
        .write_all(format!("{answer}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let (mut from, mut to) = stream.split();
    // Ends when the other end closes.
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

/// A WebSocket through a proxy, to a server that sends back everything that it receives.
async fn websocket() -> (Proxy, Arc<Tape>, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(echo(listener));
    let (proxy, tape) = proxy_to(address).await;
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap();
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: 127.0.0.1:{}\r\n\
         connection: upgrade\r\nupgrade: websocket\r\n\r\n",
        proxy.port
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    (proxy, tape, stream)
}

#[tokio::test]
async fn broken_frames_pass_byte_for_byte() {
    let (_proxy, tape, mut stream) = websocket().await;
    let broken: Vec<u8> = (0..=255).cycle().skip(240).take(20_000).collect();
    stream.write_all(&broken).await.unwrap();
    let mut back = vec![0; broken.len()];
    let read = timeout(PATIENCE, stream.read_exact(&mut back)).await;
    read.expect("all comes back in time").unwrap();
    assert_eq!(back, broken);
    let frames = frames(&tape).await;
    let problems: Vec<_> = frames
        .iter()
        .filter(|frame| frame.packet.problem.is_some())
        .collect();
    assert_eq!(problems.len(), 2, "one in each direction: {frames:?}");
}

#[tokio::test]
async fn a_user_who_is_sent_away_is_cut_off() {
    let (proxy, _tape, mut stream) = websocket().await;
    drop(proxy);
    let read = timeout(PATIENCE, stream.read(&mut [0])).await;
    // A reset also counts as an end.
    assert_eq!(read.expect("it ends in time").unwrap_or(0), 0);
}
