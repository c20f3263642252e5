//! Gives files out, to whoever may read them, whole or in part.

use std::ops::Range;

use axum::{
    body::Body,
    extract::{Path, State},
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
    Readers, find_readable,
    kinds::Kind,
    model::{File, thumbnail_name},
    names,
};
use crate::{accounts::sessions::CurrentUser, error::AppError, state::AppState};

/// Other sites cannot show the chat's files, even to people who are logged in.
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Should a browser take a file for a page after all: it runs nothing, loads
/// nothing, and is of no site.
const SANDBOX: &str = "sandbox; default-src 'none'";

/// Asked for again each time, which costs a 304: the answer to whether one may
/// read it changes when a message is deleted or somebody leaves a channel.
const ASK_AGAIN: &str = "private, no-cache";
/// A profile picture stands beside every message, and another one has another
/// address; an hour is how long a removed one may still be seen.
const AN_HOUR: &str = "private, max-age=3600";

/// The headers that every answer about a file has.
type Guard = [(HeaderName, String); 4];

/// What of a file is asked for.
enum Part {
    Whole,
    Some(Range<u64>),
    /// No such range.
    Nothing,
}

/// A file, whole or in part
///
/// Who is not logged in is sent to the log-in form, as with every page.
#[utoipa::path(
    get,
    path = "/files/{id}",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "*/*", description = "the file"), (status = 206, description = "the part that `Range` names"), (status = 303, description = "log in first"), (status = 304, description = "the browser has it already"), (status = 404, description = "no such file, or none that may be read"), (status = 416, description = "it has no such part"))
)]
pub async fn original(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let (file, readers) = find_readable(&state.db, &user, &id).await?;
    let guard = guard(&id, readers);
    if is_known(&headers, &guard) {
        return Ok((StatusCode::NOT_MODIFIED, guard).into_response());
    }
    let size = file.bytes.cast_unsigned();
    let response = match asked(&method, &headers, &guard, size) {
        Part::Nothing => unsatisfiable(size),
        Part::Whole => whole(state.media.open_bytes(&id, None).await?),
        Part::Some(range) => partial(state.media.open_bytes(&id, Some(range)).await?),
    };
    let about = [
        (CONTENT_DISPOSITION, disposition(&file)),
        (CONTENT_TYPE, file.content_type),
        (ACCEPT_RANGES, "bytes".to_owned()),
    ];
    Ok((guard, about, response).into_response())
}

/// A small picture of a picture
#[utoipa::path(
    get,
    path = "/files/{id}/thumbnail",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "image/*", description = "the thumbnail"), (status = 303, description = "log in first"), (status = 304, description = "the browser has it already"), (status = 404, description = "no such file, none that may be read, or none with a thumbnail"))
)]
pub async fn thumbnail(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let (file, readers) = find_readable(&state.db, &user, &id).await?;
    let content_type = file.thumbnail_type.ok_or(AppError::NotFound)?;
    let name = thumbnail_name(&id);
    let guard = guard(&name, readers);
    if is_known(&headers, &guard) {
        return Ok((StatusCode::NOT_MODIFIED, guard).into_response());
    }
    let response = whole(state.media.open_bytes(&name, None).await?);
    let about = [
        (CONTENT_DISPOSITION, "inline".to_owned()),
        (CONTENT_TYPE, content_type),
    ];
    Ok((guard, about, response).into_response())
}

/// The headers of every file, also when only they are sent. The bytes behind a
/// name never change, so the name is their tag.
fn guard(name: &str, readers: Readers) -> Guard {
    let cache = match readers {
        Readers::Everyone => AN_HOUR,
        Readers::Few => ASK_AGAIN,
    };
    [
        (ETAG, format!("\"{name}\"")),
        (CACHE_CONTROL, cache.to_owned()),
        (CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin".to_owned()),
    ]
}

/// Whether the browser has these bytes already.
fn is_known(headers: &HeaderMap, [(_, etag), ..]: &Guard) -> bool {
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    known.is_some_and(|tags| {
        let mut tags = tags
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == etag || tag == "*")
    })
}

/// What to send: several ranges at once, and what cannot be read, are answered
/// with the whole, as RFC 9110 lets us; so is a range of other bytes than these.
fn asked(method: &Method, headers: &HeaderMap, [(_, etag), ..]: &Guard, size: u64) -> Part {
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
        Err(_) => Part::Nothing,
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
