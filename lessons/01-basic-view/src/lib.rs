//! A chat that grows by one feature a lesson.

use axum::{Router, http::HeaderValue, http::header::CACHE_CONTROL, routing::get};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

pub mod server;
mod view;

/// Browser files of this lesson: read from disk, so an edit needs no rebuild.
const CLIENT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
/// Browser files that all lessons share.
const STATIC_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static");

/// The whole application.
pub fn app() -> Router {
    Router::new()
        .route("/", get(view::chat_page))
        .nest_service("/client", ServeDir::new(CLIENT_DIR))
        .nest_service("/static", ServeDir::new(STATIC_DIR))
        .fallback(view::not_found)
        // Without this a browser may show yesterday's file, or another
        // lesson's: they all come from the same address.
        .layer(SetResponseHeaderLayer::overriding(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
}
