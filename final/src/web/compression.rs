//! Compression of pages, scripts, styles and JSON.

use axum::http::{
    Extensions, HeaderMap, StatusCode, Version,
    header::{ACCEPT_RANGES, CONTENT_TYPE},
};
use tower_http::compression::{CompressionLayer, Predicate, predicate::SizeAbove};

/// A smaller response fits into one packet anyway.
const MIN_BYTES: u64 = 1024;

/// Compresses text for browsers that accept it. Uploads are served as they are: most of them are
/// compressed already, and a range counts the bytes of the file.
pub(super) fn layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(SizeAbove::new(MIN_BYTES).and(is_our_text))
}

fn is_our_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_text = content_type.starts_with("text/")
        || ["json", "javascript", "xml"]
            .iter()
            .any(|kind| content_type.contains(kind));
    // Only uploads can be had in parts.
    is_text && !headers.contains_key(ACCEPT_RANGES)
}
