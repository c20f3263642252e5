//! The addresses of files.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};

use super::{downloads, model::Attachment, upload::UploadForm};
use crate::{
    accounts::sessions::CurrentUser, error::AppError, state::AppState, web::problem::Problem,
};

/// The addresses of files.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/files", post(upload))
        .route("/files/{id}", get(downloads::original))
        .route("/files/{id}/thumbnail", get(downloads::thumbnail))
}

/// `POST /files`: one file as `multipart/form-data`.
async fn upload(
    State(state): State<AppState>,
    user: Result<CurrentUser, AppError>,
    form: Result<UploadForm, AppError>,
) -> Result<(StatusCode, Json<Attachment>), Problem> {
    let CurrentUser(user) = user?;
    let file = super::upload(&state, &user, form?).await?;
    Ok((StatusCode::CREATED, Json(Attachment::from(&file))))
}
