//! Finds words in the lessons' pages and in the glossary.

use anyhow::Result;
use askama::Template;
use axum::extract::State;
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use regex::{Regex, RegexBuilder, escape};
use serde::Deserialize;

use super::{
    Workshop,
    error::{PageError, Query, Shown, render},
    layout::title,
};
use course::{
    lessons::Course,
    page::{Heading, Page, parser},
};

/// How many characters may be searched for: each costs memory in the pattern.
const MAX_CHARS: usize = 200;
/// How many sections the page lists at most.
const MAX_FOUND: usize = 30;
/// How many characters of a section are shown around the first word that was found.
const BEFORE: usize = 60;
const AFTER: usize = 140;

/// The words to find: `?words=room+acknowledgement`.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    words: String,
}

#[derive(Template)]
#[template(path = "workshop/search.html")]
struct SearchPage {
    words: String,
    found: Vec<Section>,
    /// There are more sections than the page lists.
    has_more: bool,
}

/// A section that has all the words.
struct Section {
    address: String,
    /// The title of its page.
    page: String,
    heading: String,
    excerpt: Vec<Part>,
    /// The heading has one of the words.
    is_titled: bool,
}

/// A part of an excerpt.
#[derive(Debug, PartialEq)]
struct Part {
    text: String,
    is_found: bool,
}

/// The text of a section.
#[derive(Debug, Default, PartialEq)]
struct Text {
    prose: String,
    /// Its code blocks.
    code: String,
}

/// The part of a section that is being read.
#[derive(Clone, Copy)]
enum Place {
    Prose,
    Code,
    /// A heading or a diagram.
    Nowhere,
}

/// The words that a section must have, whatever their case.
struct Words {
    each: Vec<Regex>,
    any: Regex,
}

/// `GET /search?words=…`
pub async fn page(State(workshop): State<Workshop>, Query(search): Query<Search>) -> Shown {
    let words = search.words.trim().to_owned();
    if words.chars().count() > MAX_CHARS {
        let message = format!("A search has at most {MAX_CHARS} characters.");
        return Err(PageError::NotFound(message));
    }
    let mut found = if words.is_empty() {
        Vec::new()
    } else {
        sections(&workshop.course, &Words::of(&words)?)?
    };
    // The order of the course, but what the words are about comes first.
    found.sort_by_key(|section| !section.is_titled);
    let has_more = found.len() > MAX_FOUND;
    found.truncate(MAX_FOUND);
    render(&SearchPage {
        words,
        found,
        has_more,
    })
}

impl Words {
    fn of(typed: &str) -> Result<Words> {
        let escaped: Vec<String> = typed.split_whitespace().map(escape).collect();
        let pattern = |text: &str| RegexBuilder::new(text).case_insensitive(true).build();
        Ok(Words {
            each: escaped
                .iter()
                .map(|word| pattern(word))
                .collect::<Result<_, _>>()?,
            any: pattern(&escaped.join("|"))?,
        })
    }

    fn are_all_in(&self, text: &str) -> bool {
        self.each.iter().all(|word| word.is_match(text))
    }
}

/// The sections that have all the words, in the order of the course.
fn sections(course: &Course, words: &Words) -> Result<Vec<Section>> {
    let mut found = Vec::new();
    for lesson in &course.lessons {
        let path = lesson.page();
        if path.is_file() {
            let name = format!("{:02} {}", lesson.number, title(lesson));
            let address = format!("/lessons/{}/read", lesson.number);
            found.extend(sections_of(&Page::read(&path)?, &name, &address, words));
        }
    }
    let glossary = course.glossary();
    if glossary.is_file() {
        let page = Page::read(&glossary)?;
        found.extend(sections_of(&page, "Glossary", "/glossary", words));
    }
    Ok(found)
}

fn sections_of(page: &Page, name: &str, address: &str, words: &Words) -> Vec<Section> {
    let section = |(heading, text): (&Heading, Text)| {
        let heading_text = &heading.text;
        let is_found = words.are_all_in(&format!("{heading_text} {} {}", text.prose, text.code));
        is_found.then(|| Section {
            address: format!("{address}#{}", heading.anchor),
            page: name.to_owned(),
            heading: heading_text.clone(),
            excerpt: excerpt(text.best(&words.any), &words.any),
            is_titled: words.any.is_match(heading_text),
        })
    };
    let texts = texts(&page.text);
    let sections = page.headings.iter().zip(texts);
    sections.filter_map(section).collect()
}

impl Text {
    /// The part to show: the code only if the words are nowhere else.
    fn best(&self, words: &Regex) -> &str {
        if !words.is_match(&self.prose) && words.is_match(&self.code) {
            &self.code
        } else {
            &self.prose
        }
    }
}

/// The text below each heading, up to the next heading, without marks. Hints and solutions are
/// folded, so that nobody reads them by accident: what is folded is left out. So are diagrams.
fn texts(markdown: &str) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let mut place = Place::Prose;
    let mut is_folded = false;
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                texts.push(Text::default());
                place = Place::Nowhere;
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == "mermaid" => {
                place = Place::Nowhere;
            }
            Event::Start(Tag::CodeBlock(_)) => place = Place::Code,
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock) => place = Place::Prose,
            Event::Html(html) if html.starts_with("<details") => is_folded = true,
            Event::Html(html) if html.starts_with("</details") => is_folded = false,
            _ if is_folded => {}
            Event::Text(text) | Event::Code(text) => add(&mut texts, place, &text),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => add(&mut texts, place, " "),
            _ => {}
        }
    }
    texts
}

fn add(texts: &mut [Text], place: Place, text: &str) {
    match (texts.last_mut(), place) {
        (Some(last), Place::Prose) => last.prose.push_str(text),
        (Some(last), Place::Code) => last.code.push_str(text),
        _ => {}
    }
}

/// The text around the first word that was found, or its beginning.
fn excerpt(text: &str, words: &Regex) -> Vec<Part> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = words.find(&text).map_or(0, |found| found.start());
    let start = text[..first].char_indices().rev().take(BEFORE).last();
    let start = start.map_or(first, |(at, _)| at);
    let end = text[first..].char_indices().nth(AFTER);
    let end = end.map_or(text.len(), |(at, _)| first + at);
    // Whole words, unless one is longer than the excerpt.
    let start = text[..start].rfind(' ').map_or(start, |at| at + 1);
    let end = text[end..].find(' ').map_or(text.len(), |at| end + at);
    let mut parts = Vec::new();
    let mut push = |text: &str, is_found| {
        if !text.is_empty() {
            let text = text.to_owned();
            parts.push(Part { text, is_found });
        }
    };
    let shown = &text[start..end];
    push(if start > 0 { "… " } else { "" }, false);
    let mut done = 0;
    for found in words.find_iter(shown) {
        push(&shown[done..found.start()], false);
        push(found.as_str(), true);
        done = found.end();
    }
    push(&shown[done..], false);
    push(if end < text.len() { " …" } else { "" }, false);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, typed: &str) -> String {
        let parts = excerpt(text, &Words::of(typed).unwrap().any);
        let mark = |part: &Part| match part.is_found {
            true => format!("[{}]", part.text),
            false => part.text.clone(),
        };
        parts.iter().map(mark).collect()
    }

    #[test]
    fn an_excerpt_begins_before_the_first_word_and_marks_all() {
        assert_eq!(
            shown("A room is a set.", "ROOM set"),
            "A [room] is a [set]."
        );
        assert_eq!(shown("nothing of it", "room"), "nothing of it");
        assert_eq!(shown("", "room"), "");
        let long = format!("{} room {}", "é ".repeat(100), "ü ".repeat(200));
        let expected = format!("… {}[room]{} …", "é ".repeat(30), " ü".repeat(68));
        assert_eq!(shown(&long, "room"), expected);
        let word = "é".repeat(300);
        assert_eq!(shown(&word, "room"), word);
    }

    #[test]
    fn words_are_not_patterns() {
        assert_eq!(shown("a.b and aXb", "a.b"), "[a.b] and aXb");
        assert_eq!(shown("(x", "(x"), "[(x]");
    }

    #[test]
    fn the_text_of_a_section_ends_at_the_next_heading() {
        let texts =
            texts("# One\n**first**: `code`\nline\n\n```rust\nlet x;\n```\n## Two\n- a\n- b\n");
        let texts: Vec<[&str; 2]> = texts
            .iter()
            .map(|text| [text.prose.trim(), text.code.trim()])
            .collect();
        assert_eq!(texts, [["first: code line", "let x;"], ["a b", ""]]);
    }

    #[test]
    fn hints_and_diagrams_are_left_out() {
        let hint = "# One\n\n<details><summary>Hint 1: where</summary>\n\nthere\n\n\
                    ```rust\nhere()\n```\n\n### In it\n\nor\n\n</details>\n\n```mermaid\nA->>B: x\n```\nafter\n";
        let texts = texts(hint);
        let texts = texts
            .iter()
            .map(|text| (text.prose.trim(), text.code.trim()));
        assert_eq!(texts.collect::<Vec<_>>(), [("", ""), ("after", "")]);
    }
}
