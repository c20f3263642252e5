//! The small picture beside a name.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::url;

/// How many colours `client/avatar.css` has.
const COLOURS: i64 = 8;

/// The picture of a person, and what stands for it without one: initials on a
/// colour, both always the same for the same person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Avatar {
    /// One or two letters of the name that others see.
    pub initials: String,
    /// The number of a colour in `client/avatar.css`.
    pub colour: i64,
    /// Where the picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
}

impl Avatar {
    /// The avatar of a person: the colour is that of the number that never
    /// changes, the initials are those of the display name.
    pub fn of(id: i64, display_name: &str, picture: Option<&str>) -> Self {
        Self {
            initials: initials(display_name),
            colour: id % COLOURS,
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

/// The first that is a letter or a digit; if there is none, whatever comes first.
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
