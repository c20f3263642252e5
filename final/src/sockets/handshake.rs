//! The handshake: only pages of this chat may open a socket, and only for people who are
//! logged in.

use std::sync::Arc;

use axum::{
    extract::{OriginalUri, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};

use crate::{
    accounts::{Accounts, Authenticated},
    config::Config,
    error::{AppError, Refusal},
    ids::UserId,
    realtime::{PATH, Sockets, count, user_room},
};

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

/// Checks a request before it reaches Socket.IO, for both transports. The library does not
/// check `Origin`, and browsers let any site open a WebSocket to any other, with its cookies.
pub async fn check_handshake(
    State(accounts): State<Arc<Accounts>>,
    State(config): State<Arc<Config>>,
    State(sockets): State<Sockets>,
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
        let authenticated = authenticate(&accounts, request.headers())
            .await
            .map_err(refuse)?;
        let admitted = accounts.count_request(authenticated.user);
        admitted.map_err(|refusal| refuse(refusal.into()))?;
        check_connections(&sockets, authenticated.user).map_err(refuse)?;
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

async fn authenticate(accounts: &Accounts, headers: &HeaderMap) -> Result<Authenticated, AppError> {
    let found = accounts.find_session(headers).await?;
    let (session, user) = found.ok_or(AppError::LogInFirst)?;
    Ok(Authenticated {
        user,
        session: session.into(),
    })
}

/// How many connections one person may have. Each costs memory, even an idle one.
const MAX_CONNECTIONS: usize = 100;

/// Refuses a connection of someone who has too many.
fn check_connections(sockets: &Sockets, user: UserId) -> Result<(), AppError> {
    if count(sockets, user_room(user)) >= MAX_CONNECTIONS {
        return Err(Refusal::TooManyWindows.into());
    }
    Ok(())
}

/// Whether the request comes from a page of this chat. Browsers send `Origin` with every
/// WebSocket and POST; with a GET to the same site, they may send only `Referer`. A request
/// with neither header is not from one of our pages.
fn is_own_page(config: &Config, headers: &HeaderMap) -> bool {
    let sent = headers.get(header::ORIGIN).or(headers.get(header::REFERER));
    let Some(origin) = sent.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let Ok(origin) = origin.parse::<Uri>() else {
        return false;
    };
    let (Some(scheme), Some(authority)) = (origin.scheme_str(), origin.authority()) else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let is_host = host.is_some_and(|host| host.eq_ignore_ascii_case(authority.as_str()));
    let public = config.public_url.as_deref();
    is_host || public == Some(&format!("{scheme}://{authority}").to_lowercase())
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
