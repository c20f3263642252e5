//! A deck: Markdown in which each heading begins a slide.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Result;
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd, html};

use super::{
    picture::Picture,
    reference::{Kind, Reference},
    words_of,
};
use course::{
    files,
    lessons::{Course, Lesson},
    page::parser,
};

/// Words that begin a speaker's note.
pub const NOTES: [&str; 3] = [ASK, "Demo", "Pitfall"];
/// The word that begins a question; its answer follows in italics.
pub const ASK: &str = "Ask";
/// Languages of code that is in no file: terminal commands and plain text.
const FREE: [&str; 2] = ["sh", "text"];

/// The slides for a lesson, or for the opening of a day.
#[derive(Default)]
pub struct Deck {
    /// The file.
    pub path: PathBuf,
    /// The slides in order; the first is the title.
    pub slides: Vec<Slide>,
    /// Problems with the deck's Markdown, each with its line.
    pub problems: Vec<(usize, String)>,
}

/// One slide.
pub struct Slide {
    /// The heading.
    pub title: String,
    /// How long it is shown; the title may leave it out.
    pub minutes: Option<u32>,
    /// The line of the heading.
    pub line: usize,
    /// The content below the heading, which the audience sees.
    pub blocks: Vec<Block>,
    /// The notes, which only the speaker sees.
    pub notes: Vec<Note>,
}

/// A part of a slide.
pub enum Block {
    /// Text, as HTML.
    Text(String),
    /// Code or a tape from another file, and the line of the reference.
    Excerpt(Reference, usize),
    /// The message flow of a page, and the line of the reference.
    Figure(Reference, usize),
    /// An image, and its line.
    Picture(Picture, usize),
}

/// A short prompt for the speaker.
pub struct Note {
    /// `Ask`, `Demo` or `Pitfall`.
    pub kind: String,
    /// The rest, as HTML.
    pub text: String,
}

/// The deck of a lesson.
pub fn path(course: &Course, lesson: &Lesson) -> PathBuf {
    super::path(course, &format!("{}.md", lesson.names.folder))
}

impl Deck {
    /// Reads and parses the file.
    pub fn read(path: &Path) -> Result<Deck> {
        let text = files::read(path)?;
        let mut deck = Deck {
            path: path.to_owned(),
            ..Deck::default()
        };
        deck.collect(&text);
        Ok(deck)
    }

    /// As on the first slide.
    pub fn title(&self) -> &str {
        self.slides.first().map_or("", |slide| &slide.title)
    }

    /// How long all slides are shown.
    pub fn minutes(&self) -> u32 {
        self.slides.iter().filter_map(|slide| slide.minutes).sum()
    }

    fn collect(&mut self, text: &str) {
        let events = parser(text).into_offset_iter();
        let mut block: Vec<Event> = Vec::new();
        let (mut depth, mut line) = (0, 0);
        for (event, Range { start, .. }) in events {
            if depth == 0 {
                line = text[..start].matches('\n').count() + 1;
            }
            match &event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Html(_) | Event::InlineHtml(_) => {
                    self.problem(line, "HTML has no place in a deck");
                }
                _ => {}
            }
            block.push(event);
            if depth == 0 {
                self.add_block(std::mem::take(&mut block), line);
            }
        }
    }

    fn add_block(&mut self, block: Vec<Event>, line: usize) {
        if let Some(Event::Start(Tag::Heading { .. })) = block.first() {
            self.slides.push(Slide::begin(&words_of(&block), line));
            return;
        }
        if self.slides.is_empty() {
            self.problem(line, "this stands before the first heading");
            return;
        }
        match block.first() {
            Some(Event::Start(Tag::BlockQuote(_))) => self.add_notes(block, line),
            Some(Event::Start(Tag::CodeBlock(kind))) if !is_free(kind) => {
                let what = "code is copied here: refer to it by file and item instead";
                self.problem(line, what);
            }
            Some(Event::Start(Tag::CodeBlock(_))) if is_tape(&words_of(&block)) => {
                let what = "a tape is copied here: refer to its snapshot instead";
                self.problem(line, what);
            }
            _ => self.add_paragraph(block, line),
        }
    }

    fn add_paragraph(&mut self, block: Vec<Event>, line: usize) {
        if let Some(picture) = Picture::parse(&block) {
            if picture.alt.is_empty() {
                self.problem(line, "the picture has no words for people who don't see it");
            }
            self.add(Block::Picture(picture, line));
            return;
        }
        match Reference::parse(&block) {
            Some(Ok(reference)) => self.add(match reference.kind {
                Kind::Figure => Block::Figure(reference, line),
                _ => Block::Excerpt(reference, line),
            }),
            Some(Err(what)) => self.problem(line, &what),
            None => self.add(Block::Text(html_of(block))),
        }
    }

    fn add_notes(&mut self, block: Vec<Event>, line: usize) {
        let mut item: Option<Vec<Event>> = None;
        let mut found = Vec::new();
        for event in block {
            match event {
                Event::Start(Tag::Item) => item = Some(Vec::new()),
                Event::End(TagEnd::Item) => found.extend(item.take().and_then(Note::parse)),
                event => item.iter_mut().for_each(|item| item.push(event.clone())),
            }
        }
        if found.is_empty() {
            self.problem(line, "a quotation holds notes: `> - **Ask**: …`");
        }
        for note in &found {
            if !NOTES.contains(&note.kind.as_str()) {
                let what = format!("a note begins with {}, not {}", NOTES.join(", "), note.kind);
                self.problem(line, &what);
            }
        }
        if let Some(slide) = self.slides.last_mut() {
            slide.notes.extend(found);
        }
    }

    fn add(&mut self, block: Block) {
        if let Some(slide) = self.slides.last_mut() {
            slide.blocks.push(block);
        }
    }

    fn problem(&mut self, line: usize, what: &str) {
        self.problems.push((line, what.to_owned()));
    }
}

impl Slide {
    /// Reads `The way of a wave · 3 min`.
    fn begin(heading: &str, line: usize) -> Slide {
        let (title, minutes) = heading.rsplit_once(" · ").unwrap_or((heading, ""));
        let minutes = minutes.strip_suffix(" min").and_then(|n| n.parse().ok());
        Slide {
            title: minutes.map_or(heading, |_| title).to_owned(),
            minutes,
            line,
            blocks: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl Note {
    /// Reads the events of `**Ask**: who hears it?`.
    fn parse(events: Vec<Event>) -> Option<Note> {
        let end = Event::End(TagEnd::Strong);
        let kind_ends = events.iter().position(|event| *event == end)?;
        let text = html_of(events[kind_ends + 1..].to_vec());
        Some(Note {
            kind: words_of(&events[..kind_ends]),
            text: text.trim_start_matches(':').trim().to_owned(),
        })
    }
}

fn is_free(kind: &CodeBlockKind) -> bool {
    matches!(kind, CodeBlockKind::Fenced(language) if FREE.contains(&language.as_ref()))
}

/// Whether a line is one of the recorder's: a step, or what somebody says or hears.
fn is_tape(text: &str) -> bool {
    let is_said = |line: &str| line.contains(" -> ") || line.contains(" <- ");
    let mut lines = text.lines();
    lines.any(|line| line.starts_with("== ") || is_said(line))
}

/// Links to files of the repository lead nowhere from a deck: their words stay.
fn html_of(events: Vec<Event>) -> String {
    let mut links = Vec::new();
    let shown = events.into_iter().filter(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => {
            links.push(dest_url.starts_with("https://"));
            links.last() == Some(&true)
        }
        Event::End(TagEnd::Link) => links.pop() == Some(true),
        _ => true,
    });
    let mut text = String::new();
    html::push_html(&mut text, shown);
    text
}
