//! Shared by all pages: headers, limits, assets, health checks, errors.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRef, Request, State},
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

use crate::{config::Config, error::AppError, storage::Db};

pub(crate) mod address;
pub(crate) mod api;
pub mod assets;
pub(crate) mod compression;
pub(crate) mod form;
mod health;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod pages;
pub(crate) mod problem;
pub(crate) mod tls;

/// The largest request body; forms are far smaller. Uploads have their own limit.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// How long a request body may pause while it arrives. Uploads have a shorter limit.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// No inline scripts or styles, nothing from other sites, no forms to other sites, and no other
/// site may show a page in a frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                                       frame-ancestors 'none'; object-src 'none'";

/// Adds assets and health checks to the features' pages, and wraps all of them in limits.
pub(crate) fn with_limits<S>(pages: Router<S>, config: &Arc<Config>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Db: FromRef<S>,
{
    let pages = pages.layer(from_fn(pages::explain_empty));
    Router::new()
        .merge(pages)
        .merge(assets::routes())
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .layer(health::OneAtATime::default())
        .fallback(pages::not_found)
        .method_not_allowed_fallback(pages::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(
            cross_site_protection(config)
                .with_rejection_response(|_| Extension(CrossSite).into_response()),
        )
        .layer(from_fn(refuse_cross_site))
        .layer(from_fn_with_state(config.clone(), refuse_insecure))
        .layer(compression::layer())
}

/// Marks the response to a request from a page of another site.
#[derive(Clone)]
struct CrossSite;

/// Turns a marked response into an error page or a problem, depending on the address.
async fn refuse_cross_site(uri: Uri, request: Request, next: Next) -> Response {
    let origin = text(&request, header::ORIGIN);
    let host = text(&request, header::HOST);
    let response = next.run(request).await;
    match response.extensions().get() {
        Some(CrossSite) => {
            tracing::warn!(
                origin,
                host,
                "a form was refused, because its page is at another address than the request's Host \
                 and --public-url: if the page is yours, let the proxy forward Host, or set --public-url"
            );
            pages::error_at(&uri, AppError::CrossSite)
        }
        None => response,
    }
}

fn text(request: &Request, name: HeaderName) -> Option<String> {
    Some(request.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Refuses a form of a page over HTTP, when cookies are only for HTTPS: without the cookie, a log-in
/// would end on the landing page again, without a word.
async fn refuse_insecure(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let is_insecure = origin.is_some_and(|origin| origin.as_bytes().starts_with(b"http://"));
    match &config.public_url {
        Some(url) if is_insecure && config.is_https() => {
            tracing::warn!(
                ?origin,
                public = url,
                "a page was opened over HTTP, but --public-url is HTTPS"
            );
            pages::error_at(request.uri(), AppError::InsecurePage(url.clone()))
        }
        _ => next.run(request).await,
    }
}

/// Compares `Sec-Fetch-Site` and `Origin` with the host. A proxy may forward requests under another
/// host, so the public address is trusted, too.
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

/// Wraps everything, sockets included, in headers and logs each request.
pub(crate) fn with_headers<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // For browsers that do not know frame-ancestors.
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with that, a browser sends our own forms with
        // `Origin: null`, as if they came from another site.
        (header::REFERRER_POLICY, "same-origin"),
        // After a log-out, the Back button must not show the pages again to the
        // next person. Assets set their own header.
        (header::CACHE_CONTROL, "no-store"),
    ];
    let router = headers.into_iter().fold(router, |router, (name, value)| {
        router.layer(unless_present(name, value))
    });
    router.layer(
        TraceLayer::new_for_http()
            .make_span_with(request_span)
            .on_response(DefaultOnResponse::new().level(Level::INFO)),
    )
}

fn unless_present(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Logs the path without the query, which may have what people search for, and without headers,
/// which have the session cookie.
fn request_span(request: &Request) -> Span {
    info_span!("request", method = %request.method(), path = request.uri().path())
}
