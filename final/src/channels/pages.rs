//! The chat page, and the end of signing up: a new person is subscribed to General, which `accounts`
//! does not know.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{FromRef, State},
    response::{Html, Response},
    routing::get,
};
use tower_sessions::{Session, session::Id as SessionId};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Channels;
use crate::{
    accounts::{
        Accounts, CurrentUser, User,
        pages::{Credentials, signed_up},
    },
    config::Config,
    error::{AppError, Refusal},
    ids::ChatId,
    web::{
        address::ClientAddress,
        form::Form,
        openapi::{EXAMPLE_WAIT, errors, with_pages},
        pages::render,
    },
};

#[derive(Template)]
#[template(path = "channels/home.html")]
struct HomePage<'a> {
    chat_id: &'a str,
    idle_minutes: u32,
    user: &'a User,
}

/// The routes of the chat page.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Channels>: FromRef<S>,
    Arc<Config>: FromRef<S>,
    ChatId: FromRef<S>,
{
    OpenApiRouter::new()
        .route("/home", get(home))
        .routes(with_pages(
            routes!(sign_up),
            errors![
                Refusal::NameEmpty,
                Refusal::NameInvisible,
                Refusal::NameMixed,
                Refusal::NameTaken,
                Refusal::NameTooLong,
                Refusal::PasswordTooLong,
                Refusal::PasswordTooShort,
                Refusal::TooManyTries(EXAMPLE_WAIT),
            ],
        ))
}

/// `GET /home`: the page without data. Channels, people and messages come over the socket.
async fn home(
    State(chat_id): State<ChatId>,
    State(config): State<Arc<Config>>,
    CurrentUser(user): CurrentUser,
) -> Result<Html<String>, AppError> {
    render(&HomePage {
        chat_id: &chat_id.0,
        idle_minutes: config.session_idle_minutes,
        user: &user,
    })
}

/// Sign up
///
/// The response has the cookie of a session: you are logged in.
#[utoipa::path(
    post,
    path = "/sign-up",
    security(()),
    request_body(content = Credentials, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "you have an account", headers(("Set-Cookie" = String), ("Location" = String))))
)]
async fn sign_up(
    State(channels): State<Arc<Channels>>,
    ClientAddress(address): ClientAddress,
    session: Session,
    Form(form): Form<Credentials>,
) -> Result<Response, AppError> {
    let id = SessionId::default();
    let user = channels.sign_up(address.into(), &form.name, &form.password, Some(id));
    signed_up(&session, id, &form.name, user.await).await
}
