//! Colours for code and tapes, as classes: for the pages of the workshop and for slides.

use std::sync::LazyLock;

use syntect::{
    easy::ScopeRegionIterator,
    parsing::{ParseState, Scope, ScopeStack, SyntaxSet},
};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What a scope's name begins with, and the class of its words; the innermost
/// scope that is listed counts.
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

/// Each line as HTML that stands for itself: what opens in a line ends in it.
pub fn lines(language: &str, lines: &[&str]) -> Vec<String> {
    let language = match lines.first() {
        // The snapshot of a page.
        Some(line) if language == "snap" && line.starts_with('<') => "html",
        _ if language == "snap" => return lines.iter().map(|line| tape_line(line)).collect(),
        _ => language,
    };
    let Some(syntax) = SYNTAXES.find_syntax_by_token(language) else {
        return lines.iter().map(|line| escaped(line)).collect();
    };
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let coloured = |line: &&str| code_line(line, &mut state, &mut stack);
    lines.iter().map(coloured).collect()
}

/// A line that cannot be parsed goes without colours.
fn code_line(line: &str, state: &mut ParseState, stack: &mut ScopeStack) -> String {
    let whole = format!("{line}\n");
    let Ok(operations) = state.parse_line(&whole, &SYNTAXES) else {
        return escaped(line);
    };
    let mut html = String::new();
    for (words, operation) in ScopeRegionIterator::new(&operations, &whole) {
        if stack.apply(operation).is_err() {
            return escaped(line);
        }
        let words = escaped(words.trim_end_matches('\n'));
        match class_of(stack) {
            Some(class) if !words.is_empty() => {
                html.push_str(&format!("<span class=\"code__{class}\">{words}</span>"));
            }
            _ => html.push_str(&words),
        }
    }
    html
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
