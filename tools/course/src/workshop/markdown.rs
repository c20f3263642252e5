//! Markdown of a lesson's page as HTML.
//!
//! Pages are a part of the repository, so HTML in them is taken as it is; the
//! workshop's policy lets no script of theirs run.

use std::{iter::Peekable, slice, sync::LazyLock};

use anyhow::Result;
use askama::Template;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, html};
use regex::{Captures, Regex};

use super::links::Links;
use crate::{highlight, page::Heading, sequence::Sequence};

/// What a picture in HTML names: one for light pages, another one for dark ones.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(r#"\b(src|srcset)="([^"]*)""#).expect("the pattern is valid")
});

/// Turns the text of a lesson into HTML.
pub struct Markdown<'a> {
    links: Links<'a>,
    headings: slice::Iter<'a, Heading>,
    /// How many boxes to tick there were so far.
    boxes: usize,
    /// The outline of the course is ticked by its author, not by its reader.
    is_outline: bool,
    done: Vec<Event<'a>>,
}

#[derive(Template)]
#[template(path = "workshop/code.html")]
struct Code<'a> {
    path: Option<&'a str>,
    html: String,
}

impl<'a> Markdown<'a> {
    /// For a whole page, whose headings these are, or for a part without any.
    pub fn new(links: Links<'a>, headings: &'a [Heading]) -> Self {
        Markdown {
            links,
            headings: headings.iter(),
            boxes: 0,
            is_outline: false,
            done: Vec::new(),
        }
    }

    /// The text as HTML.
    pub fn html(mut self, text: &'a str) -> Result<String> {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut events = Parser::new_ext(text, options).peekable();
        while let Some(event) = events.next() {
            self.add(event, &mut events)?;
        }
        let mut page = String::new();
        html::push_html(&mut page, self.done.into_iter());
        Ok(page)
    }

    fn add(&mut self, event: Event<'a>, rest: &mut Peekable<Parser<'a>>) -> Result<()> {
        let event = match event {
            Event::Start(Tag::CodeBlock(kind)) => Event::Html(block(&kind, rest)?.into()),
            Event::Start(Tag::Strong) if is_checkpoint(rest) => {
                // The word itself, and the end of what is strong.
                rest.nth(1);
                Event::InlineHtml(self.tick_box("Checkpoint").into())
            }
            Event::TaskListMarker(is_done) if self.is_outline => {
                Event::InlineHtml(outline_mark(is_done).into())
            }
            Event::TaskListMarker(_) => Event::InlineHtml(self.tick_box("").into()),
            Event::Start(tag) => self.start(tag),
            Event::Html(html) => Event::Html(self.with_addresses(&html)),
            Event::InlineHtml(html) => Event::InlineHtml(self.with_addresses(&html)),
            event => event,
        };
        self.done.push(event);
        Ok(())
    }

    fn start(&mut self, mut tag: Tag<'a>) -> Event<'a> {
        match &mut tag {
            Tag::Heading { id, .. } => {
                let heading = self.headings.next();
                self.is_outline = heading.is_some_and(|one| one.text == "Where you are");
                *id = heading.map(|one| one.anchor.as_str().into());
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                *dest_url = self.links.of(dest_url).into();
            }
            _ => {}
        }
        Event::Start(tag)
    }

    /// The HTML with the addresses that its pictures have in the workshop.
    fn with_addresses(&self, html: &str) -> CowStr<'a> {
        let address = |found: &Captures| format!("{}=\"{}\"", &found[1], self.links.of(&found[2]));
        ADDRESS.replace_all(html, address).into_owned().into()
    }

    /// A box to tick, which the browser remembers under its number.
    fn tick_box(&mut self, word: &str) -> String {
        self.boxes += 1;
        let (lesson, number) = (self.links.lesson().unwrap_or_default(), self.boxes);
        let name = if word.is_empty() { "Task" } else { word };
        format!(
            "<label class=\"tick\"><input type=\"checkbox\" aria-label=\"{name} {number}\" \
             data-tick=\"{lesson:02}/{number}\"><strong>{word}</strong></label>"
        )
    }
}

/// How far the course has come with this lesson.
fn outline_mark(is_done: bool) -> &'static str {
    match is_done {
        true => {
            "<span class=\"mark\" aria-hidden=\"true\">✓</span>\
             <span class=\"visually-hidden\">before: </span>"
        }
        false => "<span class=\"mark\" aria-hidden=\"true\"></span>",
    }
}

/// Whether `**Checkpoint**` comes.
fn is_checkpoint(rest: &mut Peekable<Parser>) -> bool {
    matches!(rest.peek(), Some(Event::Text(word)) if word.as_ref() == "Checkpoint")
}

/// The code up to the end of the block, below the name of its file.
fn block(kind: &CodeBlockKind, rest: &mut Peekable<Parser>) -> Result<String> {
    let mut code = String::new();
    while let Some(Event::Text(words)) = rest.next() {
        code.push_str(&words);
    }
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.as_ref(),
        CodeBlockKind::Indented => "",
    };
    let (language, path) = match info.split_once(' ') {
        Some((language, path)) => (language, Some(path)),
        None => (info, None),
    };
    if language == "mermaid"
        && let Some(sequence) = Sequence::read(&code)
    {
        return Ok(sequence.render()?);
    }
    let html = highlight::html(language, &code);
    Ok(Code { path, html }.render()?)
}
