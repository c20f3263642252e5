//! A reference to code, a tape or a figure: a link alone in a paragraph.

use pulldown_cmark::{Event, Tag, TagEnd};

/// A reference to a part of a file that a slide shows.
#[derive(Debug, PartialEq)]
pub struct Reference {
    /// How to read the file.
    pub kind: Kind,
    /// From the folder of the decks, as written.
    pub path: String,
    /// A Rust path, a CSS selector, or the step of a tape.
    pub item: Option<String>,
    /// A part of the file, or of the item.
    pub part: Option<Part>,
}

/// How to read a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The lines as they are in the file.
    Code,
    /// The changes of the stage in the file.
    Diff,
    /// A test's snapshot.
    Tape,
    /// The message flow of a lesson's page.
    Figure,
}

/// Lines, found by words that they contain.
#[derive(Debug, PartialEq)]
pub enum Part {
    /// One line.
    Line(String),
    /// The first and the last line.
    Lines(String, String),
}

impl Reference {
    /// Reads a paragraph: nothing when it is no reference, an error when it
    /// begins like one and cannot be read.
    pub fn parse(paragraph: &[Event]) -> Option<Result<Reference, String>> {
        let [
            Event::Start(Tag::Paragraph),
            Event::Start(Tag::Link { dest_url, .. }),
            words @ ..,
            Event::End(TagEnd::Link),
            Event::End(TagEnd::Paragraph),
        ] = paragraph
        else {
            return None;
        };
        let (form, names) = form_of(words)?;
        let (kind, form) = form.split_once(':').unwrap_or((&form, ""));
        let kind = match kind.trim() {
            "code" => Kind::Code,
            "diff" => Kind::Diff,
            "tape" => Kind::Tape,
            "figure" => Kind::Figure,
            _ => return None,
        };
        let (item, part) = match chosen(form.trim(), names) {
            Ok(chosen) => chosen,
            Err(what) => return Some(Err(what)),
        };
        Some(Ok(Reference {
            kind,
            path: dest_url.to_string(),
            item,
            part,
        }))
    }
}

/// The words with `_` in the place of each name in backticks, and the names.
fn form_of(words: &[Event]) -> Option<(String, Vec<String>)> {
    let mut form = String::new();
    let mut names = Vec::new();
    for word in words {
        match word {
            Event::Text(text) => form.push_str(text),
            Event::Code(name) => {
                form.push('_');
                names.push(name.to_string());
            }
            _ => return None,
        }
    }
    Some((form, names))
}

type Chosen = (Option<String>, Option<Part>);

fn chosen(form: &str, names: Vec<String>) -> Result<Chosen, String> {
    let mut names = names.into_iter();
    let mut name = || names.next().unwrap_or_default();
    Ok(match form {
        "" => (None, None),
        "_" => (Some(name()), None),
        "line _" => (None, Some(Part::Line(name()))),
        "_ line _" => (Some(name()), Some(Part::Line(name()))),
        "from _ to _" => (None, Some(Part::Lines(name(), name()))),
        "_ from _ to _" => (Some(name()), Some(Part::Lines(name(), name()))),
        _ => return Err(format!("`{form}` does not say what to show")),
    })
}
