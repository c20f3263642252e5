//! The pages, rendered from `templates/`.

use askama::Template;
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use crate::{chat::SharedChat, names::Name};

#[derive(Template)]
#[template(path = "chat.html")]
struct ChatPage {
    channels: Vec<Name>,
    wanted: String,
}

/// The query of a link to the chat.
#[derive(Debug, Deserialize)]
pub struct ChatLink {
    /// The channel to open, as in `/?channel=recipes`.
    #[serde(default)]
    channel: String,
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage {}

/// `GET /`: the chat. Its join form offers the channels, and names the one in the link.
pub async fn chat_page(
    State(chat): State<SharedChat>,
    link: Result<Query<ChatLink>, QueryRejection>,
) -> Response {
    let channels = chat.lock().await.channels.names();
    // A link that cannot be read is a link to the chat.
    let wanted = link.map_or_else(|_| String::new(), |Query(link)| link.channel);
    render(StatusCode::OK, &ChatPage { channels, wanted })
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
