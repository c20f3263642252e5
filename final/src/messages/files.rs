//! The routes of files. They are here, because the message of a file decides who may read it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRef, Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Messages;
use crate::{
    accounts::{Accounts, CurrentUser},
    error::AppError,
    media::{Attachment, Media, UploadForm},
    web::problem::Problem,
};

/// The routes of files.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Media>: FromRef<S>,
    Arc<Messages>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(upload))
        .routes(routes!(original))
        .routes(routes!(thumbnail))
}

/// Upload a file, to send it with a message
#[utoipa::path(
    post,
    path = "/files",
    request_body(content_type = "multipart/form-data", description = "a form with one file"),
    responses((status = 201, body = Attachment), (status = 408, description = "the upload was too slow"), (status = 413, description = "the file is too large, or your quota is used up"), (status = 422, description = "the form has no file, or the picture cannot be read"), (status = 429, description = "too many uploads: wait"))
)]
async fn upload(
    State(media): State<Arc<Media>>,
    user: Result<CurrentUser, AppError>,
    form: Result<UploadForm, AppError>,
) -> Result<(StatusCode, Json<Attachment>), Problem> {
    let CurrentUser(user) = user?;
    let file = media.upload(user.id, form?).await?;
    Ok((StatusCode::CREATED, Json(Attachment::from(&file))))
}

/// Download a file, or a range of it
///
/// A browser that is not logged in is redirected to the log-in form, as with every page.
#[utoipa::path(
    get,
    path = "/files/{id}",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "*/*", description = "the file"), (status = 206, description = "the range that `Range` asks for"), (status = 303, description = "log in first"), (status = 304, description = "the browser has the file already"), (status = 404, description = "there is no such file, or you may not read it"), (status = 416, description = "the file does not have this range"))
)]
async fn original(
    State(media): State<Arc<Media>>,
    State(messages): State<Arc<Messages>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let (file, readers) = messages.find_file(user.id, &id).await?;
    media.send_original(file, readers, &method, &headers).await
}

/// Download the thumbnail of a picture
#[utoipa::path(
    get,
    path = "/files/{id}/thumbnail",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "image/*", description = "the thumbnail"), (status = 303, description = "log in first"), (status = 304, description = "the browser has it already"), (status = 404, description = "there is no such file, you may not read it, or it has no thumbnail"))
)]
async fn thumbnail(
    State(media): State<Arc<Media>>,
    State(messages): State<Arc<Messages>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let (file, readers) = messages.find_file(user.id, &id).await?;
    media.send_thumbnail(file, readers, &headers).await
}
