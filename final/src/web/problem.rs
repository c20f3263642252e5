//! Errors for programs, as problem details
//! ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).

use axum::{
    Json,
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::AppError;

/// How an answer says that it is one.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a program is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// `about:blank`: the status says all that there is to say about the type.
    r#type: &'static str,
    /// What the status means.
    title: Option<&'static str>,
    /// The status of the answer.
    status: u16,
    /// A sentence for people.
    detail: String,
    /// A word for programs; it stays when the sentence is reworded.
    code: &'static str,
}

/// An error that a program has asked for. Where people see a page, or are sent
/// elsewhere, a program gets the status and a sentence.
#[derive(Debug)]
pub struct Problem(AppError);

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.0.status();
        self.0.log();
        let problem = ProblemDetails {
            r#type: "about:blank",
            title: status.canonical_reason(),
            status: status.as_u16(),
            detail: self.0.to_string(),
            code: self.0.code(),
        };
        let mut response = self.0.respond_with(Json(problem));
        let kind = HeaderValue::from_static(MEDIA_TYPE);
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}
