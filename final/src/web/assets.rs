//! Files that pages load, read from disk so that an edit needs no rebuild.

use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::state::AppState;

/// Browser files of the finished chat.
const CLIENT_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
/// Browser files that the lessons share with it.
const STATIC_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../static");

/// The addresses of all files.
pub fn routes() -> Router<AppState> {
    Router::new()
        .nest_service("/client", ServeDir::new(CLIENT_DIR))
        .nest_service("/static", ServeDir::new(STATIC_DIR))
        // A browser keeps them, and asks each time whether they have changed.
        .layer(SetResponseHeaderLayer::overriding(
            CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
}
