//! Rendering of pages and errors.

use askama::Template;
use std::io;

use axum::{
    body::HttpBody,
    extract::Request,
    http::{HeaderMap, StatusCode, Uri, header::ACCEPT},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};

use super::problem::Problem;
use crate::error::AppError;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    message: &'a str,
}

/// Renders a template.
pub fn render(page: &impl Template) -> Result<Html<String>, AppError> {
    Ok(Html(page.render()?))
}

/// A page with an error message.
pub fn error_page(message: &str) -> Html<String> {
    let page = ErrorPage { message }.render();
    // Plain text, in case even this page cannot be rendered.
    Html(page.unwrap_or_else(|_| "something went wrong".to_owned()))
}

/// As a response, an error is a page with its sentence.
impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if matches!(self, Self::LogInFirst) {
            return Redirect::to("/").into_response();
        }
        self.log();
        self.respond_with(error_page(&self.to_string()))
    }
}

/// The response at an address that does not exist.
pub async fn not_found(uri: Uri) -> Response {
    error_at(&uri, AppError::NotFound)
}

/// The response at an address that does not support the request's method.
pub async fn method_not_allowed(uri: Uri) -> Response {
    error_at(&uri, AppError::MethodNotAllowed)
}

/// A problem at an address of the API, an error page at all others.
pub fn error_at(uri: &Uri, error: AppError) -> Response {
    let is_api = ["/api/", "/files"]
        .iter()
        .any(|start| uri.path().starts_with(start));
    if is_api {
        Problem::from(error).into_response()
    } else {
        error.into_response()
    }
}

/// An error page for a browser that opens the address, a problem for a script or a program.
pub fn page_or_problem(headers: &HeaderMap, error: AppError) -> Response {
    let accepted = headers.get_all(ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    if accepted.any(|types| types.contains("text/html")) {
        error.into_response()
    } else {
        Problem::from(error).into_response()
    }
}

/// Gives a response of a library that failed, which has no body, the words of all other failures.
pub async fn explain_empty(uri: Uri, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_empty = response.body().size_hint().exact() == Some(0);
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && is_empty {
        error_at(&uri, io::Error::other("a response without a body").into())
    } else {
        response
    }
}
