//! The routes of files. They are here, because the message of a file decides who may read it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRef, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Messages;
use crate::{
    accounts::{Accounts, ApiUser, CurrentUser},
    error::{AppError, UploadRefusal},
    media::{Attachment, FileId, Media, UploadForm},
    schema::schema,
    web::{
        form::PagePath,
        openapi::{EXAMPLE_WAIT, errors, with_problems},
        pages::page_or_problem,
        problem::Problem,
    },
};

/// An upper limit, in examples.
const EXAMPLE_MB: u32 = 25;

schema! {
    /// The form that uploads a file. The field's name does not matter.
    FileForm = ObjectBuilder::new()
        .property(
            "file",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))),
        )
        .required("file")
}

/// The routes of files.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Media>: FromRef<S>,
    Arc<Messages>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(with_problems(
            routes!(upload),
            errors![
                UploadRefusal::Damaged,
                UploadRefusal::NoFile,
                UploadRefusal::PictureTooLarge,
                UploadRefusal::QuotaFull(EXAMPLE_MB),
                UploadRefusal::TooLarge(EXAMPLE_MB),
                UploadRefusal::TooManyPixels,
                UploadRefusal::TooOften(EXAMPLE_WAIT),
                UploadRefusal::TooSlow,
                UploadRefusal::Unreadable,
            ],
        ))
        .routes(with_problems(routes!(original), errors![]))
        .routes(with_problems(routes!(thumbnail), errors![]))
}

/// Upload a file, to send it with a message
#[utoipa::path(
    post,
    operation_id = "upload_file",
    path = "/files",
    request_body(content = FileForm, content_type = "multipart/form-data", description = "a form with one file"),
    responses((status = 201, description = "the file", body = Attachment))
)]
async fn upload(
    State(media): State<Arc<Media>>,
    ApiUser(user): ApiUser,
    form: Result<UploadForm, AppError>,
) -> Result<(StatusCode, Json<Attachment>), Problem> {
    let file = media.upload(user, form?).await?;
    Ok((StatusCode::CREATED, Json(Attachment::from(&file))))
}

/// Download a file, or a range of it
///
/// A browser that asks for HTML gets a page instead of a problem, and is redirected to the log-in
/// form if nobody is logged in.
#[utoipa::path(
    get,
    operation_id = "download_file",
    path = "/files/{id}",
    params(
        ("id" = inline(FileId), Path, description = "the file's id"),
        ("Range" = Option<String>, Header, description = "the part that you want", example = "bytes=0-99"),
        ("If-Range" = Option<String>, Header, description = "the ETag of the file that you have a part of"),
        ("If-None-Match" = Option<String>, Header, description = "the ETag of the file that you have"),
    ),
    responses(
        (status = 200, content_type = "*/*", description = "the file", headers(("ETag" = String))),
        (status = 206, content_type = "*/*", description = "the part that you want", headers(("ETag" = String), ("Content-Range" = String))),
        (status = 303, description = "log in first, if you asked for HTML"),
        (status = 304, description = "you have the file", headers(("ETag" = String))),
        (status = 416, description = "the file does not have this part", headers(("Content-Range" = String))),
    )
)]
async fn original(
    State(media): State<Arc<Media>>,
    State(messages): State<Arc<Messages>>,
    user: Result<CurrentUser, AppError>,
    id: Result<PagePath<String>, AppError>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let sent = async {
        let (file, readers) = messages.find_file(user?.0.id, &id?.0).await?;
        media.send_original(file, readers, &method, &headers).await
    };
    let sent = sent.await;
    sent.unwrap_or_else(|error| page_or_problem(&headers, error))
}

/// Download the thumbnail of a picture
///
/// Its errors are like those of the file.
#[utoipa::path(
    get,
    operation_id = "download_thumbnail",
    path = "/files/{id}/thumbnail",
    params(
        ("id" = inline(FileId), Path, description = "the file's id"),
        ("If-None-Match" = Option<String>, Header, description = "the ETag of the thumbnail that you have"),
    ),
    responses(
        (status = 200, content_type = "image/*", description = "the thumbnail", headers(("ETag" = String))),
        (status = 303, description = "log in first, if you asked for HTML"),
        (status = 304, description = "you have the thumbnail", headers(("ETag" = String))),
    )
)]
async fn thumbnail(
    State(media): State<Arc<Media>>,
    State(messages): State<Arc<Messages>>,
    user: Result<CurrentUser, AppError>,
    id: Result<PagePath<String>, AppError>,
    headers: HeaderMap,
) -> Response {
    let sent = async {
        let (file, readers) = messages.find_file(user?.0.id, &id?.0).await?;
        media.send_thumbnail(file, readers, &headers).await
    };
    let sent = sent.await;
    sent.unwrap_or_else(|error| page_or_problem(&headers, error))
}
