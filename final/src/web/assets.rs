//! Files that pages load. A release carries them inside the program; a debug
//! build reads them from disk, so that an edit needs no rebuild.
//!
//! Their addresses hold a number that changes with any of them, so a browser
//! may keep them for a year and still never mixes old with new: modules import
//! each other by relative paths, which stay within one number.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    Router,
    extract::Path,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{Embed, EmbeddedFile};

use crate::error::AppError;
use crate::state::AppState;

/// A browser never asks again, or each time: without a validator there is nothing
/// to compare, so a stored copy would not be used.
const A_YEAR: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-store";

/// Browser files of the finished chat.
#[derive(Embed)]
#[folder = "client"]
struct Client;

/// Browser files that the lessons share with it.
#[derive(Embed)]
#[folder = "../static"]
struct Static;

/// The number of the files as they were when the program started.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for (name, file) in all() {
        (name, file.metadata.sha256_hash()).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

/// The addresses of all files.
pub fn routes() -> Router<AppState> {
    Router::new().route("/assets/{version}/{*path}", get(serve))
}

/// Where a page finds a file, for example `client/main.js`.
pub fn url(path: &str) -> String {
    format!("/assets/{}/{path}", *VERSION)
}

async fn serve(Path((version, path)): Path<(String, String)>) -> Response {
    let Some(file) = find(&path) else {
        return AppError::NotFound.into_response();
    };
    // A page of the release before may still ask for its files, and gets these;
    // and on disk they change under the same number.
    let keep = match version == *VERSION && !cfg!(debug_assertions) {
        true => A_YEAR,
        false => ASK_AGAIN,
    };
    let headers = [
        (CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (CACHE_CONTROL, keep.to_owned()),
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
