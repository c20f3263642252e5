//! Who may open a socket: a page of ours, of someone who is logged in.

use std::sync::Arc;

use axum::{
    extract::{OriginalUri, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};

use super::{PATH, user_room};
use crate::{
    accounts,
    config::Config,
    error::{AppError, Refusal},
    state::AppState,
};

/// What the two transports read.
const TRANSPORT_HEADERS: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::SEC_WEBSOCKET_KEY,
    header::SEC_WEBSOCKET_VERSION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Whoever the door has let in.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The person's number.
    pub user: i64,
    /// The log-in.
    pub session: Arc<str>,
}

/// Stands before the sockets, for both transports. The library does not look at
/// `Origin`, and browsers let every site open a WebSocket anywhere, with cookies.
pub async fn check(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Response> {
    if !request.uri().path().starts_with(PATH) {
        return Ok(next.run(request).await);
    }
    if !is_own_page(&state.config, request.headers()) {
        return Err(refuse(AppError::CrossSite));
    }
    // Later requests of a connection name it, and nobody else knows its name.
    if !names_connection(request.uri()) {
        let visitor = find_visitor(&state, request.headers())
            .await
            .map_err(refuse)?;
        check_windows(&state, visitor.user).map_err(refuse)?;
        request.extensions_mut().insert(visitor);
    }
    keep_little(&mut request);
    Ok(next.run(request).await)
}

/// The library keeps a connection's first request as long as the connection
/// lives. As it came, that is the cookie and the whole buffer that it was read
/// into: 16 KiB for each connection.
fn keep_little(request: &mut Request) {
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

async fn find_visitor(state: &AppState, headers: &HeaderMap) -> Result<Visitor, AppError> {
    let found = accounts::find_session(state, headers).await?;
    let (session, user) = found.ok_or(AppError::LogInFirst)?;
    Ok(Visitor {
        user,
        session: session.into(),
    })
}

/// How many windows one person may have open.
const MAX_WINDOWS: usize = 100;

/// Each connection costs memory, whether or not its page says anything.
fn check_windows(state: &AppState, user: i64) -> Result<(), AppError> {
    state.limits.asks.check(user)?;
    let open = state.io.within(user_room(user)).sockets().len();
    match open < MAX_WINDOWS {
        true => Ok(()),
        false => Err(Refusal::TooManyWindows.into()),
    }
}

/// Whether a page of this chat asks. Browsers name the page's origin with every
/// WebSocket and POST; with a GET of the same site they may name it only as the
/// referrer. Whoever names nothing is no browser with a page of ours.
fn is_own_page(config: &Config, headers: &HeaderMap) -> bool {
    let named = headers.get(header::ORIGIN).or(headers.get(header::REFERER));
    let Some(origin) = named.and_then(|value| value.to_str().ok()) else {
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

fn names_connection(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or("");
    query.split('&').any(|pair| pair.starts_with("sid="))
}

/// A plain status and sentence: a script reads it, not a person.
fn refuse(error: AppError) -> Response {
    error.log();
    error.respond_with(error.to_string())
}
