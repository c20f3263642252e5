//! Every reason to refuse an upload.

use std::time::Duration;

use axum::http::StatusCode;

/// Why an upload was refused: a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefusal {
    /// The file begins like a picture, but cannot be decoded.
    #[error("this picture is damaged and cannot be read: choose another")]
    Damaged,
    /// A file of the message does not exist, is not its author's, or was sent already.
    #[error("a file of this message is gone: attach it again")]
    Gone,
    /// The form has no file.
    #[error("choose a file first")]
    NoFile,
    /// A profile picture must be a picture.
    #[error("this is not a picture: choose a JPEG, PNG, GIF or WebP")]
    NoPicture,
    /// The file of the picture is too large to be processed.
    #[error("a picture has at most 64 MB")]
    PictureTooLarge,
    /// The quota of the person is used up.
    #[error("your files may take up {0} MB: delete some messages with files first")]
    QuotaFull(u32),
    /// The file is too large.
    #[error("a file has at most {0} MB")]
    TooLarge(u32),
    /// The picture would need too much memory, on the server and in every browser.
    #[error("a picture has at most 40 million pixels")]
    TooManyPixels,
    /// The person has uploaded too many files in a short time.
    #[error("too many uploads: wait {} and try again", super::in_words(.0))]
    TooOften(Duration),
    /// The upload paused for too long, or was too slow.
    #[error("the upload was too slow and was stopped: try again")]
    TooSlow,
    /// The request is not a form with a file, or it ended early.
    #[error("this upload could not be read: send one file as multipart/form-data")]
    Unreadable,
}

impl UploadRefusal {
    /// The status code of the response.
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
