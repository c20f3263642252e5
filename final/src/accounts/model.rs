//! Accounts, as they are stored and as others see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::{
    error::Refusal,
    ids::UserId,
    media::Avatar,
    names::{Name, has_invisible, is_visible},
    schema::{schema, text},
};

/// The longest display name, in characters.
const MAX_DISPLAY_NAME_CHARS: usize = 50;
/// The longest line about a person, in characters.
const MAX_ABOUT_CHARS: usize = 160;

schema! {
    /// A display name.
    DisplayName = text(1..=MAX_DISPLAY_NAME_CHARS).examples(["Ada Lovelace"])
}

schema! {
    /// The description that a person has written of themselves.
    About = text(0..=MAX_ABOUT_CHARS).examples(["Notes about engines"])
}

/// A person's account.
#[derive(Clone, FromRow)]
pub struct User {
    /// The account's id, which never changes.
    pub id: UserId,
    /// The unique name that they log in with.
    pub name: String,
    /// See `Name::key`.
    pub name_key: String,
    /// The name that others see.
    pub display_name: String,
    /// The description that they have written of themselves.
    pub about: String,
    /// The Argon2id hash of the password.
    pub password_hash: String,
    /// How often the password was changed.
    pub password_version: i64,
    /// The storage name of their profile picture.
    pub picture: Option<String>,
}

impl User {
    /// The avatar that others see.
    pub fn avatar(&self) -> Avatar {
        Avatar::of(self.id, &self.display_name, self.picture.as_deref())
    }
}

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The account's id.
    pub id: UserId,
    /// The unique name.
    #[schema(value_type = Name)]
    pub name: String,
    /// The name to show.
    #[schema(value_type = DisplayName)]
    pub display_name: String,
    /// The picture to show beside the name.
    #[serde(flatten)]
    pub avatar: Avatar,
}

/// A row of the queries for [`Person`].
#[derive(Debug, Clone, FromRow)]
pub(crate) struct PersonRow {
    pub id: UserId,
    pub name: String,
    pub display_name: String,
    /// The storage name of the picture.
    pub picture: Option<String>,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            avatar: Avatar::of(row.id, &row.display_name, row.picture.as_deref()),
            id: row.id,
            name: row.name,
            display_name: row.display_name,
        }
    }
}

/// A new account.
pub struct NewUser {
    pub name: Name,
    /// See [`Name::key`].
    pub name_key: String,
    pub password_hash: String,
    pub created_at: DateTime<Utc>,
}

/// The part of an account that its owner can change and that others see.
#[derive(Debug)]
pub struct Profile {
    pub display_name: String,
    /// See [`key`](crate::names::key).
    pub display_key: String,
    pub about: String,
}

/// A valid session.
#[derive(FromRow)]
pub struct SessionRow {
    pub user_id: UserId,
    pub password_version: i64,
    pub expires_at: DateTime<Utc>,
}

/// A new session.
pub struct NewSession {
    /// A hash of the id in the cookie.
    pub key: String,
    pub user_id: UserId,
    /// See [`User::password_version`].
    pub password_version: i64,
    pub expires_at: DateTime<Utc>,
}

/// Reads a display name. An empty one stands for the name itself.
pub fn parse_display_name(typed: &str, user: &User) -> Result<String, Refusal> {
    let normalised: String = typed.nfkc().collect();
    let display_name = normalised.trim();
    match display_name.chars().count() {
        0 => Ok(user.name.clone()),
        1..=MAX_DISPLAY_NAME_CHARS if has_invisible(display_name) => {
            Err(Refusal::DisplayNameInvisible)
        }
        1..=MAX_DISPLAY_NAME_CHARS => Ok(display_name.to_owned()),
        _ => Err(Refusal::DisplayNameTooLong),
    }
}

/// Reads the line about a person. Unlike in names, joiners are allowed: family emoji and some
/// scripts need them. A line in which there is nothing to see is empty.
pub fn parse_about(typed: &str) -> Result<String, Refusal> {
    let about = typed.trim();
    if about.chars().any(char::is_control) {
        return Err(Refusal::AboutControl);
    }
    if about.chars().count() > MAX_ABOUT_CHARS {
        return Err(Refusal::AboutTooLong);
    }
    Ok(if is_visible(about) {
        about.to_owned()
    } else {
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_nobody_can_see_is_empty() {
        for typed in ["", " \u{3000}", "\u{200b}\u{2060}", "\u{3164}"] {
            assert_eq!(parse_about(typed).unwrap(), "", "{typed:?}");
        }
        assert_eq!(parse_about(" 👩\u{200d}🚀 ").unwrap(), "👩\u{200d}🚀");
    }
}
