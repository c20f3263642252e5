//! Every reason to refuse a request.

/// Why a request was refused: a sentence for people, and a code for programs.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ChatError {
    /// This connection already has a name.
    #[error("you have joined already: one name at a time")]
    AlreadyJoined,
    /// The payload is missing or doesn't have the fields that the event needs.
    #[error("this could not be read: reload the page and try again")]
    BadPayload,
    /// There is a channel of this name already.
    #[error("there is a channel of this name already")]
    ChannelExists,
    /// There is no channel of this name.
    #[error("there is no channel of this name yet")]
    ChannelUnknown,
    /// The server has no room for another channel.
    #[error("there is no room for another channel: use one that exists")]
    ChannelsFull,
    /// The server has no room for another person.
    #[error("the chat is full: try again later")]
    ChatFull,
    /// A private message needs another person.
    #[error("choose somebody else to talk to")]
    DirectWithOneself,
    /// The connection ended before the request could be handled.
    #[error("the connection is lost: try again")]
    Disconnected,
    /// There is no such place on Earth.
    #[error("a latitude is from -90 to 90, a longitude from -180 to 180")]
    LocationOutOfRange,
    /// Nothing is left of the message once it is trimmed.
    #[error("write something first")]
    MessageEmpty,
    /// The message has too many characters.
    #[error("a message has at most 2,000 characters")]
    MessageTooLong,
    /// Nothing is left of the name once it is trimmed.
    #[error("choose a name")]
    NameEmpty,
    /// The name has a character that nobody can see.
    #[error("a name cannot hold control or invisible characters")]
    NameInvisible,
    /// Someone who is here has this name.
    #[error("that name is taken: choose another")]
    NameTaken,
    /// The name has too many characters.
    #[error("a name has at most 20 characters")]
    NameTooLong,
    /// Only people who have joined may send this request.
    #[error("join first: nobody here knows your name yet")]
    NotJoined,
    /// The server has no handler for an event of this name.
    #[error("this server does not know the event {0:?}: reload the page")]
    UnknownEvent(String),
    /// Nobody who is here has this name.
    #[error("nobody of this name is here right now")]
    UserUnknown,
}

impl ChatError {
    /// The variant's name in kebab-case, such as `bad-payload`. It stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        self.into()
    }
}
