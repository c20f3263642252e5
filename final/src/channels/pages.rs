//! The chat page.

use askama::Template;
use axum::{Router, extract::State, response::Html, routing::get};

use crate::{
    accounts::{User, sessions::CurrentUser},
    error::AppError,
    state::AppState,
    web::pages::render,
};

#[derive(Template)]
#[template(path = "channels/home.html")]
struct HomePage<'a> {
    chat_id: &'a str,
    idle_minutes: u32,
    user: &'a User,
}

/// The routes of the chat page.
pub fn routes() -> Router<AppState> {
    Router::new().route("/home", get(home))
}

/// `GET /home`: the page without data. Channels, people and messages come over the socket.
async fn home(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Html<String>, AppError> {
    render(&HomePage {
        chat_id: &state.chat_id,
        idle_minutes: state.config.session_idle_minutes,
        user: &user,
    })
}
