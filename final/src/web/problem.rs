//! Errors of the JSON API, as problem details
//! ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).

use axum::{
    Json,
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AppError;

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem, as RFC 9457 describes one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Always `about:blank`: the problem has no type beyond its status code.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// The reason phrase of the status code.
    #[schema(example = "Unauthorized")]
    title: Option<&'static str>,
    /// The status code of the response.
    #[schema(minimum = 400, maximum = 599, example = 401)]
    status: u16,
    /// A sentence for people.
    #[schema(example = "log in first")]
    detail: String,
    /// A code for programs. It stays when the sentence is reworded.
    #[schema(example = "log-in-first")]
    code: &'static str,
}

/// An error of the JSON API. Where a person would get a page or a redirect, a program gets a status
/// code and problem details.
#[derive(Debug)]
pub struct Problem(AppError);

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl From<&AppError> for ProblemDetails {
    fn from(error: &AppError) -> Self {
        let status = error.status();
        Self {
            r#type: "about:blank",
            title: status.canonical_reason(),
            status: status.as_u16(),
            detail: error.to_string(),
            code: error.code(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.0.log();
        let problem = ProblemDetails::from(&self.0);
        let mut response = self.0.respond_with(Json(problem));
        let kind = HeaderValue::from_static(MEDIA_TYPE);
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}
