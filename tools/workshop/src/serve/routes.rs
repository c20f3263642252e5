//! All addresses of the workshop, and the layers around all responses.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware::from_fn_with_state,
    response::Redirect,
    routing::get,
};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use super::{
    Workshop, check, diff, error, glossary,
    guard::{self, Hosts},
    home, read, search, slides, sockets,
};
use crate::play;

/// Browser files of the workshop, read from disk.
const CLIENT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
/// Browser files that lessons and workshop share.
const STATIC_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static");

/// Limits what a page may load: nothing inline, nothing from elsewhere. A page may frame the
/// chats that it has started, each at a port of its own. Only the workshop may frame its
/// pages.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-src 'self' http://127.0.0.1:* http://localhost:*; frame-ancestors 'self'; \
     object-src 'none'";

/// The whole application, for browsers that use that port.
pub fn app(workshop: Workshop, port: u16) -> Router {
    let routes = Router::new()
        .route("/", get(home::page))
        .route("/glossary", get(glossary::page))
        .route("/search", get(search::page))
        .route("/lessons/{number}", get(first_tab))
        .route("/lessons/{number}/read", get(read::page))
        .route("/lessons/{number}/diff", get(diff::page))
        .route("/lessons/{number}/check", get(check::page))
        .route("/lessons/{number}/play", get(play::page::page))
        .route("/lessons/{number}/slides", get(slides::page))
        .route("/slides/{name}", get(slides::deck))
        .route("/slides/assets/{*name}", get(slides::asset))
        .nest_service(
            "/files/lessons",
            ServeDir::new(workshop.course.root.join("lessons")),
        )
        .nest_service("/client", ServeDir::new(CLIENT_DIR))
        .nest_service("/static", ServeDir::new(STATIC_DIR))
        .fallback(error::not_found)
        .layer(sockets::open(workshop.clone()));
    with_headers(routes)
        .layer(from_fn_with_state(Hosts::at(port), guard::check))
        .with_state(workshop)
}

async fn first_tab(error::Path(number): error::Path<u32>) -> Redirect {
    Redirect::to(&format!("/lessons/{number}/read"))
}

fn with_headers<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::REFERRER_POLICY, "same-origin"),
        // Lessons, progress and the workshop itself change on disk.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    headers.into_iter().fold(router, |router, (name, value)| {
        router.layer(unless_present(name, value))
    })
}

fn unless_present(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
