//! A proxy that knows HTTP alone, as some companies and schools have them.

use std::net::SocketAddr;

use tokio::{
    io::{self, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/// Longer than the head of a browser's request, which arrives in one piece.
const HEAD: usize = 16 * 1024;

/// Passes on everything but the wish for a WebSocket. It ends with this value.
pub struct Proxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Stands before a server, whose address is like `http://127.0.0.1:40123`.
    pub async fn before(server: &str) -> Self {
        let server = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.unwrap_or_else(|error| panic!("no free port: {error}"));
        let address = listener.local_addr();
        Self {
            address: address.unwrap_or_else(|error| panic!("no address: {error}")),
            task: tokio::spawn(accept(listener, server)),
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

async fn accept(listener: TcpListener, server: String) {
    while let Ok((client, _)) = listener.accept().await {
        let server = server.clone();
        // A connection that breaks is the browser's to notice.
        tokio::spawn(async move { drop(pass(client, &server).await) });
    }
}

/// A browser makes a connection of its own for each WebSocket, so the first request
/// tells what the connection is for.
async fn pass(mut client: TcpStream, server: &str) -> io::Result<()> {
    let mut head = vec![0; HEAD];
    let length = client.peek(&mut head).await?;
    let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
    if head.contains("\r\nupgrade: websocket\r\n") {
        return client.write_all(REFUSAL).await;
    }
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
