//! The rules for names.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::error::ChatError;

/// The longest name, in Unicode characters (code points) after normalisation.
const MAX_NAME_CHARS: usize = 20;

/// Control, format and other characters that nobody can see. Two names that
/// differ only in these would look the same.
static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\x{2800}]";
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(pattern).expect("the pattern is valid")
});

/// A name as the chat shows it: trimmed, and in normalisation form NFKC, which gives
/// letters that look alike only by their width or style one spelling
/// ([UAX #15](https://www.unicode.org/reports/tr15/)).
/// People and channels have such names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// The name of the channel that always exists.
    pub fn general() -> Self {
        Self("General".to_owned())
    }

    /// Reads what someone typed. Refuses it if it is empty, too long, or has invisible characters.
    pub fn parse(typed: &str) -> Result<Self, ChatError> {
        let normalised: String = typed.nfkc().collect();
        let name = normalised.trim();
        match name.chars().count() {
            0 => Err(ChatError::NameEmpty),
            1..=MAX_NAME_CHARS if INVISIBLE.is_match(name) => Err(ChatError::NameInvisible),
            1..=MAX_NAME_CHARS => Ok(Self(name.to_owned())),
            _ => Err(ChatError::NameTooLong),
        }
    }

    /// Whether a reader would take both for the same name: upper and lower case,
    /// and compatible spellings, make no difference
    /// ([Unicode, D146](https://www.unicode.org/versions/latest/core-spec/chapter-3/)).
    pub fn is_same_as(&self, other: &Self) -> bool {
        caseless::compatibility_caseless_match_str(&self.0, &other.0)
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
