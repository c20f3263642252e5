//! A small HTTP client: it fetches pages, and carries the polling transport.

use std::error::Error;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{HeaderMap, Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Anything that can go wrong on a connection; it ends in a test's failure text.
pub(crate) type ConnectionError = Box<dyn Error + Send + Sync>;

/// An HTTP answer.
#[derive(Debug, Clone)]
pub struct Page {
    /// The status code, for example 200.
    pub status: u16,
    /// The body as text.
    pub body: String,
    headers: HeaderMap,
}

impl Page {
    /// The value of a header, whatever the case of `name`; the first one if
    /// there are several, none if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// One connection to the server, kept open between requests.
pub(crate) struct Http {
    address: SocketAddr,
    headers: HeaderMap,
    requests: SendRequest<Full<Bytes>>,
}

impl Http {
    pub async fn connect(address: SocketAddr) -> Result<Http, ConnectionError> {
        let requests = open(address).await?;
        Ok(Http {
            address,
            headers: HeaderMap::new(),
            requests,
        })
    }

    /// Sends these headers with every request.
    pub fn with_headers(mut self, headers: &HeaderMap) -> Http {
        self.headers = headers.clone();
        self
    }

    pub async fn get(&mut self, path: &str) -> Result<Page, ConnectionError> {
        self.send(Method::GET, path, String::new()).await
    }

    pub async fn post(&mut self, path: &str, body: String) -> Result<Page, ConnectionError> {
        self.send(Method::POST, path, body).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: String,
    ) -> Result<Page, ConnectionError> {
        // The server may close a connection after any answer.
        if self.requests.ready().await.is_err() {
            self.requests = open(self.address).await?;
        }
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .body(Full::from(body))?;
        request.headers_mut().extend(self.headers.clone());
        let (head, body) = self.requests.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Page {
            status: head.status.as_u16(),
            body: String::from_utf8_lossy(&body).into_owned(),
            headers: head.headers,
        })
    }
}

async fn open(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, ConnectionError> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Moves the bytes; ends by itself when `requests` is dropped.
    tokio::spawn(connection);
    Ok(requests)
}
