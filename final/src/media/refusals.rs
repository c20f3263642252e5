//! Why an upload is refused.

use std::time::Duration;

use axum::http::StatusCode;

use super::strip::Damaged;

/// A rule that an upload breaks: a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefusal {
    /// It says that it is a picture, and cannot be read as one.
    #[error("this picture is damaged and cannot be read")]
    Damaged,
    /// A message names a file that is not there, or not its author's, or sent already.
    #[error("a file of this message is gone: attach it again")]
    Gone,
    /// The form came without a file.
    #[error("choose a file first")]
    NoFile,
    /// Only a picture can be somebody's picture.
    #[error("this is no picture: choose a JPEG, PNG, GIF or WebP")]
    NoPicture,
    /// The picture's file is larger than what is worked on.
    #[error("a picture has at most 64 MB")]
    PictureTooLarge,
    /// Their files would fill more than they may.
    #[error("your files may fill {0} MB: delete some messages with files first")]
    QuotaFull(u32),
    /// The file is larger than what may be uploaded.
    #[error("a file has at most {0} MB")]
    TooLarge(u32),
    /// The picture would need too much memory, here and in every browser.
    #[error("a picture has at most 40 million pixels")]
    TooManyPixels,
    /// Too many uploads of one person.
    #[error("too many uploads: wait {} and try again", crate::error::in_words(.0))]
    TooOften(Duration),
    /// Nothing came for too long.
    #[error("the upload was too slow and was cut: try again")]
    TooSlow,
    /// The request is not a form with a file, or ended in the middle.
    #[error("this upload could not be read: send one file as multipart/form-data")]
    Unreadable,
}

impl UploadRefusal {
    /// The status that tells a program what happened.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::PictureTooLarge | Self::QuotaFull(_) | Self::TooLarge(_) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl From<Damaged> for UploadRefusal {
    fn from(damaged: Damaged) -> Self {
        tracing::debug!(%damaged, "a picture could not be read");
        Self::Damaged
    }
}
