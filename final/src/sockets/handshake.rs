//! The handshake: only pages of this chat may open a socket, and only for people who are
//! logged in.

use std::sync::Arc;

use axum::{
    extract::{OriginalUri, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Uri,
        header::{self, AsHeaderName},
    },
    middleware::Next,
    response::Response,
};

use crate::{accounts::Accounts, config::Config, error::AppError, realtime::PATH};

/// The headers that the two transports read.
const TRANSPORT_HEADERS: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::SEC_WEBSOCKET_KEY,
    header::SEC_WEBSOCKET_VERSION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Where a browser says whether a request comes from a page of the same origin.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Checks a request before it reaches Socket.IO, for both transports. The library does not
/// check `Origin`, and browsers let any site open a WebSocket to any other, with its cookies.
pub async fn check_handshake(
    State(accounts): State<Arc<Accounts>>,
    State(config): State<Arc<Config>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Response> {
    if !request.uri().path().starts_with(PATH) {
        return Ok(next.run(request).await);
    }
    if !is_own_page(&config, request.headers()) {
        return Err(refuse(AppError::CrossSite));
    }
    // Later requests carry the connection's `sid`, which nobody else knows.
    if !has_sid(request.uri()) {
        let authenticated = accounts.authenticate(request.headers());
        let authenticated = authenticated.await.map_err(refuse)?;
        request.extensions_mut().insert(authenticated);
    }
    shrink(&mut request);
    Ok(next.run(request).await)
}

/// The library holds a connection's first request as long as the connection lives. Unchanged,
/// that would be the cookie and the whole buffer it was read into: 16 KiB for each connection.
fn shrink(request: &mut Request) {
    let headers = request.headers();
    let copies = TRANSPORT_HEADERS.iter().filter_map(|name| {
        let value = HeaderValue::from_bytes(headers.get(name)?.as_bytes());
        Some((name.clone(), value.ok()?))
    });
    *request.headers_mut() = copies.collect();
    if let Ok(uri) = request.uri().to_string().parse() {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().remove::<OriginalUri>();
}

/// Whether the request comes from a page of this chat. A browser that knows `Sec-Fetch-Site` says
/// so itself, and no page can change that header. The others send `Origin` with every WebSocket and
/// POST; with a GET to the same site, they may send only `Referer`. A request with none of these
/// headers is not from one of our pages.
fn is_own_page(config: &Config, headers: &HeaderMap) -> bool {
    if text(headers, SEC_FETCH_SITE) == Some("same-origin") {
        return true;
    }
    let sent = text(headers, header::ORIGIN).or(text(headers, header::REFERER));
    let origin = sent.and_then(|origin| origin.parse::<Uri>().ok());
    let parts = origin.as_ref().and_then(|origin| {
        let scheme = origin.scheme_str()?;
        Some((scheme, origin.authority()?.as_str()))
    });
    let Some((scheme, authority)) = parts else {
        return false;
    };
    let host = text(headers, header::HOST);
    let is_host = host.is_some_and(|host| host.eq_ignore_ascii_case(authority));
    let public = config.public_url.as_deref();
    let is_own = is_host || public == Some(&format!("{scheme}://{authority}").to_lowercase());
    if !is_own {
        tracing::warn!(
            origin = %format_args!("{scheme}://{authority}"), host, public,
            "a socket was refused, because its page is at another address than the request's Host \
             and --public-url: if the page is yours, let the proxy forward Host, or set --public-url"
        );
    }
    is_own
}

fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn has_sid(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or("");
    query.split('&').any(|pair| pair.starts_with("sid="))
}

/// A status and a sentence instead of a page: the response goes to a script.
fn refuse(error: AppError) -> Response {
    error.log();
    error.respond_with(error.to_string())
}
