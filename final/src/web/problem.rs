//! Errors for programs, as problem details
//! ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).

use axum::{
    Json,
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::error::AppError;

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
        let problem = json!({
            // The status says all that there is to say about the type.
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.0.to_string(),
        });
        let mut response = self.0.respond_with(Json(problem));
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}
