//! A proxy between browser and server, as some companies, schools and phone networks
//! have them: it passes HTTP on, and does something else with WebSockets.

use std::net::SocketAddr;

use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional, sink},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/// Longer than the head of a browser's request, which arrives in one piece.
const HEAD: usize = 16 * 1024;

/// How a proxy treats a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WebSockets {
    /// It refuses the upgrade.
    Refused,
    /// It passes the handshake on, and closes the connection.
    ClosedAfterHandshake,
    /// It closes the connection when the browser sends the first frame.
    ClosedAtFirstFrame,
    /// It passes the handshake on, and drops all frames.
    Swallowed,
}

impl WebSockets {
    /// Every way that does not work.
    pub const ALL: [WebSockets; 4] = [
        WebSockets::Refused,
        WebSockets::ClosedAfterHandshake,
        WebSockets::ClosedAtFirstFrame,
        WebSockets::Swallowed,
    ];
}

/// A running proxy. It ends with this value.
pub struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts in front of a server, whose address is like `http://127.0.0.1:40123`.
    pub async fn before(server: &str, websockets: WebSockets) -> Self {
        let server = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.unwrap_or_else(|error| panic!("no free port: {error}"));
        let address = listener.local_addr();
        Self {
            address: address.unwrap_or_else(|error| panic!("no address: {error}")),
            task: tokio::spawn(accept(listener, server, websockets)),
        }
    }

    /// The address to open instead of the server's.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: String, websockets: WebSockets) {
    while let Ok((client, _)) = listener.accept().await {
        let server = server.clone();
        // The browser notices a connection that breaks.
        tokio::spawn(async move { drop(pass(client, &server, websockets).await) });
    }
}

/// A browser makes a connection of its own for each WebSocket, so the first request
/// tells what the connection is for.
async fn pass(mut client: TcpStream, server: &str, websockets: WebSockets) -> io::Result<()> {
    let mut head = vec![0; HEAD];
    let length = client.peek(&mut head).await?;
    let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
    let is_websocket = head.contains("\r\nupgrade: websocket\r\n");
    if is_websocket && websockets == WebSockets::Refused {
        return client.write_all(REFUSAL).await;
    }
    let mut server = TcpStream::connect(server).await?;
    if is_websocket {
        return break_frames(client, server, length, websockets).await;
    }
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// Passes the handshake on, whose request has this many bytes, but no frame.
async fn break_frames(
    mut client: TcpStream,
    mut server: TcpStream,
    length: usize,
    websockets: WebSockets,
) -> io::Result<()> {
    let mut request = vec![0; length];
    client.read_exact(&mut request).await?;
    server.write_all(&request).await?;
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        response.push(server.read_u8().await?);
    }
    client.write_all(&response).await?;
    match websockets {
        WebSockets::ClosedAtFirstFrame => drop(client.read_u8().await?),
        WebSockets::Swallowed => drop(copy(&mut client, &mut sink()).await?),
        _ => {}
    }
    Ok(())
}
