//! What every page needs, whatever it is about.

use std::time::Duration;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Uri, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{
    csrf::CsrfLayer,
    set_header::SetResponseHeaderLayer,
    timeout::RequestBodyTimeoutLayer,
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::{Level, Span, info_span};

use crate::{accounts::sessions, config::Config, error::AppError, realtime, state::AppState};

pub mod address;
pub mod api;
pub mod assets;
pub mod form;
pub mod health;
pub mod metrics;
pub mod openapi;
pub mod pages;
pub mod problem;

/// The largest body; a form is far smaller. Uploads set their own.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// How long a body may stand still while it arrives. Uploads wait less.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// What a browser may load and where it may send forms: nothing inline, nothing
/// from elsewhere, in no other site's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                                       frame-ancestors 'none'; object-src 'none'";

/// Puts the features' pages into the shell: sessions around them, assets and
/// health beside them, headers and limits around all.
pub fn shell(pages: Router<AppState>, state: AppState) -> Router {
    let pages = pages
        .layer(from_fn(sessions::load))
        .layer(sessions::layer(&state));
    let all = Router::new()
        .merge(pages)
        .merge(assets::routes())
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(
            cross_site_protection(&state.config)
                .with_rejection_response(|_| Extension(FromElsewhere).into_response()),
        )
        .layer(from_fn(refuse_from_elsewhere));
    let all = all
        .layer(state.socket_layer.clone())
        .layer(from_fn_with_state(state.clone(), realtime::door));
    with_headers(all)
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(request_span)
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .with_state(state)
}

/// Marks a request that a page of another site has sent.
#[derive(Clone)]
struct FromElsewhere;

/// Says so in the form that is expected at the address.
async fn refuse_from_elsewhere(uri: Uri, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.extensions().get() {
        Some(FromElsewhere) => pages::error_at(&uri, AppError::CrossSite),
        None => response,
    }
}

/// Compares `Sec-Fetch-Site` and `Origin` with the host. Behind a proxy that
/// asks under another host, the public address counts as ours too.
fn cross_site_protection(config: &Config) -> CsrfLayer {
    let Some(url) = &config.public_url else {
        return CsrfLayer::new();
    };
    CsrfLayer::new()
        .add_trusted_origin(url)
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "the public URL is not used as an origin");
            CsrfLayer::new()
        })
}

fn with_headers<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For browsers that do not know frame-ancestors.
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with that a browser sends its own forms with
        // `Origin: null`, and they look as if they came from elsewhere.
        (header::REFERRER_POLICY, "same-origin"),
        // What one person saw must not come back for the next one with the
        // Back button. Assets say for themselves how long they keep.
        (header::CACHE_CONTROL, "no-store"),
    ];
    headers.into_iter().fold(router, |router, (name, value)| {
        router.layer(unless_present(name, value))
    })
}

fn unless_present(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// The path without its query, which may hold what people search for. No
/// headers: one is the session's cookie.
fn request_span(request: &Request) -> Span {
    info_span!("request", method = %request.method(), path = request.uri().path())
}
