//! Scripts, styles and images of the pages. A release build embeds them in the program; a debug
//! build reads them from disk, so that an edit needs no rebuild. In a release build, the modules
//! and the styles are joined by `build.rs`.
//!
//! Their addresses have a version that changes with any of them, so a browser may cache them for a
//! year and still never mixes old files with new ones: modules import each other by relative
//! paths, which stay within one version.

use std::{
    borrow::Cow,
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{Embed, EmbeddedFile};

use super::{
    compression::{AcceptsBrotli, BEST, BROTLI, brotli_of},
    form::PagePath,
};
use crate::error::AppError;

/// For a file of this version, in a release build.
const CACHE_FOR_A_YEAR: &str = "public, max-age=31536000, immutable";
/// For all others. There is no validator, so a browser could not revalidate a stored copy.
const DO_NOT_CACHE: &str = "no-store";

/// Browser files of the finished chat.
#[derive(Embed)]
#[folder = "client"]
struct Client;

/// The modules and styles that pages load, each joined with all that it imports.
const JOINED: [(&str, &str); 3] = [
    (
        "home.js",
        include_str!(concat!(env!("OUT_DIR"), "/home.js")),
    ),
    (
        "main.js",
        include_str!(concat!(env!("OUT_DIR"), "/main.js")),
    ),
    (
        "main.css",
        include_str!(concat!(env!("OUT_DIR"), "/main.css")),
    ),
];

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

/// The compressed text files, by path. None in a debug build, where files change.
static COMPRESSED: LazyLock<HashMap<String, Vec<u8>>> = LazyLock::new(|| {
    if cfg!(debug_assertions) {
        HashMap::new()
    } else {
        compress()
    }
});

/// The route of all files.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    // It takes a moment, which the first browser should not wait for.
    std::thread::spawn(|| LazyLock::force(&COMPRESSED));
    Router::new().route("/assets/{version}/{*path}", get(serve))
}

/// The address of a file, for example `client/main.js`.
pub fn url(path: &str) -> String {
    format!("/assets/{}/{path}", *VERSION)
}

async fn serve(
    PagePath((version, path)): PagePath<(String, String)>,
    AcceptsBrotli(accepts_brotli): AcceptsBrotli,
) -> Response {
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
    match COMPRESSED.get(&path) {
        Some(compressed) if accepts_brotli => {
            (headers, BROTLI, compressed.as_slice()).into_response()
        }
        _ => (headers, contents(&path, file)).into_response(),
    }
}

/// The contents of the text files, compressed as far as possible. Fonts are compressed already.
fn compress() -> HashMap<String, Vec<u8>> {
    let texts = all().filter(|(_, file)| is_text(file.metadata.mimetype()));
    texts
        .map(|(path, file)| {
            let compressed = brotli_of(&contents(&path, file), BEST);
            (path, compressed)
        })
        .collect()
}

fn is_text(media_type: &str) -> bool {
    ["text/", "image/svg", "application/"]
        .iter()
        .any(|start| media_type.starts_with(start))
}

fn contents(path: &str, file: EmbeddedFile) -> Cow<'static, [u8]> {
    match joined(path) {
        Some(text) => Cow::Borrowed(text.as_bytes()),
        None => file.data,
    }
}

fn joined(path: &str) -> Option<&'static str> {
    if cfg!(debug_assertions) {
        return None;
    }
    let name = path.strip_prefix("client/")?;
    let (_, text) = JOINED.into_iter().find(|(joined, _)| *joined == name)?;
    Some(text)
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
