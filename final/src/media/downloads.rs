//! Sends whole files or ranges. The caller has checked that the person may read the file.

use std::ops::Range;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, Method, StatusCode,
        header::{
            ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
        },
    },
    response::{IntoResponse, Response},
};
use http_range_header::parse_range_header;
use object_store::GetResult;

use super::{
    Media,
    kinds::Kind,
    model::{File, thumbnail_name},
    names,
};
use crate::error::AppError;

/// Other sites cannot show the chat's files, even to people who are logged in.
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// If a browser shows a file as a page nevertheless, the page runs no scripts, loads nothing, and
/// belongs to no site.
const SANDBOX: &str = "sandbox; default-src 'none'";

/// The browser revalidates the file each time, which costs a 304: a person may lose access when a
/// message is deleted or when they leave a channel.
const REVALIDATE: &str = "private, no-cache";
/// A profile picture is shown beside every message, and a new picture has a new address. A removed
/// picture may still be visible for an hour.
const CACHE_FOR_AN_HOUR: &str = "private, max-age=3600";

/// The headers that all responses about a file have.
type CommonHeaders = [(HeaderName, String); 4];

/// The part of a file that a request is for.
enum Part {
    Whole,
    Some(Range<u64>),
    Unsatisfiable,
}

/// The people who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner, and the people who may read its message.
    Restricted,
    /// Everyone who is logged in, because it is a profile picture.
    Everyone,
}

impl Media {
    /// Sends a file, or the range of it that the headers ask for.
    pub(crate) async fn send_original(
        &self,
        file: File,
        readers: Readers,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Response, AppError> {
        let id = &file.storage_name;
        let common = common_headers(id, readers);
        if is_cached(headers, &common) {
            return Ok((StatusCode::NOT_MODIFIED, common).into_response());
        }
        let size = file.bytes.cast_unsigned();
        let response = match requested_part(method, headers, &common, size) {
            Part::Unsatisfiable => unsatisfiable(size),
            Part::Whole => whole(self.open_bytes(id, None).await?),
            Part::Some(range) => partial(self.open_bytes(id, Some(range)).await?),
        };
        let about = [
            (CONTENT_DISPOSITION, disposition(&file)),
            (CONTENT_TYPE, file.content_type),
            (ACCEPT_RANGES, "bytes".to_owned()),
        ];
        Ok((common, about, response).into_response())
    }

    /// Sends the thumbnail of a picture.
    pub(crate) async fn send_thumbnail(
        &self,
        file: File,
        readers: Readers,
        headers: &HeaderMap,
    ) -> Result<Response, AppError> {
        let content_type = file.thumbnail_type.ok_or(AppError::NotFound)?;
        let name = thumbnail_name(&file.storage_name);
        let common = common_headers(&name, readers);
        if is_cached(headers, &common) {
            return Ok((StatusCode::NOT_MODIFIED, common).into_response());
        }
        let response = whole(self.open_bytes(&name, None).await?);
        let about = [
            (CONTENT_DISPOSITION, "inline".to_owned()),
            (CONTENT_TYPE, content_type),
        ];
        Ok((common, about, response).into_response())
    }
}

/// The headers of all responses about a file. The bytes behind a name never change, so the name
/// serves as the entity tag.
fn common_headers(name: &str, readers: Readers) -> CommonHeaders {
    let cache = match readers {
        Readers::Everyone => CACHE_FOR_AN_HOUR,
        Readers::Restricted => REVALIDATE,
    };
    [
        (ETAG, format!("\"{name}\"")),
        (CACHE_CONTROL, cache.to_owned()),
        (CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin".to_owned()),
    ]
}

/// Whether the browser has these bytes in its cache.
fn is_cached(headers: &HeaderMap, [(_, etag), ..]: &CommonHeaders) -> bool {
    let cached = headers
        .get(IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    cached.is_some_and(|tags| {
        let mut tags = tags
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == etag || tag == "*")
    })
}

/// The part to send. The whole file is the response to several ranges at once, to a range that
/// cannot be read, and to a range of another version, as RFC 9110 allows.
fn requested_part(
    method: &Method,
    headers: &HeaderMap,
    [(_, etag), ..]: &CommonHeaders,
    size: u64,
) -> Part {
    let is_same = headers.get(IF_RANGE).is_none_or(|tag| tag == etag);
    let range = headers
        .get(RANGE)
        .filter(|_| method == Method::GET && is_same);
    let range = range.and_then(|range| parse_range_header(range.to_str().ok()?).ok());
    let Some(range) = range else {
        return Part::Whole;
    };
    match range.validate(size).as_deref() {
        Ok([range]) => Part::Some(*range.start()..range.end() + 1),
        Ok(_) => Part::Whole,
        Err(_) => Part::Unsatisfiable,
    }
}

fn whole(found: GetResult) -> Response {
    let length = (CONTENT_LENGTH, found.meta.size.to_string());
    ([length], Body::from_stream(found.into_stream())).into_response()
}

fn partial(found: GetResult) -> Response {
    let Range { start, end } = found.range;
    let headers = [
        (CONTENT_LENGTH, (end - start).to_string()),
        (
            CONTENT_RANGE,
            format!("bytes {start}-{}/{}", end - 1, found.meta.size),
        ),
    ];
    let body = Body::from_stream(found.into_stream());
    (StatusCode::PARTIAL_CONTENT, headers, body).into_response()
}

fn unsatisfiable(size: u64) -> Response {
    let headers = [(CONTENT_RANGE, format!("bytes */{size}"))];
    (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response()
}

fn disposition(file: &File) -> String {
    match file.kind {
        Kind::File => names::disposition("attachment", &file.name),
        _ => names::disposition("inline", &file.name),
    }
}
