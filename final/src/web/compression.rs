//! Compression of pages, scripts, styles and JSON: of each response for itself, or once for many.

use std::convert::Infallible;

use axum::{
    body::Bytes,
    extract::FromRequestParts,
    http::{
        Extensions, HeaderMap, HeaderName, StatusCode, Version,
        header::{ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_TYPE, VARY},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use brotli::enc::BrotliEncoderParams;
use serde::Serialize;
use tower_http::compression::{CompressionLayer, Predicate, predicate::SizeAbove};

/// A smaller response fits into one packet anyway.
const MIN_BYTES: u64 = 1024;
/// The compression looks this far back: 256 KiB, more than any of our scripts has. With the
/// default of 4 MiB, it takes 60 MB of memory, and some of it is never returned to the system.
const WINDOW_BITS: i32 = 18;
/// Brotli's best quality, which takes a second for all scripts and styles.
pub(super) const BEST: i32 = 11;
/// A list of 4,000 people takes a few milliseconds.
const QUICK: i32 = 4;
/// The headers of a response that [`brotli_of`] has compressed.
pub(super) const BROTLI: [(HeaderName, &str); 2] =
    [(CONTENT_ENCODING, "br"), (VARY, "accept-encoding")];

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

/// Whether the browser takes responses that are compressed with Brotli.
pub(crate) struct AcceptsBrotli(pub(super) bool);

impl<S: Sync> FromRequestParts<S> for AcceptsBrotli {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let accepted = parts.headers.get(ACCEPT_ENCODING);
        let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or("");
        // With a weight, as in `br;q=0`, the compression of all other responses decides.
        Ok(Self(
            accepted.split(',').any(|coding| coding.trim() == "br"),
        ))
    }
}

/// JSON for many requests, which is written and compressed only once. A clone shares it.
#[derive(Debug, Clone)]
pub(crate) struct SharedJson {
    json: Bytes,
    compressed: Bytes,
}

impl SharedJson {
    pub(crate) fn of(value: &impl Serialize) -> serde_json::Result<Self> {
        let json = serde_json::to_vec(value)?;
        Ok(Self {
            compressed: brotli_of(&json, QUICK).into(),
            json: json.into(),
        })
    }

    pub(crate) fn response(&self, AcceptsBrotli(accepts_brotli): AcceptsBrotli) -> Response {
        let headers = [(CONTENT_TYPE, "application/json")];
        match accepts_brotli {
            true => (headers, BROTLI, self.compressed.clone()).into_response(),
            false => (headers, self.json.clone()).into_response(),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "it fails only if reading or writing does, and this is memory"
)]
pub(super) fn brotli_of(bytes: &[u8], quality: i32) -> Vec<u8> {
    let mut compressed = Vec::new();
    let parameters = BrotliEncoderParams {
        quality,
        lgwin: WINDOW_BITS,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)
        .expect("memory can be read and written");
    compressed
}
