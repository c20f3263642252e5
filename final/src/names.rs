//! The rules for names.

use std::sync::LazyLock;

use caseless::Caseless;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;

use crate::{
    error::Refusal,
    schema::{describe, schema, text},
};

/// The longest name, in Unicode characters (code points) after normalisation.
const MAX_NAME_CHARS: usize = 20;

/// Control, format and other invisible characters. Two names that differ only in them would look
/// the same.
static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\x{2800}]";
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(pattern).expect("the pattern is valid")
});

/// A name as it is shown: trimmed, and in normalisation form NFKC. NFKC gives the variants of a
/// letter that differ only in width or style the same spelling
/// ([UAX #15](https://www.unicode.org/reports/tr15/)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

// Counted after trimming and normalising, so a text with blanks around it may be longer.
describe!(Name = text(1..=MAX_NAME_CHARS).examples(["Ada"]));

schema! {
    /// A name, or nothing.
    OptionalName = text(0..=MAX_NAME_CHARS).examples(["General"])
}

impl Name {
    /// Reads a name. Refuses one that is empty, too long, or has invisible characters.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let normalised: String = typed.nfkc().collect();
        let name = normalised.trim();
        match name.chars().count() {
            0 => Err(Refusal::NameEmpty),
            1..=MAX_NAME_CHARS if has_invisible(name) => Err(Refusal::NameInvisible),
            1..=MAX_NAME_CHARS => Ok(Self(name.to_owned())),
            _ => Err(Refusal::NameTooLong),
        }
    }

    /// Reads a name of a new account or channel. All letters of a word must be of one script,
    /// because a Cyrillic letter among Latin ones can make a name look like another
    /// ([UTS #39](https://www.unicode.org/reports/tr39/)).
    pub fn parse_new(typed: &str) -> Result<Self, Refusal> {
        let name = Self::parse(typed)?;
        if name.0.split_whitespace().all(MixedScript::is_single_script) {
            Ok(name)
        } else {
            Err(Refusal::NameMixed)
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for all names that a reader would take for this one: it ignores case, and
    /// compatible spellings
    /// ([Unicode, D146](https://www.unicode.org/versions/latest/core-spec/chapter-3/)).
    pub fn key(&self) -> String {
        key(&self.0)
    }
}

/// The key of a text: see [`Name::key`].
pub fn key(text: &str) -> String {
    let once = text.nfd().default_case_fold().nfkd();
    once.default_case_fold().nfkd().collect()
}

/// Whether a text has a character that a reader sees.
pub fn is_visible(text: &str) -> bool {
    let is_visible = |c: char| !c.is_whitespace() && !has_invisible(c.encode_utf8(&mut [0; 4]));
    text.chars().any(is_visible)
}

/// Whether a text has invisible characters.
pub fn has_invisible(text: &str) -> bool {
    INVISIBLE.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(typed: &str) -> String {
        Name::parse(typed).unwrap().key()
    }

    #[test]
    fn case_width_and_accents_typed_apart_make_no_difference() {
        assert_eq!(key("Ada"), key(" ＡＤＡ "));
        assert_eq!(key("Straße"), key("STRASSE"));
        assert_eq!(key("Zoë"), key("zoe\u{308}"));
        assert_ne!(key("Ada"), key("Ad"));
    }

    #[test]
    fn invisible_characters_are_refused() {
        for typed in [
            "A\u{200b}da",
            "A\rda",
            "A\u{1b}[31mda",
            "\u{202e}Ada",
            "A\0",
        ] {
            assert!(
                matches!(Name::parse(typed), Err(Refusal::NameInvisible)),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn a_word_of_a_new_name_has_letters_of_one_script() {
        for typed in ["Аda", "Adа", "Zοe", "General Сhat"] {
            assert!(!typed.is_ascii());
            let refused = Name::parse_new(typed);
            assert!(matches!(refused, Err(Refusal::NameMixed)), "{typed}");
        }
        for typed in [
            "Ada-2",
            "Zoë",
            "Ольга",
            "Κώστας",
            "山田さくら",
            "김하늘",
            "أحمد",
            "Ada Иванова",
            "🎉 Party_1",
        ] {
            assert!(Name::parse_new(typed).is_ok(), "{typed}");
        }
    }

    #[test]
    fn twenty_characters_are_enough() {
        assert!(Name::parse(&"é".repeat(20)).is_ok());
        assert!(matches!(
            Name::parse(&"é".repeat(21)),
            Err(Refusal::NameTooLong)
        ));
        assert!(matches!(Name::parse(" \t "), Err(Refusal::NameEmpty)));
    }
}
