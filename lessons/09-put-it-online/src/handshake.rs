//! The handshake: only the chat's own pages, under its own name, open a socket.

use std::net::IpAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// Puts the checks in front of `app`. `public_url` is the address that browsers use if there is a proxy.
pub fn protect(app: Router, public_url: Option<String>) -> Router {
    app.layer(middleware::from_fn_with_state(
        public_url.clone(),
        check_origin,
    ))
    .layer(middleware::from_fn_with_state(public_url, check_host))
}

/// Refuses a socket for the page of another site. A browser lets any page connect to any server,
/// and says in `Origin` where the page is from; the server must look.
async fn check_origin(
    State(public_url): State<Option<String>>,
    request: Request,
    next: Next,
) -> Response {
    let is_socket = request.uri().path().starts_with("/socket.io");
    if is_socket && !is_own_page(request.headers(), public_url.as_deref()) {
        return (StatusCode::FORBIDDEN, "this page belongs to another site\n").into_response();
    }
    next.run(request).await
}

fn is_own_page(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    // A GET of the chat's own page has none, nor has a program such as curl. A page from another
    // site that wants to read the response cannot leave it out.
    let Some(origin) = text(headers, header::ORIGIN) else {
        return true;
    };
    let host = text(headers, header::HOST);
    let of_page = origin.split_once("://").map(|(_scheme, host)| host);
    let is_own = public_url == Some(origin) || (of_page.is_some() && of_page == host);
    if !is_own {
        tracing::warn!(origin, host, public_url, "refused a page from another site");
    }
    is_own
}

/// A header as text. One that is no text, which no browser sends, counts as empty.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    Some(headers.get(name)?.to_str().unwrap_or_default())
}

/// Refuses requests under a name that is not the chat's.
async fn check_host(
    State(public_url): State<Option<String>>,
    request: Request,
    next: Next,
) -> Response {
    if is_own_host(request.headers(), public_url.as_deref()) {
        return next.run(request).await;
    }
    let reason = "the chat has another name: set it with --public-url\n";
    (StatusCode::MISDIRECTED_REQUEST, reason).into_response()
}

fn is_own_host(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let sent = text(headers, header::HOST).unwrap_or_default();
    let is_public = public_url.is_some_and(|url| url.ends_with(&format!("://{sent}")));
    // Nobody can make an address, or `localhost`, lead to another machine.
    let is_local = sent.parse().is_ok_and(|sent: Authority| {
        let name = sent.host().trim_matches(['[', ']']);
        name == "localhost" || name.parse::<IpAddr>().is_ok()
    });
    if !is_public && !is_local {
        tracing::warn!(host = sent, public_url, "refused another name");
    }
    is_public || is_local
}
