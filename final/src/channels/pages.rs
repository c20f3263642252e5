//! The chat page, and the end of signing up: a new person is subscribed to General, which `accounts`
//! does not know.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{FromRef, State},
    response::{Html, Response},
    routing::{get, post},
};
use tower_sessions::Session;

use super::Channels;
use crate::{
    accounts::{
        Accounts, CurrentUser, User,
        pages::{Credentials, signed_up},
    },
    config::Config,
    error::AppError,
    ids::ChatId,
    web::{address::ClientAddress, form::Form, pages::render},
};

#[derive(Template)]
#[template(path = "channels/home.html")]
struct HomePage<'a> {
    chat_id: &'a str,
    idle_minutes: u32,
    user: &'a User,
}

/// The routes of the chat page.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Channels>: FromRef<S>,
    Arc<Config>: FromRef<S>,
    ChatId: FromRef<S>,
{
    Router::new()
        .route("/home", get(home))
        .route("/sign-up", post(sign_up))
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

async fn sign_up(
    State(channels): State<Arc<Channels>>,
    ClientAddress(address): ClientAddress,
    session: Session,
    Form(form): Form<Credentials>,
) -> Result<Response, AppError> {
    let user = channels.sign_up(address.into(), &form.name, &form.password);
    signed_up(&session, &form.name, user.await).await
}
