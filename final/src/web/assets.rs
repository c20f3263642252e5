//! Scripts, styles and images of the pages. A release build embeds them in the program; a debug
//! build reads them from disk, so that an edit needs no rebuild.
//!
//! Their addresses have a version that changes with any of them, so a browser may cache them for a
//! year and still never mixes old files with new ones: modules import each other by relative
//! paths, which stay within one version.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    Router,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{Embed, EmbeddedFile};

use super::form::PagePath;
use crate::error::AppError;

/// For a file of this version, in a release build.
const CACHE_FOR_A_YEAR: &str = "public, max-age=31536000, immutable";
/// For all others. There is no validator, so a browser could not revalidate a stored copy.
const DO_NOT_CACHE: &str = "no-store";

/// Browser files of the finished chat.
#[derive(Embed)]
#[folder = "client"]
struct Client;

/// Browser files that it shares with the lessons.
#[derive(Embed)]
#[folder = "../static"]
struct Static;

/// The version of the files, computed when the program starts.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for (name, file) in all() {
        (name, file.metadata.sha256_hash()).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

/// The route of all files.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{*path}", get(serve))
}

/// The address of a file, for example `client/main.js`.
pub fn url(path: &str) -> String {
    format!("/assets/{}/{path}", *VERSION)
}

async fn serve(PagePath((version, path)): PagePath<(String, String)>) -> Response {
    let Some(file) = find(&path) else {
        return AppError::NotFound.into_response();
    };
    // A page of the previous release may still request its files, and gets the current ones. In a
    // debug build, files change without a new version.
    let caching = if version == *VERSION && !cfg!(debug_assertions) {
        CACHE_FOR_A_YEAR
    } else {
        DO_NOT_CACHE
    };
    let headers = [
        (CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (CACHE_CONTROL, caching.to_owned()),
    ];
    (StatusCode::OK, headers, file.data).into_response()
}

fn find(path: &str) -> Option<EmbeddedFile> {
    match path.split_once('/')? {
        ("client", name) => Client::get(name),
        ("static", name) => Static::get(name),
        _ => None,
    }
}

fn all() -> impl Iterator<Item = (String, EmbeddedFile)> {
    let client = Client::iter().map(|name| format!("client/{name}"));
    let shared = Static::iter().map(|name| format!("static/{name}"));
    client.chain(shared).filter_map(|path| {
        let file = find(&path)?;
        Some((path, file))
    })
}
