//! Decides line by line what may begin a block, before the markdown parser sees the text.
//!
//! Document markdown gives a meaning to much that people type in a chat: `# 1 priority` is a
//! heading, `---` a rule, `[12:34]: hello` a definition that is not shown at all. Here, only quotes,
//! lists and code blocks begin a block. Every other line gets a [`GUARD`] in front of its text, and
//! is a paragraph for the parser.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    fences::{is_fence, split_fences},
    pattern,
    words::guard_words,
};

/// Stands between characters that must not be read as markup together. It is white space for the
/// parser. Texts that are typed cannot have it: [`break_lines`] replaces it.
pub const GUARD: char = '\u{c}';
/// Ends an address: a space, and a mark to remove it by. No typed text has the mark, either.
pub const ADDRESS_END: &str = " \u{b}";

/// A tab, as wide as it is shown.
const TAB: &str = "    ";

/// The parts of a line. Numbers of more than three digits, such as years, begin sentences.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let quotes = r"(?<quotes>(?:\x20{0,3}>(?:[\x20\t]|$))*)";
    let indent = r"(?<indent>[\x20\t]*)";
    let marker = r"(?<marker>(?:[-*]|(?:0|[1-9][0-9]{0,2})[.)])[\x20\t]+)?";
    pattern(&format!("^{quotes}{indent}{marker}(?<text>.*)$"))
});

/// Makes line breaks of all characters that break a line. Guards are among them.
pub fn break_lines(typed: &str) -> String {
    let typed = typed.replace("\r\n", "\n");
    typed.replace(
        ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'],
        "\n",
    )
}

/// White space that HTML shows as it was typed.
pub fn visible(white_space: &str) -> String {
    let spaces = white_space.replace('\t', TAB);
    "\u{a0}".repeat(spaces.len())
}

/// Removes all guards from a text.
pub fn unguard(text: &str) -> String {
    text.replace(ADDRESS_END, "").replace(GUARD, "")
}

/// The text with guards: what a parser of document markdown reads as chat markdown.
pub fn guard(text: &str) -> String {
    let lines = split_fences(text);
    let lines: Vec<Line> = lines.iter().filter_map(Line::read).collect();
    let mut guarded = String::with_capacity(text.len() * 2);
    let mut is_quoted = false;
    let mut is_after_item = false;
    for (index, line) in lines.iter().enumerate() {
        is_quoted = !line.quotes.is_empty() && (is_quoted || !line.is_blank());
        let is_item = is_in_list(&lines, index);
        if is_after_item && !line.is_code && !line.continues_list() {
            // A list ends with its last line, too.
            guarded += line.quotes;
            guarded.push('\n');
        }
        is_after_item = is_item || is_after_item && line.continues_list();
        // Behind anything but a space, `www.` begins no address.
        let is_markup = line.is_code || is_after_item || line.text.starts_with("www.");
        let indent = match line.indent {
            "" => String::new(),
            indent if is_markup => indent.to_owned(),
            indent => format!("{GUARD}{}", visible(indent)),
        };
        line.write(is_quoted, is_item, &indent, &mut guarded);
        guarded.push('\n');
    }
    guarded
}

struct Line<'a> {
    is_code: bool,
    /// `> ` for each quote that the line is in.
    quotes: &'a str,
    indent: &'a str,
    /// The beginning of an item of a list, such as `- ` or `1. `.
    marker: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// Every line matches the pattern.
    fn read((is_code, line): &'a (bool, String)) -> Option<Self> {
        let parts = LINE.captures(line)?;
        let part = |name| parts.name(name).map_or("", |part| part.as_str());
        let mut line = Self {
            is_code: *is_code,
            quotes: part("quotes"),
            indent: part("indent"),
            marker: part("marker"),
            text: part("text"),
        };
        if line.text.is_empty() {
            // A marker without anything behind it, such as a dash, is text.
            line.text = line.marker;
            line.marker = "";
        }
        Some(line)
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn is_item(&self) -> bool {
        !self.marker.is_empty()
    }

    /// Whether the line can be between two items of one list.
    fn continues_list(&self) -> bool {
        self.is_item() || self.is_blank() || !self.indent.is_empty()
    }

    fn write(&self, is_quoted: bool, is_in_list: bool, indent: &str, to: &mut String) {
        if !is_quoted && !self.quotes.is_empty() {
            // Nothing but `>`: text, unless it is between the lines of a quote.
            to.push(GUARD);
        }
        *to += self.quotes;
        if self.quotes.ends_with('>') {
            to.push(' ');
        }
        *to += if is_fence(self.text) || self.is_blank() {
            self.indent
        } else {
            indent
        };
        if is_in_list || !self.is_item() {
            *to += self.marker;
        } else {
            *to += &format!("{GUARD}{}", self.marker);
        }
        if is_fence(self.text) || self.is_blank() {
            *to += self.text;
            return;
        }
        if !self.text.starts_with("www.") {
            // Behind a guard, that would be no address.
            to.push(GUARD);
        }
        *to += &guard_words(self.text);
    }
}

/// Whether a line is an item of a list of at least two. A single one is a sentence, such as
/// `1. Mai` or `- 5 °C`, and stays as it was typed.
fn is_in_list(lines: &[Line], index: usize) -> bool {
    let line = &lines[index];
    let is_near = |other: &&Line| other.quotes == line.quotes && other.continues_list();
    let before = lines[..index].iter().rev().take_while(is_near);
    let after = lines[index + 1..].iter().take_while(is_near);
    line.is_item() && before.chain(after).any(Line::is_item)
}
