//! Refuses requests that do not come from a page of the workshop, or that use another host
//! name than this machine's own. Requests start programs, so no other page may send them.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SOCKETS: &str = "/socket.io";

/// The `Host` values that the workshop accepts: `127.0.0.1:4000`.
#[derive(Clone)]
pub struct Hosts(Arc<[String]>);

impl Hosts {
    /// The names of this machine, with that port.
    pub fn at(port: u16) -> Hosts {
        Hosts(
            ["127.0.0.1", "localhost"]
                .map(|name| format!("{name}:{port}"))
                .into(),
        )
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|host| host.eq_ignore_ascii_case(name))
    }
}

/// Runs before every handler. It stops two kinds of attack. In the first, a site's name
/// resolves to this machine, so a browser takes the workshop for that site: the name is in
/// `Host`. In the second, a page of another site sends forms or opens sockets here: the
/// site is in `Origin`. The socket library checks neither header.
pub async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !is_for(&hosts, &request) {
        let words = "the workshop answers under 127.0.0.1 and localhost only\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    let does_something =
        request.method() != Method::GET || request.uri().path().starts_with(SOCKETS);
    if does_something && !is_own_page(&hosts, headers) {
        let words = "only the workshop's own pages may do this\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    }
    next.run(request).await
}

fn is_for(hosts: &Hosts, request: &Request) -> bool {
    // A request may name the host in its first line, too; then both must match.
    let line = request.uri().authority().map(|name| name.as_str());
    let header = text(request.headers(), &header::HOST);
    header.is_some_and(|name| hosts.has(name)) && line.is_none_or(|name| hosts.has(name))
}

/// Browsers send the page's origin with every POST and every WebSocket; with other requests
/// they send at least whether the page is from the same site. A request with neither
/// header comes from a program that runs on this machine already.
fn is_own_page(hosts: &Hosts, headers: &HeaderMap) -> bool {
    if headers.contains_key(header::ORIGIN) {
        let origin = text(headers, &header::ORIGIN);
        let host = origin.and_then(|origin| origin.strip_prefix("http://"));
        return host.is_some_and(|host| hosts.has(host));
    }
    match text(headers, &SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => !headers.contains_key(SEC_FETCH_SITE),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
