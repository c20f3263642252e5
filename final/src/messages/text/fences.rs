//! Code blocks end where people type it: also behind the last line of the code, and in front of
//! what they write next. The parser wants the three backticks on a line of their own.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::pattern;

/// Three backticks begin and end a code block.
pub const FENCE: &str = "```";
/// Quotes and spaces.
const PREFIX: &str = r"(?<prefix>(?:\x20{0,3}>\x20)*\x20*)";

/// The beginning of a code block at the beginning of a line or of an item.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    let item = r"(?:(?:[-*]|[0-9]+[.)])\x20+)?";
    pattern(&format!(
        r"^(?<before>[\x20\t>]*{item})(?<ticks>`{{3,}})(?<info>[^`]*)$"
    ))
});

/// A word that names a programming language.
static LANGUAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Za-z][A-Za-z0-9+#.-]*$"));

/// The beginning of a code block behind a text.
static LATE_OPENING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^{PREFIX}(?<before>[^`]+?)\s*(?<fence>(?<ticks>`{{3,}})[A-Za-z0-9+#.-]*)$"
    ))
});

/// The end of a code block, with code before it and text after it. "```rust" ends no block.
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^{PREFIX}(?<code>.*?)(?<ticks>`{{3,}})(?:\s+(?<after>.*))?$"
    ))
});

/// Whether a line that [`split_fences`] returned begins or ends a code block.
pub fn is_fence(text: &str) -> bool {
    let info = text.trim_start_matches('`');
    text.starts_with(FENCE) && (info.trim().is_empty() || LANGUAGE.is_match(info))
}

/// The lines of a text, and whether each is code. Each end of a code block gets its own line.
pub fn split_fences(text: &str) -> Vec<(bool, String)> {
    let mut lines = Vec::new();
    let mut open = None;
    for line in text.split('\n') {
        open = match open {
            Some(ticks) => read_code(line, ticks, &mut lines),
            None => read_text(line, &mut lines),
        };
    }
    lines
}

/// Reads a line of text. Returns how many backticks begin a code block.
fn read_text(line: &str, lines: &mut Vec<(bool, String)>) -> Option<usize> {
    if let Some(opening) = OPENING.captures(line) {
        lines.extend(first_lines(&opening).into_iter().map(|line| (true, line)));
        return Some(opening["ticks"].len());
    }
    let Some(late) = LATE_OPENING.captures(line) else {
        lines.push((false, line.to_owned()));
        return None;
    };
    lines.push((false, format!("{}{}", &late["prefix"], &late["before"])));
    lines.push((true, format!("{}{}", &late["prefix"], &late["fence"])));
    Some(late["ticks"].len())
}

/// The backticks, and on a second line the code that follows them immediately.
fn first_lines(opening: &Captures) -> Vec<String> {
    let (before, ticks, info) = (
        &opening["before"],
        &opening["ticks"],
        opening["info"].trim(),
    );
    if info.is_empty() || LANGUAGE.is_match(info) {
        return vec![format!("{before}{ticks}{info}")];
    }
    // In an item, the code is as far from the margin as the backticks.
    let inside = before.replace(|c| c != '>', " ");
    vec![format!("{before}{ticks}"), format!("{inside}{info}")]
}

/// Reads a line of code. Returns the backticks of the block unless it ends.
fn read_code(line: &str, ticks: usize, lines: &mut Vec<(bool, String)>) -> Option<usize> {
    let closing = CLOSING.captures(line);
    let Some(closing) = closing.filter(|closing| closing["ticks"].len() >= ticks) else {
        lines.push((true, line.to_owned()));
        return Some(ticks);
    };
    for name in ["code", "ticks", "after"] {
        let part = closing.name(name).map_or("", |part| part.as_str());
        if !part.is_empty() {
            lines.push((name != "after", format!("{}{part}", &closing["prefix"])));
        }
    }
    None
}
