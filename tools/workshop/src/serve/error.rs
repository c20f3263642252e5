//! The page that says why another page cannot be shown.

use askama::Template;
use axum::{
    extract::{
        FromRequestParts,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum PageError {
    /// The page does not exist; the message says which addresses do.
    NotFound(String),
    /// Everything else.
    Failed(anyhow::Error),
}

/// The number of a lesson in a path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(PageError))]
pub struct Path<T>(pub T);

/// The query of an address: the part after the question mark.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(PageError))]
pub struct Query<T>(pub T);

#[derive(Template)]
#[template(path = "workshop/error.html")]
struct ErrorPage {
    title: &'static str,
    message: String,
}

/// A page, or the reason why it cannot be shown.
pub type Shown = Result<Html<String>, PageError>;

/// A page from its template.
pub fn render(page: &impl Template) -> Shown {
    Ok(Html(page.render()?))
}

/// Every address that does not exist.
pub async fn not_found() -> PageError {
    PageError::NotFound("There is no such page in the workshop.".to_owned())
}

impl From<anyhow::Error> for PageError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<PathRejection> for PageError {
    /// Without a number in the path, there is no lesson to show.
    fn from(_: PathRejection) -> Self {
        Self::NotFound("Lessons have numbers, as in /lessons/3.".to_owned())
    }
}

impl From<QueryRejection> for PageError {
    fn from(_: QueryRejection) -> Self {
        Self::NotFound(
            "This address cannot be read. A comparison names two lessons by their numbers, as in \
             ?from=2&to=3, or is ?by=step; a search has ?words= once."
                .to_owned(),
        )
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
