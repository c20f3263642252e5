//! The browser's files. A release build carries them inside the program; a debug build reads
//! them from disk, so that an edit needs no rebuild.

use axum::{
    extract::Path,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

use crate::view;

/// Browser files of this lesson.
#[derive(Embed)]
#[folder = "client"]
struct Client;

/// Browser files that all lessons share.
#[derive(Embed)]
#[folder = "../../static"]
struct Static;

/// `GET /client/{name}`
pub async fn client_file(Path(name): Path<String>) -> Response {
    send(Client::get(&name)).await
}

/// `GET /static/{name}`
pub async fn static_file(Path(name): Path<String>) -> Response {
    send(Static::get(&name)).await
}

async fn send(file: Option<EmbeddedFile>) -> Response {
    match file {
        Some(file) => {
            let media_type = file.metadata.mimetype().to_owned();
            ([(CONTENT_TYPE, media_type)], file.data).into_response()
        }
        None => view::not_found().await,
    }
}
