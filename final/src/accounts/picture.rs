//! The form that changes the profile picture.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{Accounts, CurrentUser, account, problems::refuse};
use crate::{error::AppError, ids::ChatId, media::UploadForm};

/// `POST /account/picture`
pub async fn change(
    State(accounts): State<Arc<Accounts>>,
    State(chat_id): State<ChatId>,
    CurrentUser(user): CurrentUser,
    form: Result<UploadForm, AppError>,
) -> Result<Response, AppError> {
    let changed = match form {
        Ok(form) => accounts.change_picture(user.id, form).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(Redirect::to("/account?saved=picture").into_response()),
        Err(error) => refuse(error, |problems| account::page(&chat_id, &user, problems)),
    }
}

/// `POST /account/picture/remove`
pub async fn remove(
    State(accounts): State<Arc<Accounts>>,
    CurrentUser(user): CurrentUser,
) -> Result<Redirect, AppError> {
    accounts.remove_picture(user.id).await?;
    Ok(Redirect::to("/account?saved=picture"))
}
