//! Renders pages.

use askama::Template;
use axum::{
    http::Uri,
    response::{Html, IntoResponse, Response},
};

use super::problem::Problem;
use crate::error::AppError;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    message: &'a str,
}

/// A page from its template.
pub fn render(page: &impl Template) -> Result<Html<String>, AppError> {
    Ok(Html(page.render()?))
}

/// The page that says what went wrong.
pub fn error_page(message: &str) -> Html<String> {
    let page = ErrorPage { message }.render();
    // Plain words, should even this page fail.
    Html(page.unwrap_or_else(|_| "something went wrong".to_owned()))
}

/// Every address that does not exist.
pub async fn not_found(uri: Uri) -> Response {
    error_at(&uri, AppError::NotFound)
}

/// Every address that exists, asked in a way that it does not answer.
pub async fn method_not_allowed(uri: Uri) -> Response {
    error_at(&uri, AppError::MethodNotAllowed)
}

/// A problem where programs ask, a page elsewhere.
pub fn error_at(uri: &Uri, error: AppError) -> Response {
    let is_for_programs = ["/api/", "/files"]
        .iter()
        .any(|start| uri.path().starts_with(start));
    match is_for_programs {
        true => Problem::from(error).into_response(),
        false => error.into_response(),
    }
}
