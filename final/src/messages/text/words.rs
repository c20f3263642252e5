//! Decides within a line what may be markup: see [`super::lines`].

use std::sync::LazyLock;

use regex::Regex;

use super::{
    lines::{ADDRESS_END, GUARD},
    pattern,
};

/// Everything that the parser would take for markup, and addresses. The match that begins first
/// wins, so nothing within an address is touched.
static SPECIAL: LazyLock<Regex> = LazyLock::new(|| {
    // Punctuation of any script ends an address, for example the Chinese full stop. Hyphens, dashes
    // and middle dots belong to it, and the punctuation that URLs may have.
    let outside = r#"\s<>"`|\\\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}"#;
    let inside = r"!\#%\&'()*,./:;?@\[\]·・";
    let address =
        format!(r"(?:(?:https?|ftp)://|www\.)[[^{outside}]{inside}]*[[^{outside}]{inside}--·・]");
    // Words of languages without spaces can follow a host immediately.
    let host = r"(?<host>https?://[a-z0-9.-]+\.[a-z]{2,})[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]";
    // The target of a link is a whole address: `handlers[i](event)` is no link. Without the
    // characters that would be read as escapes.
    let target = r"(?:https?://|mailto:)[^\s()<>;\\]*(?:\([^\s()<>;\\]*\)[^\s()<>;\\]*)*";
    let html = r"(?<html><)|(?<image>!)\[|(?<unlinked>\])\(|(?<reference>&)\#?\w+;";
    // Parts of paths, code and emoticons: `/_old_/`, `^_^`, `/*`, `.*`, `(*)`, `*_*`.
    let underscore = r"(?<underscore>[[:punct:]\p{Sk}\p{Sm}--_*~`(\[{'\x22]_+)";
    let star = r"(?<star>[/\\^$)\]}]\*+|(?:^|[^.])\.\*+)";
    let face = r"(?<face>[[:punct:]\p{Sk}\p{Sm}--*]\*+)[-_.^<>=;:~+|)\]\p{Sk}\p{Sm}]";
    let eyes = r"(?<eyes>\*)(?:[-_.^]\*|/)";
    // It would break the line.
    let backslash = r"(?<backslash>\\)$";
    pattern(&format!(
        r"(?i)(?<link>\]\({target}\))|{host}|(?<address>{address})|{html}|{underscore}|{star}|{face}|{eyes}|{backslash}"
    ))
});

/// Ends an address, because it is not part of it: a character reference, an image, the target of a
/// link.
static FOLLOWER: LazyLock<Regex> = LazyLock::new(|| pattern(r"&#?\w+;|!\[|\]\("));

/// Puts a [`GUARD`] behind characters that would be read as markup with what follows.
pub fn guard_words(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 16);
    let mut at = 0;
    while let Some(found) = SPECIAL.captures_at(text, at) {
        // The only group that matched, apart from the whole.
        let Some(group) = found.iter().skip(1).flatten().next() else {
            break;
        };
        let has = |name| found.name(name).is_some();
        let end = match FOLLOWER.find(group.as_str()) {
            Some(follower) if has("address") => group.start() + follower.start(),
            _ => group.end(),
        };
        guarded += &text[at..end];
        if has("address") || has("host") {
            guarded += ADDRESS_END;
        } else if !has("link") {
            guarded.push(GUARD);
        }
        at = end;
    }
    guarded + &text[at..]
}
