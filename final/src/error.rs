//! Every way in which a request can fail.

use std::{io, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Redirect, Response},
};

use crate::{media::refusals::UploadRefusal, web::pages::error_page};

/// Why a request failed. Left alone it becomes a page of its own.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The payload of an event is missing, or has not the shape that it wants.
    #[error("this could not be read: reload the page and try again")]
    BadPayload,
    /// The form could not be read.
    #[error("this form could not be read: go back, reload the page and try again")]
    BadForm,
    /// The form was sent by a page of another site.
    #[error("this was sent by another site, so nothing was done")]
    CrossSite,
    /// The address exists for logged-in people only.
    #[error("log in first")]
    LogInFirst,
    /// The address exists, but not for this method.
    #[error("this address does not answer that kind of request")]
    MethodNotAllowed,
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// What was typed breaks rules; a form shows each beside its field.
    #[error("{}", .0.first().map_or_else(String::new, Refusal::to_string))]
    Refused(Vec<Refusal>),
    /// The server is about to stop.
    #[error("the server is about to stop: try again in a moment")]
    Stopping,
    /// The server does not know this event.
    #[error("this server does not know that event: reload the page")]
    UnknownEvent,
    /// The request is larger than any form.
    #[error("this is too large to be read")]
    TooLarge,
    /// The database failed.
    #[error("something went wrong here: try again in a moment")]
    Database(#[from] sqlx::Error),
    /// A file could not be read or written on the disk.
    #[error("something went wrong here: try again in a moment")]
    Io(#[from] io::Error),
    /// The object store failed.
    #[error("something went wrong here: try again in a moment")]
    Objects(#[from] object_store::Error),
    /// A password could not be hashed.
    #[error("something went wrong here: try again in a moment")]
    Password(#[from] argon2::password_hash::Error),
    /// A page could not be rendered.
    #[error("something went wrong here: try again in a moment")]
    Render(#[from] askama::Error),
    /// The session could not be read or written.
    #[error("something went wrong here: try again in a moment")]
    Session(#[from] tower_sessions::session::Error),
    /// Work on another thread did not end.
    #[error("something went wrong here: try again in a moment")]
    Task(#[from] tokio::task::JoinError),
}

/// A rule that what was typed breaks: a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The line about oneself holds control characters.
    #[error("this is one line, without control characters")]
    AboutControl,
    /// The line about oneself has too many characters.
    #[error("this line has at most 160 characters")]
    AboutTooLong,
    /// There is a channel of this name.
    #[error("there is a channel of this name already")]
    ChannelExists,
    /// There is no such channel, or none that this person may read.
    #[error("there is no such channel, or you may not see it")]
    ChannelUnknown,
    /// A conversation of two has no end.
    #[error("a conversation of two cannot be left")]
    DirectStays,
    /// A conversation needs another person.
    #[error("choose somebody else to talk to")]
    DirectWithOneself,
    /// The display name holds a character that nobody can see.
    #[error("a display name cannot hold control or invisible characters")]
    DisplayNameInvisible,
    /// The display name has too many characters.
    #[error("a display name has at most 50 characters")]
    DisplayNameTooLong,
    /// This is no emoji.
    #[error("this is no emoji")]
    EmojiUnknown,
    /// There is no such place on Earth.
    #[error("a latitude is from -90 to 90, a longitude from -180 to 180")]
    LocationOutOfRange,
    /// One sentence for both: nobody learns here which names exist.
    #[error("the name or the password is wrong")]
    LogInWrong,
    /// Nothing is left of the message once it is trimmed.
    #[error("write something first")]
    MessageEmpty,
    /// The message has too many characters.
    #[error("a message has at most 2,000 characters")]
    MessageTooLong,
    /// There is no such message, or none that this person may read.
    #[error("there is no such message, or you may not see it")]
    MessageUnknown,
    /// Nothing is left of the name once it is trimmed.
    #[error("choose a name")]
    NameEmpty,
    /// The name holds a character that nobody can see.
    #[error("a name cannot hold control or invisible characters")]
    NameInvisible,
    /// A word of the name mixes scripts, and may look like another name.
    #[error("a word of a name cannot mix letters of several scripts, as Latin and Cyrillic")]
    NameMixed,
    /// An account has this name.
    #[error("that name is taken: choose another")]
    NameTaken,
    /// The name has too many characters.
    #[error("a name has at most 20 characters")]
    NameTooLong,
    /// Only members of a channel may do this.
    #[error("subscribe to this channel first")]
    NotSubscribed,
    /// Only the author of a message may do this.
    #[error("this message is somebody else's")]
    NotYours,
    /// The password has too many bytes.
    #[error("a password has at most 1,000 bytes")]
    PasswordTooLong,
    /// The password has too few characters.
    #[error("a password has at least 8 characters")]
    PasswordTooShort,
    /// The password typed to confirm a change is not the present one.
    #[error("this is not your present password")]
    PresentPasswordWrong,
    /// The message has too many kinds of reactions.
    #[error("a message has at most 20 different reactions")]
    TooManyReactions,
    /// The message has too many files.
    #[error("a message has at most 10 files")]
    TooManyFiles,
    /// One person has too many windows open.
    #[error("too many windows are open: close some")]
    TooManyWindows,
    /// Too many tries from one address or for one name.
    #[error("too many tries: wait {} and try again", in_words(.0))]
    TooManyTries(Duration),
    /// An upload.
    #[error(transparent)]
    Upload(#[from] UploadRefusal),
    /// There is no such person.
    #[error("there is nobody of this number")]
    UserUnknown,
}

impl AppError {
    /// The status that tells a program what happened.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadForm | Self::BadPayload | Self::UnknownEvent => StatusCode::BAD_REQUEST,
            Self::CrossSite => StatusCode::FORBIDDEN,
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

    /// The code that goes over the wire; it stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadForm => "bad-form",
            Self::BadPayload => "bad-payload",
            Self::CrossSite => "cross-site",
            Self::LogInFirst => "log-in-first",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::NotFound => "not-found",
            Self::Refused(refusals) => refusals.first().map_or("refused", Refusal::code),
            Self::Stopping => "stopping",
            Self::TooLarge => "too-large",
            Self::UnknownEvent => "unknown-event",
            _ => "failed",
        }
    }

    /// Puts what is our fault into the log; the rest is somebody's mistake.
    pub fn log(&self) {
        if self.status().is_server_error() {
            tracing::error!(error = ?self, "a request failed");
        }
    }

    /// A page with this error's status and, when waiting helps, how long.
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

impl Refusal {
    /// The code that goes over the wire; it stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AboutControl => "about-control",
            Self::AboutTooLong => "about-too-long",
            Self::ChannelExists => "channel-exists",
            Self::ChannelUnknown => "channel-unknown",
            Self::DirectStays => "direct-stays",
            Self::DirectWithOneself => "direct-with-oneself",
            Self::DisplayNameInvisible => "display-name-invisible",
            Self::DisplayNameTooLong => "display-name-too-long",
            Self::EmojiUnknown => "emoji-unknown",
            Self::LocationOutOfRange => "location-out-of-range",
            Self::LogInWrong => "log-in-wrong",
            Self::MessageEmpty => "message-empty",
            Self::MessageTooLong => "message-too-long",
            Self::MessageUnknown => "message-unknown",
            Self::NameEmpty => "name-empty",
            Self::NameInvisible => "name-invisible",
            Self::NameMixed => "name-mixed",
            Self::NameTaken => "name-taken",
            Self::NameTooLong => "name-too-long",
            Self::NotSubscribed => "not-subscribed",
            Self::NotYours => "not-yours",
            Self::PasswordTooLong => "password-too-long",
            Self::PasswordTooShort => "password-too-short",
            Self::PresentPasswordWrong => "present-password-wrong",
            Self::TooManyFiles => "too-many-files",
            Self::TooManyReactions => "too-many-reactions",
            Self::TooManyTries(_) => "too-many-tries",
            Self::TooManyWindows => "too-many-windows",
            Self::Upload(_) => "upload-refused",
            Self::UserUnknown => "user-unknown",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::ChannelUnknown | Self::MessageUnknown | Self::UserUnknown => {
                StatusCode::NOT_FOUND
            }
            Self::NotSubscribed | Self::NotYours => StatusCode::FORBIDDEN,
            Self::TooManyWindows => StatusCode::TOO_MANY_REQUESTS,
            Self::Upload(refusal) => refusal.status(),
            _ => StatusCode::UNPROCESSABLE_ENTITY,
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

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if matches!(self, Self::LogInFirst) {
            return Redirect::to("/").into_response();
        }
        self.log();
        self.respond_with(error_page(&self.to_string()))
    }
}

fn wait(refusals: &[Refusal]) -> Option<Duration> {
    refusals.iter().find_map(|refusal| match refusal {
        Refusal::TooManyTries(wait) | Refusal::Upload(UploadRefusal::TooOften(wait)) => Some(*wait),
        _ => None,
    })
}

/// Rounded up: who comes back after so many seconds is let in.
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
