//! The account page and its forms.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_sessions::{Session, session::Id as SessionId};

use super::{
    Accounts, CurrentUser,
    model::User,
    problems::{Problems, refuse},
    sessions,
};
use crate::{
    error::AppError,
    ids::ChatId,
    media::Avatar,
    web::{form::Form, pages::render},
};

/// The fields of the profile form.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ProfileForm {
    display_name: String,
    about: String,
}

/// The fields of the password form.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PasswordForm {
    present_password: String,
    new_password: String,
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage<'a> {
    chat_id: &'a str,
    user: &'a User,
    avatar: Avatar,
    display_name: &'a str,
    about: &'a str,
    saved: &'a str,
    problems: Problems,
}

/// `GET /account`
pub async fn show(
    State(chat_id): State<ChatId>,
    CurrentUser(user): CurrentUser,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, AppError> {
    let page = AccountPage {
        saved: query.get("saved").map_or("", String::as_str),
        ..AccountPage::of(&chat_id, &user, Problems::default())
    };
    Ok(render(&page)?.into_response())
}

/// `POST /account/profile`
pub async fn change_profile(
    State(accounts): State<Arc<Accounts>>,
    State(chat_id): State<ChatId>,
    CurrentUser(user): CurrentUser,
    Form(form): Form<ProfileForm>,
) -> Result<Response, AppError> {
    let changed = accounts.change_profile(&user, &form.display_name, &form.about);
    match changed.await {
        Ok(()) => Ok(Redirect::to("/account?saved=profile").into_response()),
        Err(error) => refuse(error, |problems| {
            render(&AccountPage {
                display_name: &form.display_name,
                about: &form.about,
                ..AccountPage::of(&chat_id, &user, problems)
            })
        }),
    }
}

/// `POST /account/password`
pub async fn change_password(
    State(accounts): State<Arc<Accounts>>,
    State(chat_id): State<ChatId>,
    CurrentUser(user): CurrentUser,
    session: Session,
    Form(form): Form<PasswordForm>,
) -> Result<Response, AppError> {
    let id = SessionId::default();
    let present = &form.present_password;
    match accounts
        .change_password(user.clone(), present, &form.new_password, id)
        .await
    {
        Ok(user) => {
            sessions::adopt(&session, id, &user).await?;
            Ok(Redirect::to("/account?saved=password").into_response())
        }
        Err(error) => refuse(error, |problems| page(&chat_id, &user, problems)),
    }
}

/// The account page, with the problems of one of its forms.
pub(super) fn page(
    chat_id: &ChatId,
    user: &User,
    problems: Problems,
) -> Result<Html<String>, AppError> {
    render(&AccountPage::of(chat_id, user, problems))
}

impl<'a> AccountPage<'a> {
    fn of(chat_id: &'a ChatId, user: &'a User, problems: Problems) -> Self {
        Self {
            chat_id: &chat_id.0,
            user,
            avatar: user.avatar(),
            display_name: &user.display_name,
            about: &user.about,
            saved: "",
            problems,
        }
    }
}
