//! A browser, as the server sees it: it stores cookies, and sends forms with their origin.

use std::{collections::BTreeMap, fmt::Write, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, header::SET_COOKIE},
    response::Response,
};
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::description;

const ORIGIN: &str = "http://chat.test";

#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookies: BTreeMap<String, String>,
    /// The address of the client.
    pub address: SocketAddr,
    /// Headers that a test adds to every request.
    pub headers: Vec<(&'static str, String)>,
    /// The origin of the page that sends the forms.
    pub origin: &'static str,
}

/// A response.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// The body of a response that is not text.
    pub bytes: Vec<u8>,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            address: ([192, 0, 2, 1], 50_000).into(),
            headers: Vec::new(),
            origin: ORIGIN,
        }
    }

    /// From now on, sends its requests to a running program.
    pub fn visit(&mut self, address: SocketAddr) {
        self.router = Router::new().fallback(async move |request| forward(address, request).await);
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", self.origin)
            .body(body.join("&").into())
            .unwrap();
        self.send(request).await
    }

    /// Sends a request to the JSON API, like a script of the page.
    pub async fn fetch(&mut self, method: &str, path: &str, body: &Value) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .header("origin", self.origin)
            .body(body.to_string().into())
            .unwrap();
        self.send(request).await
    }

    pub async fn sign_up(&mut self, name: &str, password: &str) -> Page {
        self.post("/sign-up", &[("name", name), ("password", password)])
            .await
    }

    pub async fn log_in(&mut self, name: &str, password: &str) -> Page {
        self.post("/log-in", &[("name", name), ("password", password)])
            .await
    }

    /// The value of the session cookie.
    pub fn session(&self) -> Option<&str> {
        self.cookies.values().next().map(String::as_str)
    }

    /// All cookies with their names: that of the session, and what a proxy has set.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        cookies.join("; ")
    }

    /// Whether the session is valid.
    pub async fn is_logged_in(&mut self) -> bool {
        let page = self.get("/home").await;
        assert!(page.status == 200 || page.location() == Some("/"));
        page.status == 200
    }

    /// Sends a request with the cookies and headers of this browser.
    pub async fn send(&mut self, mut request: Request<Body>) -> Page {
        let headers = request.headers_mut();
        headers.insert("host", "chat.test".parse().unwrap());
        for (name, value) in &self.headers {
            headers.insert(*name, value.parse().unwrap());
        }
        headers.insert("cookie", self.cookie().parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(self.address));
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let page = respond(&self.router, request).await;
        let is_api = ["/api/", "/files"].iter().any(|api| path.starts_with(api));
        if is_api && page.header("content-encoding").is_none() {
            description::check(&self.router, &method, &path, &page).await;
        }
        self.store_cookies(&page);
        page
    }

    fn store_cookies(&mut self, page: &Page) {
        for cookie in page.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The target of a redirect.
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The body for a snapshot: without the version of the assets, and without the id of the chat.
    pub fn stable(&self) -> String {
        let version = make_chat::web::assets::url("");
        let body = self.body.replace(&version, "/assets/[version]/");
        match self.chat_id() {
            Some(id) => body.replace(id, "[chat]"),
            None => body,
        }
    }

    /// The id of the chat in the page, if there is one.
    pub fn chat_id(&self) -> Option<&str> {
        let (_, rest) = self.body.split_once("data-chat=\"")?;
        Some(rest.split_once('"')?.0)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}

async fn forward(address: SocketAddr, request: Request<Body>) -> Response {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut requests, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    // Ends with the response.
    tokio::spawn(connection);
    let response = requests.send_request(request).await.unwrap();
    response.map(Body::new)
}

/// Sends a request as it is.
pub async fn respond(router: &Router, request: Request<Body>) -> Page {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Page {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        bytes: body.into(),
    }
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}
