//! The rules that an input can break.

use std::time::Duration;

use axum::http::StatusCode;

use super::{UploadRefusal, in_words};

/// A rule that the input breaks: a sentence for people, and a code for programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// The line about a person has control characters.
    #[error("this line cannot have control characters: remove them")]
    AboutControl,
    /// The line about a person has too many characters.
    #[error("this line has at most 160 characters")]
    AboutTooLong,
    /// There is a channel of this name already.
    #[error("there is a channel of this name already")]
    ChannelExists,
    /// There is no such channel, or this person may not read it.
    #[error("there is no such channel, or you may not see it")]
    ChannelUnknown,
    /// Nobody can leave a direct message.
    #[error("you cannot leave a direct message")]
    DirectStays,
    /// A direct message needs another person.
    #[error("choose somebody else to talk to")]
    DirectWithOneself,
    /// The display name has a character that nobody can see.
    #[error("a display name cannot hold control or invisible characters")]
    DisplayNameInvisible,
    /// The display name has too many characters.
    #[error("a display name has at most 50 characters")]
    DisplayNameTooLong,
    /// There is no such emoji.
    #[error("this is not an emoji: choose one from the list")]
    EmojiUnknown,
    /// The message names a file twice.
    #[error("this file is attached already: attach each file once")]
    FileTwice,
    /// There is no such place on Earth.
    #[error("a latitude is from -90 to 90, a longitude from -180 to 180")]
    LocationOutOfRange,
    /// The name or the password is wrong. One sentence for both, so that nobody can find out which
    /// names exist.
    #[error("the name or the password is wrong")]
    LogInWrong,
    /// Nobody could see anything of the message.
    #[error("write something first")]
    MessageEmpty,
    /// The message has too many characters.
    #[error("a message has at most 2,000 characters")]
    MessageTooLong,
    /// There is no such message, or this person may not read it.
    #[error("there is no such message, or you may not see it")]
    MessageUnknown,
    /// Nothing is left of the name once it is trimmed.
    #[error("choose a name")]
    NameEmpty,
    /// The name has a character that nobody can see.
    #[error("a name cannot hold control or invisible characters")]
    NameInvisible,
    /// A word in the name mixes scripts, so it may look like another name.
    #[error("a word in a name cannot mix scripts, such as Latin and Cyrillic")]
    NameMixed,
    /// An account has this name.
    #[error("that name is taken: choose another")]
    NameTaken,
    /// The name has too many characters.
    #[error("a name has at most 20 characters")]
    NameTooLong,
    /// Only subscribers of the channel may do this.
    #[error("subscribe to this channel first")]
    NotSubscribed,
    /// Only the author of a message may do this.
    #[error("you can only change your own messages")]
    NotYours,
    /// The password has too many bytes.
    #[error("a password has at most 1,000 bytes")]
    PasswordTooLong,
    /// The password has too few characters.
    #[error("a password has at least 8 characters")]
    PasswordTooShort,
    /// The password that was typed to confirm a change is not the current one.
    #[error("this is not your current password")]
    PresentPasswordWrong,
    /// The message has too many different reactions.
    #[error("a message has at most 20 different reactions")]
    TooManyReactions,
    /// The message has too many files.
    #[error("a message has at most 10 files")]
    TooManyFiles,
    /// The person has too many connections.
    #[error("too many windows are open: close some")]
    TooManyWindows,
    /// Something happened too often: attempts to log in from one address, requests of one person.
    #[error("too many attempts: wait {} and try again", in_words(.0))]
    TooManyTries(Duration),
    /// The upload breaks a rule.
    #[strum(serialize = "upload-refused")]
    #[error(transparent)]
    Upload(#[from] UploadRefusal),
    /// There is no such person.
    #[error("there is no such person")]
    UserUnknown,
}

impl Refusal {
    /// The variant's name in kebab-case. It stays when the sentence is reworded.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// The status code of the response.
    pub fn status(&self) -> StatusCode {
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
