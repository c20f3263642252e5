//! Every reason to refuse an ask.

/// Why an ask was refused: a sentence for people, a code for programs.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// The payload is missing, or has not the shape that the event wants.
    #[error("this could not be read: reload the page and try again")]
    BadPayload,
    /// The server does not know this event.
    #[error("this server does not know that event: reload the page")]
    UnknownEvent,
}

impl ChatError {
    /// The code that goes over the wire; it stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadPayload => "bad-payload",
            Self::UnknownEvent => "unknown-event",
        }
    }
}
