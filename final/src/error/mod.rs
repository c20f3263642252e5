//! Every way in which a request can fail.

use std::{io, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};

mod database;
mod refusal;
mod upload;

pub use refusal::Refusal;
pub use upload::UploadRefusal;

/// Why a request failed: a sentence for people, and a code for programs.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum AppError {
    /// The payload is missing or doesn't have the fields that the event needs.
    #[error("this could not be read: reload the page and try again")]
    BadPayload,
    /// The form could not be read.
    #[error("this form could not be read: go back, reload the page and try again")]
    BadForm,
    /// The request came from a page of another site.
    #[error(
        "this request came from another site and was refused: use the pages of this chat. If this is \
         one of them, its server needs a proxy that forwards Host, or the right --public-url"
    )]
    CrossSite,
    /// The page was opened over HTTP, but browsers send the session cookie only over HTTPS.
    #[error("you cannot log in at this address: open {0} instead")]
    InsecurePage(String),
    /// Only people who are logged in may do this.
    #[error("log in first")]
    LogInFirst,
    /// The address exists, but does not support this method.
    #[error("this address does not support this kind of request")]
    MethodNotAllowed,
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// The input breaks one or more rules. A form shows each refusal beside its field.
    #[error("{}", .0.first().map_or_else(String::new, Refusal::to_string))]
    Refused(Vec<Refusal>),
    /// The server is about to stop.
    #[error("the server is about to stop: try again in a moment")]
    Stopping,
    /// The server has no handler for an event of this name.
    #[error("this server does not know that event: reload the page")]
    UnknownEvent,
    /// The body of the request is too large.
    #[error("this request is too large: send less")]
    TooLarge,
    /// The database returned an error.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Database(#[source] sqlx::Error),
    /// The database refuses this data, and would refuse it again.
    #[error("the server cannot save this: change it and try again")]
    CannotSave(#[source] sqlx::Error),
    /// A file on the disk could not be read or written.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Io(#[from] io::Error),
    /// The object store returned an error.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Objects(#[from] object_store::Error),
    /// A password could not be hashed.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Password(#[from] argon2::password_hash::Error),
    /// A page could not be rendered.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Render(#[from] askama::Error),
    /// The session could not be read or written.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Session(#[from] tower_sessions::session::Error),
    /// A task on another thread panicked or was cancelled.
    #[strum(serialize = "failed")]
    #[error("something went wrong on the server: try again in a moment")]
    Task(#[from] tokio::task::JoinError),
}

impl AppError {
    /// The status code of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadForm | Self::BadPayload | Self::UnknownEvent => StatusCode::BAD_REQUEST,
            Self::CrossSite | Self::InsecurePage(_) => StatusCode::FORBIDDEN,
            Self::LogInFirst => StatusCode::UNAUTHORIZED,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refused(refusals) if wait(refusals).is_some() => StatusCode::TOO_MANY_REQUESTS,
            Self::Refused(refusals) => refusals
                .first()
                .map_or(StatusCode::UNPROCESSABLE_ENTITY, Refusal::status),
            Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The variant's name in kebab-case, such as `bad-payload`. It stays when the sentence is
    /// reworded. Failures of the server that can be over later have the code `failed`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusals) => refusals.first().map_or("refused", Refusal::code),
            error => error.into(),
        }
    }

    /// Logs a failure of the server. Mistakes in a request are not logged.
    pub fn log(&self) {
        if self.status().is_server_error() {
            tracing::error!(error = ?self, "a request failed");
        }
    }

    /// A response with this error's status and, if waiting helps, `Retry-After`.
    pub fn respond_with(&self, page: impl IntoResponse) -> Response {
        let mut response = (self.status(), page).into_response();
        if let Self::Refused(refusals) = self
            && let Some(wait) = wait(refusals)
        {
            let seconds = HeaderValue::from(whole_seconds(&wait));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        if database::refuses_data(&error) {
            Self::CannotSave(error)
        } else {
            Self::Database(error)
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<UploadRefusal> for AppError {
    fn from(refusal: UploadRefusal) -> Self {
        Refusal::Upload(refusal).into()
    }
}

fn wait(refusals: &[Refusal]) -> Option<Duration> {
    refusals.iter().find_map(|refusal| match refusal {
        Refusal::TooManyTries(wait) | Refusal::Upload(UploadRefusal::TooOften(wait)) => Some(*wait),
        _ => None,
    })
}

/// Rounded up, so that the next attempt succeeds after this time.
fn whole_seconds(wait: &Duration) -> u64 {
    wait.as_millis().div_ceil(1000).max(1) as u64
}

/// A time to wait, as in "5 seconds".
pub fn in_words(wait: &Duration) -> String {
    match whole_seconds(wait) {
        1 => "a second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}
