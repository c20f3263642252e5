//! Sends whole files or ranges. The caller has checked that the person may read the file.

use std::ops::Range;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE,
        },
    },
    response::{IntoResponse, Response},
};
use axum_extra::{
    TypedHeader,
    headers::{
        AcceptRanges, ContentLength, ContentRange, ETag, HeaderMapExt, IfNoneMatch, IfRange,
    },
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
type CommonHeaders = [(HeaderName, &'static str); 3];

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
        let etag = etag(id);
        let common = (TypedHeader(etag.clone()), common_headers(readers));
        if is_cached(headers, &etag) {
            return Ok((StatusCode::NOT_MODIFIED, common).into_response());
        }
        let size = file.bytes.cast_unsigned();
        let response = match requested_part(method, headers, &etag, size) {
            Part::Unsatisfiable => unsatisfiable(size),
            Part::Whole => whole(self.open_bytes(id, None).await?),
            Part::Some(range) => partial(self.open_bytes(id, Some(range)).await?),
        };
        let about = [
            (CONTENT_DISPOSITION, disposition(&file)),
            (CONTENT_TYPE, file.content_type),
        ];
        let ranges = TypedHeader(AcceptRanges::bytes());
        Ok((common.0, common.1, ranges, about, response).into_response())
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
        let etag = etag(&name);
        let is_cached = is_cached(headers, &etag);
        let common = (TypedHeader(etag), common_headers(readers));
        if is_cached {
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

/// The bytes behind a name never change, so the name serves as the entity tag.
fn etag(name: &str) -> ETag {
    #[expect(
        clippy::expect_used,
        reason = "a storage name has only letters, digits and hyphens"
    )]
    format!("\"{name}\"").parse().expect("the tag is valid")
}

/// The headers of all responses about a file.
fn common_headers(readers: Readers) -> CommonHeaders {
    let cache = match readers {
        Readers::Everyone => CACHE_FOR_AN_HOUR,
        Readers::Restricted => REVALIDATE,
    };
    [
        (CACHE_CONTROL, cache),
        (CONTENT_SECURITY_POLICY, SANDBOX),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ]
}

/// Whether the browser has these bytes in its cache. A condition that cannot be read is ignored.
fn is_cached(headers: &HeaderMap, etag: &ETag) -> bool {
    let cached = headers.typed_get::<IfNoneMatch>();
    cached.is_some_and(|cached| !cached.precondition_passes(etag))
}

/// The part to send. The whole file is the response to several ranges at once, to a range that
/// cannot be read, to a range of another version, and to any range of an empty file, as RFC 9110
/// allows.
fn requested_part(method: &Method, headers: &HeaderMap, etag: &ETag, size: u64) -> Part {
    let is_same = match headers.typed_try_get::<IfRange>() {
        Ok(Some(version)) => !version.is_modified(Some(etag), None),
        Ok(None) => true,
        Err(_) => false,
    };
    let range = headers
        .get(RANGE)
        .filter(|_| method == Method::GET && is_same && size > 0);
    // The typed header does not tell a range that cannot be read from one that does not exist.
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
    let length = TypedHeader(ContentLength(found.meta.size));
    (length, Body::from_stream(found.into_stream())).into_response()
}

fn partial(found: GetResult) -> Response {
    let Range { start, end } = found.range;
    let length = TypedHeader(ContentLength(end - start));
    #[expect(
        clippy::expect_used,
        reason = "the store has found bytes in this range, so it is neither empty nor too long"
    )]
    let range = ContentRange::bytes(start..end, found.meta.size).expect("the range is valid");
    let body = Body::from_stream(found.into_stream());
    (
        StatusCode::PARTIAL_CONTENT,
        length,
        TypedHeader(range),
        body,
    )
        .into_response()
}

fn unsatisfiable(size: u64) -> Response {
    let range = TypedHeader(ContentRange::unsatisfied_bytes(size));
    (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response()
}

fn disposition(file: &File) -> String {
    match file.kind {
        Kind::File => names::disposition("attachment", &file.name),
        _ => names::disposition("inline", &file.name),
    }
}
