//! The words of a page that are read: no code, no HTML.

use std::ops::Range;

use course::page::parser;
use pulldown_cmark::{Event, Tag, TagEnd};

/// Words of one line at most.
pub struct Prose {
    /// The words.
    pub text: String,
    /// Their line.
    pub line: usize,
    /// Their position in the text.
    pub start: usize,
    /// Whether they are the text of a link.
    pub is_link: bool,
    /// Where that link leads.
    pub link: Option<String>,
    /// Whether they are in a heading.
    pub is_heading: bool,
    /// Whether they are in a table.
    pub is_table: bool,
}

/// The elements around the words, counted.
#[derive(Default)]
struct Around {
    code: usize,
    links: Vec<String>,
    headings: usize,
    tables: usize,
}

/// All words of a page, in order.
pub fn of(text: &str) -> Vec<Prose> {
    let mut around = Around::default();
    let mut found = Vec::new();
    for (event, Range { start, .. }) in parser(text).into_offset_iter() {
        around.note(&event);
        // Code that is linked, as `Arc`, is no prose, but its link counts.
        let is_linked_code = matches!(event, Event::Code(_)) && !around.links.is_empty();
        if is_linked_code {
            found.push(around.prose(String::new(), text, start));
        }
        if let Event::Text(words) = event
            && around.code == 0
        {
            found.push(around.prose(words.to_string(), text, start));
        }
    }
    found
}

impl Around {
    /// Words of the page that begin at `start`.
    fn prose(&self, words: String, page: &str, start: usize) -> Prose {
        Prose {
            text: words,
            line: page[..start].matches('\n').count() + 1,
            start,
            is_link: !self.links.is_empty(),
            link: self.links.last().cloned(),
            is_heading: self.headings > 0,
            is_table: self.tables > 0,
        }
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code += 1,
            Event::End(TagEnd::CodeBlock) => self.code -= 1,
            Event::Start(Tag::Link { dest_url, .. }) => self.links.push(dest_url.to_string()),
            Event::End(TagEnd::Link) => drop(self.links.pop()),
            Event::Start(Tag::Heading { .. }) => self.headings += 1,
            Event::End(TagEnd::Heading(_)) => self.headings -= 1,
            Event::Start(Tag::Table(_)) => self.tables += 1,
            Event::End(TagEnd::Table) => self.tables -= 1,
            _ => {}
        }
    }
}
