//! The text of messages: checked when it arrives, rendered when it is shown.

mod fences;
mod html;
mod lines;
mod tree;
mod words;

use comrak::Arena;
use regex::Regex;

use crate::{
    error::Refusal,
    names::is_visible,
    schema::{schema, text},
};

/// The longest message, in Unicode characters (code points).
const MAX_BODY_CHARS: usize = 2_000;
/// The longest excerpt, in Unicode characters.
const MAX_EXCERPT_CHARS: usize = 100;
/// Stands for the rest of a text.
const ELLIPSIS: char = '…';

schema! {
    /// The text of a message, in markdown. White space around it is removed.
    MessageText = text(1..=MAX_BODY_CHARS).examples(["**Soup** at noon?"])
}

schema! {
    /// The text of a message, in markdown. It may be empty.
    OptionalText = text(0..=MAX_BODY_CHARS).examples(["**Soup** at noon?"])
}

schema! {
    /// The beginning of a text without markup.
    Excerpt = text(0..=MAX_EXCERPT_CHARS + 1).examples(["Soup at noon?"])
}

/// A text that is ready to show.
pub struct Rendered {
    /// Sanitized HTML.
    pub html: String,
    /// The beginning of the text without markup.
    pub excerpt: String,
}

/// Trims a text. Refuses one that is too long, or in which there is nothing to see.
pub fn check_body(typed: &str) -> Result<String, Refusal> {
    // NUL is invisible, and PostgreSQL cannot store it.
    let body = lines::break_lines(typed).replace('\0', "");
    let body = trim(&body).to_owned();
    match body.chars().count() {
        _ if !is_visible(&body) => Err(Refusal::MessageEmpty),
        ..=MAX_BODY_CHARS => Ok(body),
        _ => Err(Refusal::MessageTooLong),
    }
}

/// Trims a text. The first of several lines keeps its indentation, because they line up.
fn trim(text: &str) -> &str {
    let trimmed = text.trim();
    if !trimmed.contains('\n') {
        return trimmed;
    }
    let indent = text.len() - text.trim_start().len();
    let line = text[..indent].rfind('\n').map_or(0, |end| end + 1);
    text[line..].trim_end()
}

/// Like [`check_body`], for the text of a message with files, which may be empty.
pub fn check_caption(typed: &str) -> Result<String, Refusal> {
    match check_body(typed) {
        Err(Refusal::MessageEmpty) => Ok(String::new()),
        checked => checked,
    }
}

/// Renders chat markdown. Something that can be seen is always shown: if only markup was typed,
/// then the markup.
pub fn render(body: &str) -> Rendered {
    if is_plain(body) {
        return Rendered {
            html: format!("<p>{body}</p>\n"),
            excerpt: shorten(body),
        };
    }
    let arena = Arena::new();
    let body = lines::break_lines(body);
    let mut document = tree::parse(&arena, &body);
    if is_visible(&body) && !is_visible(&tree::plain_text(document)) {
        document = tree::as_typed(&arena, &body);
    }
    Rendered {
        // Writing to a string does not fail. If it did, the message would be shown empty.
        html: html::to_html(document).unwrap_or_else(|error| {
            tracing::error!(%error, "a message could not be rendered");
            String::new()
        }),
        excerpt: shorten(&tree::plain_text(document)),
    }
}

/// Whether the text is one paragraph without any character that markdown, a link or HTML needs.
/// Most messages are like that, and need no parser.
fn is_plain(body: &str) -> bool {
    let is_harmless = |word: &str| {
        let word = word.trim_end_matches(['.', ',', '!', '?']);
        !word.is_empty() && word.chars().all(char::is_alphanumeric)
    };
    body.starts_with(char::is_alphabetic) && body.split(' ').all(is_harmless)
}

/// Cuts a text after its first characters, and turns each run of white space into one space.
fn shorten(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(MAX_EXCERPT_CHARS) {
        Some((end, _)) => format!("{}{ELLIPSIS}", &text[..end]),
        None => text,
    }
}

fn pattern(pattern: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "the patterns are fixed and tests use them"
    )]
    Regex::new(pattern).expect("the pattern is valid")
}

#[cfg(test)]
mod tests;
