//! One Engine.IO handshake, shown as the text that crosses the wire.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::Transport;
use crate::connection::engine_path;
use crate::http::ConnectionError;
use crate::polling;

/// Any 16 bytes in base64 will do: the server proves with its answer to it
/// that it speaks websocket.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// Written by hand instead of with a client library: what is shown is then
/// exactly what was sent and received, in the same order.
pub(crate) async fn handshake(
    address: SocketAddr,
    transport: Transport,
) -> Result<String, ConnectionError> {
    let mut stream = BufReader::new(TcpStream::connect(address).await?);
    let request = request(address, transport);
    stream.write_all(request.as_bytes()).await?;
    let head = read_head(&mut stream).await?;
    let body = read_body(&mut stream, &head).await?;

    let mut text = show_head(&request);
    text += "\n";
    text += &show_head(&head);
    if !body.is_empty() {
        text += &format!("\n{}\n", show_body(&body));
    }
    Ok(text)
}

fn request(address: SocketAddr, transport: Transport) -> String {
    let path = engine_path(transport);
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n");
    if transport == Transport::WebSocket {
        request += "connection: Upgrade\r\nupgrade: websocket\r\n";
        request += &format!("sec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\n");
    }
    request + "\r\n"
}

/// Reads up to the empty line that ends the headers.
async fn read_head(stream: &mut BufReader<TcpStream>) -> Result<String, ConnectionError> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Err("the server closed the connection in the middle of its answer".into());
        }
    }
    Ok(head)
}

/// Reads as many bytes as the headers promise; a websocket's answer promises none.
async fn read_body(
    stream: &mut BufReader<TcpStream>,
    head: &str,
) -> Result<String, ConnectionError> {
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let found = name.eq_ignore_ascii_case("content-length");
        found.then(|| value.parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    Ok(String::from_utf8(body)?)
}

fn show_head(head: &str) -> String {
    let lines = head.lines().filter(|line| !line.is_empty());
    lines.map(|line| format!("{}\n", redact(line))).collect()
}

fn redact(line: &str) -> String {
    let Some((name, _)) = line.split_once(": ") else {
        return line.to_owned();
    };
    let word = match name.to_ascii_lowercase().as_str() {
        "host" => "[address]",
        "sec-websocket-key" => "[key]",
        "sec-websocket-accept" => "[accept]",
        "date" => "[date]",
        _ => return line.to_owned(),
    };
    format!("{name}: {word}")
}

fn show_body(body: &str) -> String {
    match polling::session_id(body) {
        Some(session) => body.replace(&session, "[socket 1]"),
        None => body.to_owned(),
    }
}
