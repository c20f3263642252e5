//! Who has an account.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::{
    error::Refusal,
    media::Avatar,
    names::{Name, has_invisible},
};

/// The longest display name, in characters.
pub const MAX_DISPLAY_NAME_CHARS: usize = 50;
/// The longest line about oneself, in characters.
pub const MAX_ABOUT_CHARS: usize = 160;

/// Someone who has an account.
#[derive(Clone, FromRow)]
pub struct User {
    /// The number that never changes.
    pub id: i64,
    /// The name that they log in with, and that no other account has.
    pub name: String,
    /// See [`Name::key`].
    pub name_key: String,
    /// The name that others see first.
    pub display_name: String,
    /// A line about themselves.
    pub about: String,
    /// What the password is checked against.
    pub password_hash: String,
    /// How often the password was changed.
    pub password_version: i64,
    /// The storage name of their picture.
    pub picture: Option<String>,
}

impl User {
    /// What stands beside their name.
    pub fn avatar(&self) -> Avatar {
        Avatar::of(self.id, &self.display_name, self.picture.as_deref())
    }
}

/// What everyone may know of someone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The number that never changes.
    pub id: i64,
    /// The name that no other account has.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// The picture beside it.
    #[serde(flatten)]
    pub avatar: Avatar,
}

/// A row of the queries for [`Person`].
#[derive(Debug, Clone, FromRow)]
pub struct PersonRow {
    /// See [`Person`].
    pub id: i64,
    /// See [`Person`].
    pub name: String,
    /// See [`Person`].
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

/// What is stored of a new account.
pub struct NewUser {
    /// The name as it is shown.
    pub name: Name,
    /// See [`Name::key`].
    pub name_key: String,
    /// What the password is checked against.
    pub password_hash: String,
    /// When they signed up.
    pub created_at: DateTime<Utc>,
}

/// What others see of someone.
#[derive(Debug)]
pub struct Profile {
    /// The name that others see first.
    pub display_name: String,
    /// A line about themselves.
    pub about: String,
}

/// Reads a display name; an empty one means the name itself.
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

/// Reads the line about oneself. Joiners stay allowed, unlike in names: family
/// emoji and some scripts need them.
pub fn parse_about(typed: &str) -> Result<String, Refusal> {
    let about = typed.trim();
    if about.chars().any(char::is_control) {
        return Err(Refusal::AboutControl);
    }
    if about.chars().count() > MAX_ABOUT_CHARS {
        return Err(Refusal::AboutTooLong);
    }
    Ok(about.to_owned())
}
