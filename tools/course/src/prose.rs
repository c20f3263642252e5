//! The words of a page that are read: no code, no HTML.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Words of one line at most.
pub struct Prose {
    /// The words.
    pub text: String,
    /// The line they stand in.
    pub line: usize,
    /// Where they stand in the text.
    pub start: usize,
    /// Whether they are the text of a link.
    pub is_link: bool,
    /// Whether they stand in a table.
    pub is_table: bool,
}

/// What else the words belong to, counted.
#[derive(Default)]
struct Around {
    code: usize,
    links: usize,
    tables: usize,
}

/// All words of a page, in order.
pub fn of(text: &str) -> Vec<Prose> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut around = Around::default();
    let mut found = Vec::new();
    for (event, Range { start, .. }) in Parser::new_ext(text, options).into_offset_iter() {
        around.note(&event);
        if let Event::Text(words) = event
            && around.code == 0
        {
            found.push(Prose {
                text: words.to_string(),
                line: text[..start].matches('\n').count() + 1,
                start,
                is_link: around.links > 0,
                is_table: around.tables > 0,
            });
        }
    }
    found
}

impl Around {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code += 1,
            Event::End(TagEnd::CodeBlock) => self.code -= 1,
            Event::Start(Tag::Link { .. }) => self.links += 1,
            Event::End(TagEnd::Link) => self.links -= 1,
            Event::Start(Tag::Table(_)) => self.tables += 1,
            Event::End(TagEnd::Table) => self.tables -= 1,
            _ => {}
        }
    }
}
