//! The page on which people talk.

use askama::Template;
use axum::{Router, response::Html, routing::get};

use crate::{
    accounts::{User, sessions::CurrentUser},
    error::AppError,
    state::AppState,
    web::pages::render,
};

#[derive(Template)]
#[template(path = "channels/home.html")]
struct HomePage<'a> {
    user: &'a User,
}

/// The addresses of channels.
pub fn routes() -> Router<AppState> {
    Router::new().route("/home", get(home))
}

/// `GET /home`: channels, people and messages come over the socket.
async fn home(CurrentUser(user): CurrentUser) -> Result<Html<String>, AppError> {
    render(&HomePage { user: &user })
}
