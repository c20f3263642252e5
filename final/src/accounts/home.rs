//! Home: the account, and the forms that change it.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    model::User,
    problems::{Problems, refuse},
    sessions::{self, CurrentUser},
};
use crate::{
    error::AppError,
    media::avatar::Avatar,
    state::AppState,
    web::{form::Form, pages::render},
};

/// What its form sends.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ProfileForm {
    display_name: String,
    about: String,
}

/// What its form sends.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PasswordForm {
    present_password: String,
    new_password: String,
}

#[derive(Template)]
#[template(path = "accounts/home.html")]
struct HomePage<'a> {
    user: &'a User,
    avatar: Avatar,
    display_name: &'a str,
    about: &'a str,
    saved: &'a str,
    problems: Problems,
}

/// `GET /home`: the account.
pub async fn show(
    CurrentUser(user): CurrentUser,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, AppError> {
    let page = HomePage {
        saved: query.get("saved").map_or("", String::as_str),
        ..HomePage::of(&user, Problems::default())
    };
    Ok(render(&page)?.into_response())
}

/// `POST /account/profile`
pub async fn change_profile(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Form(form): Form<ProfileForm>,
) -> Result<Response, AppError> {
    match super::change_profile(&state, &user, &form.display_name, &form.about).await {
        Ok(()) => Ok(Redirect::to("/home?saved=profile").into_response()),
        Err(error) => refuse(error, |problems| {
            render(&HomePage {
                display_name: &form.display_name,
                about: &form.about,
                ..HomePage::of(&user, problems)
            })
        }),
    }
}

/// `POST /account/password`
pub async fn change_password(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    session: Session,
    Form(form): Form<PasswordForm>,
) -> Result<Response, AppError> {
    let present = &form.present_password;
    match super::change_password(&state, &user, present, &form.new_password).await {
        Ok(()) => {
            sessions::start(&session, &user).await?;
            Ok(Redirect::to("/home?saved=password").into_response())
        }
        Err(error) => refuse(error, |problems| page(&user, problems)),
    }
}

/// The account with what is wrong in one of its forms.
pub(super) fn page(user: &User, problems: Problems) -> Result<Html<String>, AppError> {
    render(&HomePage::of(user, problems))
}

impl<'a> HomePage<'a> {
    fn of(user: &'a User, problems: Problems) -> Self {
        Self {
            user,
            avatar: user.avatar(),
            display_name: &user.display_name,
            about: &user.about,
            saved: "",
            problems,
        }
    }
}
