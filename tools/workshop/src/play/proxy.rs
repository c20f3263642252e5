//! The proxy between one user's browser and the server. It passes on everything that
//! either of them sends.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
    serve::ListenerExt,
};
use hyper::{client::conn::http1, upgrade};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{
    cookies,
    frame::{Direction, Transport},
    packet_recorder::PacketRecorder,
    tap::tap,
    tunnel,
};

/// A local port through which one user reaches the server. Dropping this value closes
/// the port.
#[derive(Debug)]
pub struct Proxy {
    /// The port that it listens on.
    pub port: u16,
    _running: watch::Sender<()>,
}

/// The state that is needed to pass on a request.
struct Link {
    server: SocketAddr,
    /// The `Host` headers that the proxy accepts.
    hosts: [String; 2],
    /// The owner of the cookies that pass through.
    owner: String,
    recorder: PacketRecorder,
    running: watch::Receiver<()>,
}

impl Proxy {
    /// Opens a port in front of the server, for one owner of cookies.
    pub async fn start(
        server: SocketAddr,
        owner: String,
        recorder: PacketRecorder,
    ) -> io::Result<Proxy> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let (sender, running) = watch::channel(());
        let link = Arc::new(Link {
            server,
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            owner,
            recorder,
            running: running.clone(),
        });
        let app = Router::new().fallback(forward).with_state(link);
        // Fails only if the connection is already closed.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let serving = axum::serve(listener, app).with_graceful_shutdown(ended(running));
        tokio::spawn(serving.into_future());
        Ok(Proxy {
            port,
            _running: sender,
        })
    }
}

async fn ended(mut running: watch::Receiver<()>) {
    // Nothing is ever sent: this returns an error when the sender is dropped.
    let _ = running.changed().await;
}

async fn forward(State(link): State<Arc<Link>>, request: Request) -> Response {
    if !link.is_called_right(request.headers()) {
        let words = "This address is for the workshop's own pages.\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let passed = tokio::select! {
        answer = link.clone().pass_on(request) => answer,
        () = ended(link.running.clone()) => Err("it was stopped".into()),
    };
    passed.unwrap_or_else(|error| {
        let words = format!("The chat does not answer: {error}.\n");
        (StatusCode::BAD_GATEWAY, words).into_response()
    })
}

impl Link {
    /// Whether the `Host` header is the proxy's own. A foreign page could make its own host
    /// name point to this machine.
    fn is_called_right(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
        let mut hosts = self.hosts.iter();
        host.is_some_and(|host| hosts.any(|known| known.as_bytes() == host))
    }

    async fn pass_on(self: Arc<Self>, mut request: Request) -> Result<Response, axum::BoxError> {
        let transport = transport(request.uri());
        cookies::unmark(request.headers_mut(), &self.owner);
        let browser = upgrade::on(&mut request);
        if transport == Some(Transport::WebSocket) {
            self.see_head(Direction::Out, &request_line(&request), request.headers());
        }
        if transport == Some(Transport::Polling) {
            request = self.clone().watch_posted(request);
        }

        let mut answer = self.ask_server(request).await?;
        cookies::mark(answer.headers_mut(), &self.owner);
        if transport == Some(Transport::WebSocket) {
            let status = answer.status().to_string();
            self.see_head(Direction::In, &status, answer.headers());
        }
        if transport == Some(Transport::Polling) {
            return Ok(self.watch_polled(answer));
        }
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let server = upgrade::on(&mut answer);
            tokio::spawn(async move {
                let recorder = transport.map(|_| &self.recorder);
                tokio::select! {
                    () = tunnel::join(browser, server, recorder) => {}
                    () = ended(self.running.clone()) => {}
                }
            });
        }
        Ok(answer)
    }

    /// Sends a request to the server on a connection of its own, so that a request that
    /// the browser cancels also ends at the server.
    async fn ask_server(&self, mut request: Request) -> Result<Response, axum::BoxError> {
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = path.unwrap_or(PathAndQuery::from_static("/")).into();
        let stream = TcpStream::connect(self.server).await?;
        stream.set_nodelay(true)?;
        let (mut requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection.with_upgrades());
        Ok(requests.send_request(request).await?.map(Body::new))
    }

    fn see_head(&self, direction: Direction, first_line: &str, headers: &HeaderMap) {
        let about_it = |name: &str| {
            ["connection", "upgrade"].contains(&name) || name.starts_with("sec-websocket")
        };
        let headers = headers.iter().filter(|(name, _)| about_it(name.as_str()));
        let lines = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            format!("\n{name}: {value}")
        });
        let text = first_line.to_owned() + &lines.collect::<String>();
        let event = match direction {
            Direction::Out => "upgrade request",
            Direction::In => "upgrade answer",
        };
        self.recorder
            .http(direction, Transport::WebSocket, event, &text);
    }

    fn watch_posted(self: Arc<Self>, request: Request) -> Request {
        if request.method() != hyper::Method::POST {
            return request;
        }
        request.map(|body| {
            tap(body, move |sent| {
                self.recorder.payload(Direction::Out, sent)
            })
        })
    }

    fn watch_polled(self: Arc<Self>, answer: Response) -> Response {
        let status = answer.status();
        let encoding = answer.headers().get(header::CONTENT_ENCODING).cloned();
        let show = move |body: &[u8]| self.see_polled(status, encoding, body);
        answer.map(|body| tap(body, show))
    }

    fn see_polled(&self, status: StatusCode, encoding: Option<HeaderValue>, body: &[u8]) {
        let (direction, transport) = (Direction::In, Transport::Polling);
        if !status.is_success() {
            let text = format!("{status}\n\n{}", String::from_utf8_lossy(body));
            let event = format!("HTTP {}", status.as_u16());
            self.recorder.http(direction, transport, &event, &text);
        } else if let Some(encoding) = encoding {
            let problem = format!(
                "it is compressed: {}",
                String::from_utf8_lossy(encoding.as_bytes())
            );
            self.recorder
                .unreadable(direction, transport, problem, body);
        } else if body != b"ok" {
            // `ok` is the response to a POST, not a packet.
            self.recorder.payload(direction, body);
        }
    }
}

/// The transport in the query of an Engine.IO request, whatever its path.
fn transport(uri: &Uri) -> Option<Transport> {
    let query = uri.query()?;
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    value("EIO")?;
    match value("transport")? {
        "polling" => Some(Transport::Polling),
        "websocket" => Some(Transport::WebSocket),
        _ => None,
    }
}

fn request_line(request: &Request) -> String {
    let (method, uri) = (request.method(), request.uri());
    format!("{method} {uri} {:?}", request.version())
}
