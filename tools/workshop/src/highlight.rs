//! Colours for code and tapes, as classes: for the pages of the workshop and for slides.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use syntect::{
    easy::ScopeRegionIterator,
    parsing::{ParseState, Scope, ScopeStack, SyntaxSet},
};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// Keywords that the grammar of Rust that comes with syntect misses: it is older than
/// some, and takes `pub` for a name below an attribute of a field.
static MISSED_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(r"\b(?:async|await|dyn|pub)\b").expect("the pattern is valid")
});

/// The beginning of a scope's name, and the CSS class for text in that scope. The
/// innermost listed scope decides.
const CLASSES: [(&str, &str); 12] = [
    ("comment", "comment"),
    ("string", "string"),
    ("constant", "value"),
    ("entity.name", "name"),
    ("entity.other.attribute-name", "key"),
    ("keyword.other.unit", "value"),
    ("support.function", "name"),
    ("storage.type", "word"),
    ("storage.modifier", "word"),
    ("keyword.operator", ""),
    ("keyword", "word"),
    ("variable.language", "word"),
];

/// A block of code as HTML. A language that is not known goes without colours.
pub fn html(language: &str, code: &str) -> String {
    let code: Vec<&str> = code.lines().collect();
    lines(language, &code).join("\n")
}

/// Each line as HTML of its own: every element that opens in a line is closed in it.
pub fn lines(language: &str, lines: &[&str]) -> Vec<String> {
    let language = match lines.first() {
        // The snapshot of a page.
        Some(line) if language == "snap" && line.starts_with('<') => "html",
        _ if language == "snap" => return lines.iter().map(|line| tape_line(line)).collect(),
        _ => language,
    };
    let lines = tokens(language, lines);
    lines.iter().map(|line| html_of(line)).collect()
}

/// Words of one colour.
#[derive(Clone)]
pub struct Token {
    class: Option<&'static str>,
    text: String,
}

/// Each line as words with their colours; a language that is not known has none.
pub fn tokens(language: &str, lines: &[&str]) -> Vec<Vec<Token>> {
    let Some(syntax) = SYNTAXES.find_syntax_by_token(language) else {
        return lines.iter().map(|line| vec![Token::plain(line)]).collect();
    };
    let misses_words = ["rs", "rust"].contains(&language);
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let coloured = |line: &&str| {
        let tokens = line_tokens(line, &mut state, &mut stack);
        // A line that cannot be parsed goes without colours.
        let tokens = tokens.unwrap_or_else(|| vec![Token::plain(line)]);
        match misses_words {
            true => tokens
                .into_iter()
                .flat_map(Token::with_missed_words)
                .collect(),
            false => tokens,
        }
    };
    lines.iter().map(coloured).collect()
}

fn line_tokens(line: &str, state: &mut ParseState, stack: &mut ScopeStack) -> Option<Vec<Token>> {
    let whole = format!("{line}\n");
    let operations = state.parse_line(&whole, &SYNTAXES).ok()?;
    let mut tokens = Vec::new();
    for (words, operation) in ScopeRegionIterator::new(&operations, &whole) {
        stack.apply(operation).ok()?;
        let text = words.trim_end_matches('\n').to_owned();
        if !text.is_empty() {
            let class = class_of(stack);
            tokens.push(Token { class, text });
        }
    }
    Some(tokens)
}

/// The words as HTML.
pub fn html_of(tokens: &[Token]) -> String {
    tokens.iter().map(Token::html).collect()
}

/// The words as HTML, the bytes of `marked` as a `<mark>`.
pub fn html_with_mark(tokens: &[Token], marked: Range<usize>) -> String {
    let mut at = 0;
    let (mut before, mut inside, mut after) = (String::new(), String::new(), String::new());
    for token in tokens {
        let place = at..at + token.text.len();
        let cut = |end: usize| end.clamp(place.start, place.end) - place.start;
        let (start, end) = (cut(marked.start), cut(marked.end));
        before.push_str(&token.part(0..start));
        inside.push_str(&token.part(start..end));
        after.push_str(&token.part(end..token.text.len()));
        at = place.end;
    }
    format!("{before}<mark>{inside}</mark>{after}")
}

impl Token {
    fn plain(line: &str) -> Token {
        let text = line.to_owned();
        Token { class: None, text }
    }

    /// The token in pieces: keywords that the grammar took for names get their colour.
    fn with_missed_words(self) -> Vec<Token> {
        if self.class.is_some() {
            return vec![self];
        }
        let mut pieces = Vec::new();
        let mut at = 0;
        for found in MISSED_WORDS.find_iter(&self.text) {
            pieces.push(Token::plain(&self.text[at..found.start()]));
            let text = found.as_str().to_owned();
            let class = Some("word");
            pieces.push(Token { class, text });
            at = found.end();
        }
        pieces.push(Token::plain(&self.text[at..]));
        pieces.retain(|piece| !piece.text.is_empty());
        pieces
    }

    fn html(&self) -> String {
        self.part(0..self.text.len())
    }

    fn part(&self, range: Range<usize>) -> String {
        let words = escaped(&self.text[range]);
        match self.class {
            Some(class) if !words.is_empty() => {
                format!("<span class=\"code__{class}\">{words}</span>")
            }
            _ => words,
        }
    }
}

fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    let listed = |scope: &Scope| {
        let name = scope.build_string();
        let found = CLASSES.iter().find(|(start, _)| name.starts_with(start));
        found.map(|(_, class)| *class)
    };
    let class = stack.as_slice().iter().rev().find_map(listed)?;
    (!class.is_empty()).then_some(class)
}

/// `Ada -> message:send {"body":"hello"}`: who, which way, what.
fn tape_line(line: &str) -> String {
    if line.starts_with("== ") {
        return format!("<span class=\"code__comment\">{}</span>", escaped(line));
    }
    let Some(arrow) = [" -> ", " <- "]
        .into_iter()
        .find(|arrow| line.contains(arrow))
    else {
        return escaped(line);
    };
    let (who, what) = line.split_once(arrow).unwrap_or_default();
    let (event, payload) = what.split_once(' ').unwrap_or((what, ""));
    let [who, arrow, event, payload] = [who, arrow, event, payload].map(escaped);
    // A long payload is broken between its fields.
    let payload = payload.replace(",&quot;", ",<wbr>&quot;");
    format!("<b>{who}</b>{arrow}<b class=\"code__name\">{event}</b> {payload}")
}

/// The text with the characters that mean something in HTML written out.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: &str, line: &str) -> Vec<String> {
        let tokens = tokens(language, &[line]).concat();
        let words = tokens.iter().filter(|token| token.class == Some("word"));
        words.map(|token| token.text.trim().to_owned()).collect()
    }

    #[test]
    fn every_keyword_of_rust_has_the_colour_of_keywords() {
        for (line, expected) in [
            ("pub async fn send() {}", ["pub", "async", "fn"]),
            ("let x = move || send().await;", ["let", "move", "await"]),
            ("fn x(mut y: Box<dyn Fn()>) {}", ["fn", "mut", "dyn"]),
        ] {
            assert_eq!(words("rs", line), expected, "{line}");
            assert_eq!(words("rust", line), expected, "{line}");
        }
    }

    #[test]
    fn a_field_below_an_attribute_is_still_public() {
        let lines = ["struct A {", "    #[serde(default)]", "    pub b: u8,", "}"];
        let tokens = tokens("rs", &lines);
        let is_word = |token: &Token| token.class == Some("word") && token.text == "pub";
        assert!(tokens[2].iter().any(is_word));
    }

    #[test]
    fn every_keyword_of_javascript_has_the_colour_of_keywords() {
        let line = "const f = async function () { await g(); }";
        assert_eq!(words("js", line), ["const", "async", "function", "await"]);
    }

    #[test]
    fn words_in_text_and_in_names_are_no_keywords() {
        assert_eq!(words("rs", "// await and async"), [""; 0]);
        assert_eq!(words("rs", "\"await\""), [""; 0]);
        assert_eq!(words("rs", "async_await(no_dyn)"), [""; 0]);
        assert_eq!(words("toml", "async = 1"), [""; 0]);
    }
}
