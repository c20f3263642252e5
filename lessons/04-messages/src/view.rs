//! The pages, rendered from `templates/`.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

#[derive(Template)]
#[template(path = "chat.html")]
struct ChatPage {}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage {}

/// `GET /`: the chat.
pub async fn chat_page() -> Response {
    render(StatusCode::OK, &ChatPage {})
}

/// Every address that does not exist.
pub async fn not_found() -> Response {
    render(StatusCode::NOT_FOUND, &NotFoundPage {})
}

fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
