//! Every reason to refuse a request.

/// Why a request was refused: a sentence for people, and a code for programs.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ChatError {
    /// The payload is missing or doesn't have the fields that the event needs.
    #[error("this could not be read: reload the page and try again")]
    BadPayload,
    /// The server has no handler for an event of this name.
    #[error("this server does not know the event {0:?}: reload the page")]
    UnknownEvent(String),
}

impl ChatError {
    /// The variant's name in kebab-case, such as `bad-payload`. It stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}
