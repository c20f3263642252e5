//! Avatars: the small pictures beside names.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::url;
use crate::{
    ids::UserId,
    schema::{schema, whole_number},
};

/// How many colours `client/people/avatar.css` has.
const COLOURS: i64 = 8;

schema! {
    /// The number of a colour.
    Colour = whole_number(0..=COLOURS - 1)
}

/// The profile picture of a person. Without a picture, the page shows initials on a colour, which
/// are always the same for the same person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Avatar {
    /// One or two letters of the display name.
    #[schema(min_length = 1, example = "AL")]
    pub initials: String,
    /// The number of a colour.
    #[schema(value_type = Colour)]
    pub colour: i64,
    /// The address of the picture.
    #[schema(
        format = "uri-reference",
        example = "/files/00112233445566778899aabbccddeeff"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
}

impl Avatar {
    /// The avatar of a person. The colour depends on the id, which never changes; the initials on
    /// the display name.
    pub fn of(user: UserId, display_name: &str, picture: Option<&str>) -> Self {
        Self {
            initials: initials(display_name),
            colour: user.0 % COLOURS,
            picture_url: picture.map(url),
        }
    }
}

/// The first letters of the first and the last word.
fn initials(display_name: &str) -> String {
    let mut words = display_name.split_whitespace();
    let first = words.next().and_then(first_letter);
    let last = words.next_back().and_then(first_letter);
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// The first letter or digit of a word, or else its first character.
fn first_letter(word: &str) -> Option<char> {
    let mut letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.next().or_else(|| word.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_letters_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Ada", "A"),
            ("ada king lovelace", "AL"),
            ("(Ada) \"Lady\" L.", "AL"),
            ("Élodie", "É"),
            ("李 明", "李明"),
            ("🚀", "🚀"),
        ] {
            assert_eq!(initials(name), expected);
        }
    }
}
