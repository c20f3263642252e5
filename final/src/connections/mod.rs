//! Accepts connections and serves them. Anyone can open a connection, so there is an upper number,
//! and nobody can hold one without sending a request.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header::CONNECTION},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::{OwnedSemaphorePermit, oneshot, watch},
    time::sleep,
};
use tower::Service;

mod slots;
mod stream;

use slots::Slots;
pub use slots::default_max;
use stream::{Connection, set_tcp_options};

/// How long a connection may take to send the head of its next request. This also closes idle ones.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait after the operating system has refused to accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The response when all connections are in use.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
                      content-type: text/plain\r\ncontent-length: 45\r\n\r\n\
                      Too many connections: try again in a moment.\n";

/// Serves connections until `stop` ends. Then waits for the requests that are running.
pub async fn serve(listener: TcpListener, app: Router, max: usize, stop: impl Future<Output = ()>) {
    let slots = Slots::new(max);
    // Each connection has a receiver, which it drops when it has ended.
    let (stopping, _) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        if let Err(error) = set_tcp_options(&stream) {
            tracing::warn!(%error, "the TCP options of a connection could not be set");
        }
        match slots.take().await {
            Some(slot) => serve_one(
                stream,
                peer,
                app.clone(),
                &slots,
                slot,
                stopping.subscribe(),
            ),
            None => refuse(&stream, max),
        }
    }
    drop(listener);
    stopping.send_replace(true);
    stopping.closed().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn refuse(stream: &TcpStream, max: usize) {
    tracing::warn!(max, "a connection was refused, because all are in use");
    // A new connection has room for this. If not, the browser sees that it was closed.
    if let Err(error) = stream.try_write(BUSY) {
        tracing::debug!(%error, "a refused connection was not told");
    }
}

fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    slots: &Slots,
    slot: OwnedSemaphorePermit,
    mut stopping: watch::Receiver<bool>,
) {
    let (close, closed) = oneshot::channel();
    let id = slots.unused.add(close);
    let serving = slots.clone();
    let service = service_fn(move |request| {
        serving.unused.remove(id);
        respond(app.clone(), request, peer, serving.clone())
    });
    let stream = Connection {
        stream,
        _slot: slot,
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let unused = slots.unused.clone();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = select! {
            ended = &mut connection => ended,
            // This pattern does not match once there was a request.
            Ok(()) = closed => Ok(()),
            () = stopped(&mut stopping) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection failed");
        }
        unused.remove(id);
    });
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // It fails only when the server has ended.
    drop(stopping.wait_for(|stopping| *stopping).await);
}

async fn respond(
    mut app: Router,
    mut request: hyper::Request<Incoming>,
    peer: SocketAddr,
    slots: Slots,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let request: Request = request.map(Body::new);
    let mut response = app.call(request).await?;
    if slots.are_scarce() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response)
}
