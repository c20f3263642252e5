//! The form that changes the profile picture.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{account, problems::refuse, sessions::CurrentUser};
use crate::{
    error::AppError,
    media::{self, upload::UploadForm},
    state::AppState,
};

/// `POST /account/picture`
pub async fn change(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    form: Result<UploadForm, AppError>,
) -> Result<Response, AppError> {
    let changed = match form {
        Ok(form) => media::change_picture(&state, &user, form).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(Redirect::to("/account?saved=picture").into_response()),
        Err(error) => refuse(error, |problems| account::page(&state, &user, problems)),
    }
}

/// `POST /account/picture/remove`
pub async fn remove(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Redirect, AppError> {
    media::remove_picture(&state, &user).await?;
    Ok(Redirect::to("/account?saved=picture"))
}
