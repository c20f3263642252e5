//! What a name may look like.

use std::sync::LazyLock;

use caseless::Caseless;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;

use crate::error::Refusal;

/// The longest name, in Unicode characters (code points) after normalisation.
pub const MAX_NAME_CHARS: usize = 20;

/// Control, format and other characters that nobody can see. Two names that
/// differ in them alone would look the same.
static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\x{2800}]";
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(pattern).expect("the pattern is valid")
});

/// A name as it is shown: trimmed, and in normalisation form NFKC, which gives
/// letters that look alike only by their width or style one spelling
/// ([UAX #15](https://www.unicode.org/reports/tr15/)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Reads what was typed; refuses what is empty, too long or invisible.
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

    /// Reads a name that is new. Within a word all letters are of one script: a
    /// Cyrillic letter among Latin ones makes a name that looks like another
    /// ([UTS #39](https://www.unicode.org/reports/tr39/)).
    pub fn parse_new(typed: &str) -> Result<Self, Refusal> {
        let name = Self::parse(typed)?;
        match name.0.split_whitespace().all(MixedScript::is_single_script) {
            true => Ok(name),
            false => Err(Refusal::NameMixed),
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Equal for two names that a reader would take for the same: upper and
    /// lower case, and compatible spellings, make no difference
    /// ([Unicode, D146](https://www.unicode.org/versions/latest/core-spec/chapter-3/)).
    pub fn key(&self) -> String {
        let once = self.0.nfd().default_case_fold().nfkd();
        once.default_case_fold().nfkd().collect()
    }
}

/// Whether a text holds characters that nobody can see.
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
    fn what_nobody_can_see_is_refused() {
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
    fn letters_that_look_alike_do_not_hide_in_a_new_name() {
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
