//! Every reason to refuse an ask.

/// Why an ask was refused: a sentence for people, a code for programs.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// This connection has a name already.
    #[error("you have joined already: one name at a time")]
    AlreadyJoined,
    /// The payload is missing, or has not the shape that the event wants.
    #[error("this could not be read: reload the page and try again")]
    BadPayload,
    /// As many people as the server has room for are here.
    #[error("the chat is full: try again later")]
    ChatFull,
    /// Nothing is left of the name once it is trimmed.
    #[error("choose a name")]
    NameEmpty,
    /// The name holds a character that nobody can see.
    #[error("a name cannot hold control or invisible characters")]
    NameInvisible,
    /// The name has too many characters.
    #[error("a name has at most 20 characters")]
    NameTooLong,
    /// Only people who have joined may ask this.
    #[error("join first: nobody here knows your name yet")]
    NotJoined,
    /// The server does not know this event.
    #[error("this server does not know that event: reload the page")]
    UnknownEvent,
}

impl ChatError {
    /// The code that goes over the wire; it stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyJoined => "already-joined",
            Self::BadPayload => "bad-payload",
            Self::ChatFull => "chat-full",
            Self::NameEmpty => "name-empty",
            Self::NameInvisible => "name-invisible",
            Self::NameTooLong => "name-too-long",
            Self::NotJoined => "not-joined",
            Self::UnknownEvent => "unknown-event",
        }
    }
}
