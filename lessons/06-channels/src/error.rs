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
    /// There is a channel of this name.
    #[error("there is a channel of this name already")]
    ChannelExists,
    /// As many channels as the server has room for exist.
    #[error("there is no room for another channel: use one that exists")]
    ChannelsFull,
    /// There is no channel of this name.
    #[error("there is no channel of this name yet")]
    ChannelUnknown,
    /// As many people as the server has room for are here.
    #[error("the chat is full: try again later")]
    ChatFull,
    /// Nothing is left of the message once it is trimmed.
    #[error("write something first")]
    MessageEmpty,
    /// The message has too many characters.
    #[error("a message has at most 2,000 characters")]
    MessageTooLong,
    /// Nothing is left of the name once it is trimmed.
    #[error("choose a name")]
    NameEmpty,
    /// The name holds a character that nobody can see.
    #[error("a name cannot hold control or invisible characters")]
    NameInvisible,
    /// Someone who is here has this name.
    #[error("that name is taken: choose another")]
    NameTaken,
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
            Self::ChannelExists => "channel-exists",
            Self::ChannelsFull => "channels-full",
            Self::ChannelUnknown => "channel-unknown",
            Self::ChatFull => "chat-full",
            Self::MessageEmpty => "message-empty",
            Self::MessageTooLong => "message-too-long",
            Self::NameEmpty => "name-empty",
            Self::NameInvisible => "name-invisible",
            Self::NameTaken => "name-taken",
            Self::NameTooLong => "name-too-long",
            Self::NotJoined => "not-joined",
            Self::UnknownEvent => "unknown-event",
        }
    }
}
