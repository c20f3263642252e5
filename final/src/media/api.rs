//! The routes of files, and the upload.

use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{downloads, model::Attachment, upload::UploadForm};
use crate::{
    accounts::sessions::CurrentUser, error::AppError, state::AppState, web::problem::Problem,
};

/// The routes of files.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .routes(routes!(downloads::original))
        .routes(routes!(downloads::thumbnail))
}

/// Upload a file, to send it with a message
#[utoipa::path(
    post,
    path = "/files",
    request_body(content_type = "multipart/form-data", description = "a form with one file"),
    responses((status = 201, body = Attachment), (status = 408, description = "the upload was too slow"), (status = 413, description = "the file is too large, or your quota is used up"), (status = 422, description = "the form has no file, or the picture cannot be read"), (status = 429, description = "too many uploads: wait"))
)]
async fn upload(
    State(state): State<AppState>,
    user: Result<CurrentUser, AppError>,
    form: Result<UploadForm, AppError>,
) -> Result<(StatusCode, Json<Attachment>), Problem> {
    let CurrentUser(user) = user?;
    let file = super::upload(&state, &user, form?).await?;
    Ok((StatusCode::CREATED, Json(Attachment::from(&file))))
}
