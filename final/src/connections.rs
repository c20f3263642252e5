//! Accepts connections and serves them. Anyone can open a connection, so there is an upper number,
//! and nobody can hold one without sending a request.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header::CONNECTION},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    select,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
    time::{sleep, timeout},
};
use tower::Service;

/// How long a connection may take to send the head of its next request. This also closes idle ones.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection that was told to close may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait after the operating system has refused to accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long sent data may remain unacknowledged by TCP. Without this, the connection of a browser
/// that has stopped reading stays open for many minutes: the ping that would detect it waits
/// behind the unread data.
#[cfg(target_os = "linux")]
const UNREAD_TIMEOUT: Duration = Duration::from_secs(8);
/// Files that the program needs beside its connections: the database, uploads, downloads.
const OTHER_FILES: usize = 100;
/// How many connections there may be, if the operating system allows more files than that.
const DEFAULT_MAX: usize = 10_000;

/// The response when all connections are in use.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
                      content-type: text/plain\r\ncontent-length: 45\r\n\r\n\
                      Too many connections: try again in a moment.\n";

/// Serves connections until `stop` ends. Then waits for the requests that are running.
pub async fn serve(listener: TcpListener, app: Router, max: usize, stop: impl Future<Output = ()>) {
    let slots = Slots {
        max,
        free: Arc::new(Semaphore::new(max)),
        unused: Unused::default(),
    };
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

/// The upper number of connections, unless the configuration sets it: as many as the limit of open
/// files allows. This raises the limit first, as far as it may.
pub fn default_max() -> usize {
    open_files()
        .saturating_sub(OTHER_FILES)
        .clamp(1, DEFAULT_MAX)
}

#[cfg(unix)]
fn open_files() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    limit.current = limit.maximum;
    let files = match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.maximum,
        Err(_) => before,
    };
    files.map_or(usize::MAX, |files| {
        usize::try_from(files).unwrap_or(usize::MAX)
    })
}

#[cfg(not(unix))]
fn open_files() -> usize {
    usize::MAX
}

/// The connections that there may be.
#[derive(Clone)]
struct Slots {
    max: usize,
    free: Arc<Semaphore>,
    unused: Unused,
}

impl Slots {
    /// A slot for a new connection. If all are taken, this closes the connection that has waited
    /// longest for its first request. None if there is no such connection.
    async fn take(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(slot) = self.free.clone().try_acquire_owned() {
            return Some(slot);
        }
        self.unused.close_oldest()?;
        let freed = timeout(CLOSE_TIMEOUT, self.free.clone().acquire_owned());
        freed.await.ok()?.ok()
    }

    /// Whether connections are scarce, so that none is kept for a next request.
    fn are_scarce(&self) -> bool {
        self.free.available_permits() < self.max / 4
    }
}

/// The connections without a request yet, the oldest first, and how to close each.
#[derive(Clone, Default)]
struct Unused(Arc<Mutex<UnusedList>>);

#[derive(Default)]
struct UnusedList {
    last: u64,
    list: BTreeMap<u64, oneshot::Sender<()>>,
}

impl Unused {
    fn lock(&self) -> MutexGuard<'_, UnusedList> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, close: oneshot::Sender<()>) -> u64 {
        let mut unused = self.lock();
        unused.last += 1;
        let id = unused.last;
        unused.list.insert(id, close);
        id
    }

    fn remove(&self, id: u64) {
        self.lock().list.remove(&id);
    }

    fn close_oldest(&self) -> Option<()> {
        let (_, close) = self.lock().list.pop_first()?;
        // It fails if the connection is being closed already.
        close.send(()).ok()
    }
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

/// Sends small packets at once, and detects a browser that does not read.
fn set_tcp_options(stream: &TcpStream) -> io::Result<()> {
    // A chat sends small packets. Without this, TCP holds one back until the previous one is
    // acknowledged.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT))?;
    Ok(())
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

/// A connection in its slot. A WebSocket keeps both after its first request.
struct Connection {
    stream: TcpStream,
    _slot: OwnedSemaphorePermit,
}

impl Connection {
    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_packets_leave_at_once_and_a_browser_that_does_not_read_is_detected() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let _client = TcpStream::connect(address).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        set_tcp_options(&stream).unwrap();
        assert!(stream.nodelay().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(
            SockRef::from(&stream).tcp_user_timeout().unwrap(),
            Some(UNREAD_TIMEOUT)
        );
    }
}
