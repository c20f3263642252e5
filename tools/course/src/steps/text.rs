//! A text as lines that enclose each other, by their indentation.

use super::head::Language;

/// A text, line by line.
pub struct Text {
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line.
pub struct Line {
    /// As it stands in the text, without blanks at its end.
    raw: String,
    /// Without the indentation, too.
    pub text: String,
    /// How many blanks stand before it.
    pub indent: usize,
    /// Its role in the search for a place.
    pub kind: Kind,
    /// The name of the item that begins here.
    pub head: Option<String>,
    /// The line that this one is in; for a line that closes something, the line
    /// that opens it.
    pub outer: Option<usize>,
}

/// The role of a line in the search for a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Nothing stands there.
    Blank,
    /// It stands for lines left out.
    Ellipsis,
    /// It closes what another line opens, and says no more.
    Closer,
    /// Documentation of the line below.
    Doc,
    /// An attribute of the line below.
    Attribute,
    /// It says something.
    Telling,
}

impl Text {
    /// Reads the text of a file.
    pub fn of(text: &str, language: Language) -> Text {
        let lines = text.lines().map(|line| Line::read(line, language));
        let mut text = Text {
            lines: lines.collect(),
        };
        for index in 0..text.lines.len() {
            text.lines[index].outer = text.find_outer(index);
        }
        text
    }

    fn find_outer(&self, index: usize) -> Option<usize> {
        let line = &self.lines[index];
        let least = match line.closes() {
            true => line.indent,
            false => line.indent.checked_sub(1)?,
        };
        let above = self.lines[..index].iter().enumerate().rev();
        for (number, other) in above {
            match other.kind {
                Kind::Blank => {}
                // Further out than this line: it may stand anywhere.
                Kind::Ellipsis if other.indent < line.indent => return None,
                Kind::Ellipsis => {}
                _ if other.indent > least => {}
                // `) -> bool {` continues the item that `fn is_free(` begins.
                _ if other.closes() => return other.outer,
                _ => return Some(number),
            }
        }
        None
    }

    /// The last line of the item that begins in a line, as far as it is shown.
    pub fn item_end(&self, first: usize) -> usize {
        let least = self.lines[first].indent;
        let mut last = first;
        for (index, line) in self.lines.iter().enumerate().skip(first + 1) {
            match line.kind {
                Kind::Blank | Kind::Ellipsis => {}
                _ if line.indent > least || line.indent == least && line.goes_on() => last = index,
                _ => break,
            }
        }
        last
    }

    /// Whether a range of lines is an item from its first line to its last.
    pub fn is_whole(&self, first: usize, last: usize) -> bool {
        let lines = &self.lines[first..=last];
        let ends = |line: &Line| line.text.ends_with([';', '}']) && line.indent == lines[0].indent;
        let is_cut = lines.iter().any(|line| line.kind == Kind::Ellipsis);
        lines.last().is_some_and(ends) && !is_cut
    }

    /// Where the documentation and the attributes above a line begin.
    pub fn docs_above(&self, index: usize) -> usize {
        let above = self.lines[..index].iter().rev();
        let docs = above.take_while(|line| line.is_doc());
        index - docs.count()
    }
}

impl Line {
    fn read(line: &str, language: Language) -> Line {
        let text = line.trim();
        let indent = line.len() - line.trim_start().len();
        Line {
            raw: line.trim_end().to_owned(),
            text: text.to_owned(),
            indent,
            kind: Kind::of(text, language),
            head: language.head(text, indent),
            outer: None,
        }
    }

    /// Documentation, or an attribute.
    pub fn is_doc(&self) -> bool {
        matches!(self.kind, Kind::Doc | Kind::Attribute)
    }

    /// Whether it closes what another line has opened: `} else {` does, too.
    pub fn closes(&self) -> bool {
        self.text.starts_with(['}', ')', ']'])
            || self.text.starts_with("</")
            || self.text.starts_with("{% end")
    }

    /// Whether it continues an item that another line begins.
    fn goes_on(&self) -> bool {
        self.closes() || self.text == "{" || self.text == "where"
    }

    /// The line, moved to the right by so many blanks.
    pub fn moved(&self, shift: isize) -> String {
        match (self.kind, shift) {
            (Kind::Blank, _) => String::new(),
            (_, 0) => self.raw.clone(),
            _ => " ".repeat(self.indent.saturating_add_signed(shift)) + &self.text,
        }
    }
}

impl Kind {
    fn of(text: &str, language: Language) -> Kind {
        if text.is_empty() {
            Kind::Blank
        } else if is_ellipsis(text) {
            Kind::Ellipsis
        } else if is_closer(text) {
            Kind::Closer
        } else if language == Language::Rust && text.starts_with("#[") {
            Kind::Attribute
        } else if is_doc(text, language) {
            Kind::Doc
        } else {
            Kind::Telling
        }
    }
}

/// `// …`, `/* … */`, `# …`, `<!-- … -->`, `{# … #}` or `…`; behind such a sign,
/// words may stand beside it: `// … as before …`.
pub fn is_ellipsis(line: &str) -> bool {
    let signs = [
        ("//", ""),
        ("/*", "*/"),
        ("<!--", "-->"),
        ("{#", "#}"),
        ("#", ""),
    ];
    let line = line.trim();
    let words = signs
        .iter()
        .find_map(|(start, end)| line.strip_prefix(start)?.strip_suffix(end));
    match words.map(str::trim) {
        Some(words) => words.starts_with('…') || words.ends_with(" …"),
        None => line == "…",
    }
}

fn is_closer(text: &str) -> bool {
    let is_tag = text.starts_with("</") && text.ends_with('>');
    let is_askama = text.starts_with("{% end");
    let rest = text.replace("else", "").replace(".await", "");
    let is_sign = |letter: char| "(){}[];,?".contains(letter) || letter.is_whitespace();
    is_tag || is_askama || rest.chars().all(is_sign)
}

fn is_doc(text: &str, language: Language) -> bool {
    match language {
        Language::Rust => text.starts_with("///"),
        Language::JavaScript => ["/**", "* ", "*/"]
            .iter()
            .any(|sign| text.starts_with(sign)),
        Language::Css | Language::Other => false,
    }
}
