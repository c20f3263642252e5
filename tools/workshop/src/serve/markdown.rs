//! Markdown of a lesson's page as HTML.
//!
//! Pages are a part of the repository, so HTML in them is taken as it is; the
//! workshop's policy lets no script of theirs run.

use std::{iter::Peekable, slice};

use anyhow::Result;
use askama::Template;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd, html};

use super::{code, followed::Followed, links::Links};
use crate::sequence::Sequence;
use course::page::{Fence, Heading, Page, parser};

/// Turns the text of a lesson into HTML.
pub struct Markdown<'a> {
    links: Links<'a>,
    headings: slice::Iter<'a, Heading>,
    fences: slice::Iter<'a, Fence>,
    followed: Option<&'a Followed>,
    /// The heading that is being written, if a link can lead to it.
    heading: Option<&'a Heading>,
    /// The step whose text is being written.
    step: Option<u32>,
    /// How many boxes to tick there were so far.
    boxes: usize,
    /// The outline of the course is ticked by its author, not by its reader.
    is_outline: bool,
    done: Vec<Event<'a>>,
}

#[derive(Template)]
#[template(path = "workshop/heading_link.html")]
struct HeadingLink<'a> {
    heading: &'a Heading,
}

/// Where the difference of a step unfolds.
#[derive(Template)]
#[template(path = "workshop/step_diff.html")]
struct StepDiff {
    lesson: u32,
    step: u32,
}

impl<'a> Markdown<'a> {
    /// For a part of a page, without headings.
    pub fn new(links: Links<'a>) -> Self {
        Markdown {
            links,
            headings: [].iter(),
            fences: [].iter(),
            followed: None,
            heading: None,
            step: None,
            boxes: 0,
            is_outline: false,
            done: Vec::new(),
        }
    }

    /// For a whole page: links lead to its headings.
    pub fn of_page(self, page: &'a Page) -> Self {
        Markdown {
            headings: page.headings.iter(),
            fences: page.fences.iter(),
            ..self
        }
    }

    /// For a page that was followed by machine.
    pub fn followed(self, followed: &'a Followed) -> Self {
        Markdown {
            followed: Some(followed),
            ..self
        }
    }

    /// The text as HTML.
    pub fn html(mut self, text: &'a str) -> Result<String> {
        let mut events = parser(text).peekable();
        while let Some(event) = events.next() {
            self.add(event, &mut events)?;
        }
        self.end_step()?;
        let mut page = String::new();
        html::push_html(&mut page, self.done.into_iter());
        Ok(page)
    }

    fn add(&mut self, event: Event<'a>, rest: &mut Peekable<Parser<'a>>) -> Result<()> {
        let event = match event {
            Event::Start(Tag::CodeBlock(kind)) => Event::Html(self.block(&kind, rest)?.into()),
            Event::Html(html) => Event::Html(self.links.in_html(&html).into()),
            Event::InlineHtml(html) => Event::InlineHtml(self.links.in_html(&html).into()),
            Event::Start(Tag::Heading { .. }) => {
                self.end_step()?;
                self.start(event)
            }
            Event::End(TagEnd::Heading(_)) => {
                self.link_heading()?;
                event
            }
            Event::Start(Tag::Strong) if is_checkpoint(rest) => {
                // Skips the word itself and the end of the bold text.
                rest.nth(1);
                Event::InlineHtml(self.tick_box("Checkpoint").into())
            }
            Event::TaskListMarker(is_done) if self.is_outline => {
                Event::InlineHtml(outline_mark(is_done).into())
            }
            Event::TaskListMarker(_) => Event::InlineHtml(self.tick_box("").into()),
            Event::Start(_) => self.start(event),
            event => event,
        };
        self.done.push(event);
        Ok(())
    }

    fn start(&mut self, mut event: Event<'a>) -> Event<'a> {
        match &mut event {
            Event::Start(Tag::Heading { id, .. }) => {
                self.heading = self.headings.next();
                self.is_outline = self.heading.is_some_and(|one| one.text == "Where you are");
                *id = self.heading.map(|one| one.anchor.as_str().into());
                let followed = self.followed.zip(self.heading);
                self.step = followed.and_then(|(followed, heading)| followed.step(heading));
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                *dest_url = self.links.of(dest_url).into();
            }
            _ => {}
        }
        event
    }

    /// A link beside the heading, so that its address can be copied.
    fn link_heading(&mut self) -> Result<()> {
        if let Some(heading) = self.heading.take()
            && heading.level > 1
        {
            let link = HeadingLink { heading }.render()?;
            self.done.push(Event::InlineHtml(link.into()));
        }
        Ok(())
    }

    /// Adds the changes of a step below its text.
    fn end_step(&mut self) -> Result<()> {
        if let (Some(step), Some(lesson)) = (self.step.take(), self.links.lesson()) {
            let diff = StepDiff { lesson, step }.render()?;
            self.done.push(Event::Html(diff.into()));
        }
        Ok(())
    }

    /// The code up to the end of the block, below the name of its file.
    fn block(&mut self, kind: &CodeBlockKind, rest: &mut Peekable<Parser>) -> Result<String> {
        let mut code = String::new();
        while let Some(Event::Text(words)) = rest.next() {
            code.push_str(&words);
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let known = self.fences.next().zip(self.followed);
        let new_lines = known.and_then(|(fence, followed)| followed.new_lines(fence));
        let (language, path) = match info.split_once(' ') {
            Some((language, path)) => (language, Some(path)),
            None => (info, None),
        };
        if language == "mermaid"
            && let Some(sequence) = Sequence::read(&code)
        {
            return Ok(sequence.render()?);
        }
        code::html(path, language, &code, new_lines)
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
