//! The names of files.

use std::sync::LazyLock;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

use crate::{
    names::is_visible,
    schema::{schema, text},
};

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 200;
/// The longest extension. No known one is longer.
const MAX_EXTENSION_BYTES: usize = 16;

schema! {
    /// The name of a file. As the limit counts bytes, most names have fewer characters.
    FileName = text(1..=MAX_NAME_BYTES).examples(["recipe.txt"])
}

/// Control characters, line separators, and characters that change the direction of writing: with
/// U+202E, `annexe\u{202e}gpj.exe` looks like a picture. Joiners stay: emoji and some scripts need
/// them.
static UNWANTED: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(r"[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]").expect("the pattern is valid")
});

/// The characters that RFC 8187 allows unescaped.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The name of an upload as it is stored and shown: the last part of a path, without invisible
/// characters, and not too long. It is never used as a path on the server's disk.
pub fn clean(sent: &str) -> String {
    // Browsers escape quotes like this, and nothing else.
    let sent = sent.replace("%22", "\"");
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = UNWANTED.replace_all(last, "");
    let name = visible.trim();
    if !is_visible(&name.replace('.', "")) {
        return "file".to_owned();
    }
    shorten(name)
}

/// Cuts a long name, but not its extension.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let extension = name.rfind('.').map_or("", |dot| &name[dot..]);
    let extension = if extension.len() <= MAX_EXTENSION_BYTES {
        extension
    } else {
        ""
    };
    let room = MAX_NAME_BYTES - extension.len();
    format!("{}{extension}", &name[..name.floor_char_boundary(room)])
}

/// A `Content-Disposition` header (RFC 6266). It has the name twice if necessary: in ASCII for old
/// programs, and unchanged for all others.
pub fn disposition(kind: &str, name: &str) -> String {
    let ascii = name.replace(|c: char| !c.is_ascii_graphic() && c != ' ', "_");
    let ascii = ascii.replace(['"', '\\', '%'], "_");
    let header = format!("{kind}; filename=\"{ascii}\"");
    if ascii == name {
        return header;
    }
    let exact = utf8_percent_encode(name, UNESCAPED);
    format!("{header}; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_path_and_no_invisible_characters() {
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\Users\\ada\\cat.jpg"), "cat.jpg");
        assert_eq!(clean("annexe\u{202e}gpj.exe"), "annexegpj.exe");
        assert_eq!(
            clean("a %22quote%22 of 100%.txt"),
            "a \"quote\" of 100%.txt"
        );
        assert_eq!(clean("a\0b\r\nc\u{2028}.txt"), "abc.txt");
        assert_eq!(
            clean("<b>\"naïve\" 👩\u{200d}🚀.txt"),
            "<b>\"naïve\" 👩\u{200d}🚀.txt"
        );
        for nothing in [
            "",
            " ",
            "..",
            "x/",
            "\u{202e}",
            "\u{200b}",
            ".\u{2060}.",
            "\u{3164}",
        ] {
            assert_eq!(clean(nothing), "file");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = clean(&format!("{}.jpeg", "é".repeat(2_000)));
        assert!(name.len() <= 200 && name.len() > 195 && name.ends_with("é.jpeg"));
        assert_eq!(clean(&format!("a.{}", "b".repeat(4_000))).len(), 200);
    }

    #[test]
    fn a_header_can_carry_any_name() {
        assert_eq!(
            disposition("inline", "a cat.jpg"),
            "inline; filename=\"a cat.jpg\""
        );
        assert_eq!(
            disposition("attachment", "\"ä\" 100%.txt"),
            "attachment; filename=\"___ 100_.txt\"; filename*=UTF-8''%22%C3%A4%22%20100%25.txt"
        );
    }
}
