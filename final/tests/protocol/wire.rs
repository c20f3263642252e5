//! A client that sends exactly what a test says, over both transports, to a lesson and to the chat.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use make_chat::storage::Db;
use serde_json::Value;
use testkit::Recorder;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
    time::{self, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::support::Chat;

/// Far more than a response takes. It ends a test that would never end.
const DEADLINE: Duration = Duration::from_secs(60);
/// Between two packets of one request or response.
pub const SEPARATOR: char = '\x1e';
/// How a session begins over each transport.
pub const POLLING: &str = "EIO=4&transport=polling";
pub const WEBSOCKET: &str = "EIO=4&transport=websocket";

/// A running server.
pub struct Server {
    address: SocketAddr,
    /// The session of somebody who is logged in; empty for the lesson.
    cookie: String,
    /// The database of the chat; the lesson has none.
    db: Option<Db>,
    _running: Recorder,
}

/// Runs a test against the last lesson of part one, and against the chat.
pub async fn on_each_server(test: impl AsyncFn(Server)) {
    eprintln!("lesson 07:");
    let running = Recorder::start(lesson_07::app()).await;
    test(Server::new(running, String::new(), None)).await;
    eprintln!("the chat:");
    let chat = Chat::open(None).await;
    let cookie = chat.signed_up("Ada").await.cookie();
    let running = Recorder::start(chat.router.clone()).await;
    test(Server::new(running, cookie, Some(chat.state.db.clone()))).await;
}

/// A response: its status, its type and its body.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

impl Response {
    /// The packets in the body.
    pub fn packets(&self) -> Vec<&str> {
        self.body.split(SEPARATOR).collect()
    }

    /// The code of a refusal.
    pub fn code(&self) -> Value {
        let refusal: Value = serde_json::from_str(&self.body).unwrap_or_default();
        refusal["code"].clone()
    }
}

impl Server {
    fn new(running: Recorder, cookie: String, db: Option<Db>) -> Self {
        Self {
            address: running.address(),
            cookie,
            db,
            _running: running,
        }
    }

    /// Whether it takes bytes. The chat has no event with bytes, and takes none.
    pub fn takes_bytes(&self) -> bool {
        self.db.is_none()
    }

    /// Moves the clock of the server forward, without waiting.
    pub async fn pass(&self, duration: Duration) {
        if let Some(Db::Sqlite { pool, .. }) = &self.db {
            // A query that is under way would time out.
            while pool.num_idle() < pool.size() as usize {
                yield_now().await;
            }
        }
        time::pause();
        time::advance(duration).await;
        time::resume();
    }

    /// Sends a request to the path of Socket.IO, on a connection of its own.
    pub async fn request(&self, method: &str, query: &str, body: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(format!("/socket.io/?{query}"))
            .header("host", self.address.to_string())
            .header("origin", format!("http://{}", self.address))
            .header("cookie", &self.cookie)
            .body(Full::new(Bytes::from(body.to_owned())))
            .unwrap();
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut requests, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let response = timeout(DEADLINE, requests.send_request(request)).await;
        let (head, body) = response.unwrap().unwrap().into_parts();
        let content_type = head.headers.get("content-type");
        let content_type = content_type.map_or("", |value| value.to_str().unwrap());
        let bytes = body.collect().await.unwrap().to_bytes();
        Response {
            status: head.status.as_u16(),
            content_type: content_type.to_owned(),
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Begins a session over polling.
    pub async fn poll(&self) -> Polling<'_> {
        let opened = self.request("GET", POLLING, "").await;
        assert_eq!(opened.status, 200, "{opened:?}");
        let open: Value = serde_json::from_str(&opened.packets()[0][1..]).unwrap();
        let sid = open["sid"].as_str().unwrap().to_owned();
        Polling { server: self, sid }
    }

    /// Opens a WebSocket. The error is the status of the response.
    pub async fn websocket(&self, query: &str) -> Result<Socket, u16> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let url = format!("ws://{}/socket.io/?{query}", self.address);
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        let origin = format!("http://{}", self.address);
        headers.insert("origin", origin.parse().unwrap());
        headers.insert("cookie", self.cookie.parse().unwrap());
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Begins a session over WebSocket, and reads the open packet.
    pub async fn open(&self) -> Socket {
        let mut socket = self.websocket(WEBSOCKET).await.unwrap();
        let open = socket.next().await.unwrap();
        assert!(open.starts_with('0'), "{open}");
        socket
    }

    /// Like [`Server::open`], joins the main namespace, and answers the first ping.
    pub async fn connect(&self) -> Socket {
        let mut socket = self.open().await;
        socket.send("40").await;
        let mut missing = vec!["2", "40{"];
        while !missing.is_empty() {
            let packet = socket.next().await.unwrap();
            missing.retain(|start| !packet.starts_with(start));
        }
        socket.send("3").await;
        // The server has read the pong, too.
        assert!(socket.responds().await);
        socket
    }

    /// Like [`Server::poll`], joins the main namespace, and answers the first ping.
    pub async fn poll_connected(&self) -> Polling<'_> {
        let session = self.poll().await;
        assert_eq!(session.post("40").await.status, 200);
        let mut missing = vec!["2", "40{"];
        while !missing.is_empty() {
            let response = session.get().await;
            let packets = response.packets();
            missing.retain(|start| !packets.iter().any(|packet| packet.starts_with(start)));
        }
        assert_eq!(session.post("3").await.status, 200);
        session
    }
}

/// A session over polling.
pub struct Polling<'a> {
    server: &'a Server,
    pub sid: String,
}

impl Polling<'_> {
    pub fn query(&self) -> String {
        format!("{POLLING}&sid={}", self.sid)
    }

    pub async fn get(&self) -> Response {
        self.server.request("GET", &self.query(), "").await
    }

    pub async fn post(&self, packets: &str) -> Response {
        self.server.request("POST", &self.query(), packets).await
    }

    /// Like [`Polling::post`], and awaits `meanwhile` when half of the body is sent. Returns the status.
    pub async fn post_slowly(&self, packets: &str, meanwhile: impl Future<Output = ()>) -> u16 {
        let Server {
            address, cookie, ..
        } = self.server;
        let head = format!(
            "POST /socket.io/?{} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             cookie: {cookie}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            self.query(),
            packets.len(),
        );
        let (begin, end) = packets.split_at(packets.len() / 2);
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(begin.as_bytes()).await.unwrap();
        meanwhile.await;
        stream.write_all(end.as_bytes()).await.unwrap();
        let mut response = String::new();
        let read = timeout(DEADLINE, stream.read_to_string(&mut response)).await;
        read.unwrap().unwrap();
        let status = response.split(' ').nth(1).unwrap();
        status.parse().unwrap()
    }

    /// Polls until a packet begins like this.
    pub async fn next_with(&self, start: &str) -> String {
        loop {
            let response = self.get().await;
            assert_eq!(response.status, 200, "{response:?}");
            let packets = response.packets();
            let mut found = packets.iter().filter(|packet| packet.starts_with(start));
            if let Some(packet) = found.next() {
                return (*packet).to_owned();
            }
        }
    }

    /// Whether the session is still known.
    pub async fn is_open(&self) -> bool {
        self.post("3").await.status == 200
    }
}

/// A WebSocket.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Ignores errors: reading notices the end of a connection.
    pub async fn send(&mut self, packet: &str) {
        drop(self.0.send(Message::text(packet)).await);
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        drop(self.0.send(Message::binary(bytes.to_vec())).await);
    }

    pub async fn close(&mut self) {
        self.0.close(None).await.unwrap();
    }

    /// The next packet. None if the server has ended the connection.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            match timeout(DEADLINE, self.0.next()).await.unwrap()?.ok()? {
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// The next packet that begins like this. None if the server ends the connection before.
    pub async fn next_with(&mut self, start: &str) -> Option<String> {
        loop {
            let packet = self.next().await?;
            if packet.starts_with(start) {
                return Some(packet);
            }
        }
    }

    /// Reads until the server ends the connection. Answers pings, so that it has no other reason.
    pub async fn end(&mut self) {
        while let Some(packet) = self.next().await {
            if packet == "2" {
                self.send("3").await;
            }
        }
    }

    /// Reads until the server ends the connection, and answers no ping.
    pub async fn end_silently(&mut self) {
        while self.next().await.is_some() {}
    }

    /// Whether the server still responds in the main namespace.
    pub async fn responds(&mut self) -> bool {
        self.send(r#"42999["no:such-event",{}]"#).await;
        self.next_with("43999").await.is_some()
    }

    /// Whether the server still refuses an unknown namespace, which needs no other.
    pub async fn is_open(&mut self) -> bool {
        self.send("40/__barrier,").await;
        self.next_with("44/__barrier,").await.is_some()
    }
}
