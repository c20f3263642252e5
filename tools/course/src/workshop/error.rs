//! What cannot be shown, as a page that says why.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum PageError {
    /// There is no such thing; the words say what there is.
    NotFound(String),
    /// Everything else.
    Failed(anyhow::Error),
}

#[derive(Template)]
#[template(path = "workshop/error.html")]
struct ErrorPage {
    title: &'static str,
    message: String,
}

/// A page, or the page that says why there is none.
pub type Shown = Result<Html<String>, PageError>;

/// A page from its template.
pub fn render(page: &impl Template) -> Shown {
    Ok(Html(page.render()?))
}

/// Every address that does not exist.
pub async fn not_found() -> PageError {
    PageError::NotFound("There is no such page in the workshop.".to_owned())
}

impl<E: Into<anyhow::Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, message) = match self {
            Self::NotFound(message) => (StatusCode::NOT_FOUND, "Not found", message),
            Self::Failed(error) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This page cannot be shown",
                format!("{error:#}"),
            ),
        };
        let page = ErrorPage { title, message };
        // Plain words, should even this page fail.
        let html = page.render().unwrap_or_else(|_| title.to_owned());
        (status, Html(html)).into_response()
    }
}
