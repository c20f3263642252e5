//! The pages of decks and of their list.

use std::path::Path;

use anyhow::{Context, Result};
use askama::Template;

use super::{
    INDEX,
    deck::{Block, Deck, Note},
    excerpt::{self, Excerpt},
    figure, name_of, page_name,
    step::Steps,
};
use crate::{
    highlight,
    schedule::{self, Day},
};
use course::{
    lessons::{self, Course, InParts},
    line_diff::Change,
};

#[derive(Template)]
#[template(path = "slides/deck.html")]
struct DeckPage<'a> {
    title: &'a str,
    minutes: u32,
    slides: Vec<SlideView<'a>>,
    index: &'static str,
    name: String,
}

struct SlideView<'a> {
    number: usize,
    title: &'a str,
    minutes: u32,
    /// HTML.
    body: String,
    notes: &'a [Note],
}

#[derive(Template)]
#[template(path = "slides/excerpt.html")]
struct ExcerptView<'a> {
    caption: &'a str,
    size: &'static str,
    kind: &'static str,
    lines: Vec<LineView<'a>>,
}

struct LineView<'a> {
    change: Change,
    indent: &'a str,
    /// HTML.
    text: String,
}

#[derive(Template)]
#[template(path = "slides/index.html")]
struct IndexPage<'a> {
    decks: Vec<DeckRow>,
    parts: InParts<'a, Day>,
}

struct DeckRow {
    /// As on its first slide.
    title: String,
    page: String,
    slides: usize,
    minutes: u32,
}

/// The page of a deck.
pub fn deck(course: &Course, deck: &Deck) -> Result<String> {
    let steps = Steps::new(course);
    let mut slides = Vec::new();
    for (slide, number) in deck.slides.iter().zip(1..) {
        slides.push(SlideView {
            number,
            title: &slide.title,
            minutes: slide.minutes.unwrap_or(0),
            body: body(&steps, &deck.path, &slide.blocks)?,
            notes: &slide.notes,
        });
    }
    let page = DeckPage {
        title: deck.title(),
        minutes: deck.minutes(),
        slides,
        index: INDEX,
        name: name_of(&deck.path),
    };
    Ok(page.render()?)
}

/// The page that lists the decks.
pub fn index(course: &Course) -> Result<String> {
    let mut decks = Vec::new();
    for path in super::decks(course)? {
        let deck = Deck::read(&path)?;
        decks.push(DeckRow {
            title: deck.title().to_owned(),
            page: page_name(&path),
            slides: deck.slides.len(),
            minutes: deck.minutes(),
        });
    }
    let days = schedule::days(course)?;
    let parts = lessons::in_parts(&days, |day| day.part);
    Ok(IndexPage { decks, parts }.render()?)
}

fn body(steps: &Steps, deck: &Path, blocks: &[Block]) -> Result<String> {
    let course = steps.course;
    let mut excerpts = Vec::new();
    for block in blocks {
        if let Block::Excerpt(reference, line) = block {
            let excerpt = excerpt::resolve(steps, reference);
            excerpts.push(excerpt.with_context(|| format!("{}:{line}", course.shown(deck)))?);
        }
    }
    let size = size(&excerpts, blocks);
    let mut excerpts = excerpts.iter();
    let mut html = String::new();
    for block in blocks {
        let place = |line: &usize| format!("{}:{line}", course.shown(deck));
        match block {
            Block::Text(text) => html.push_str(text),
            Block::Figure(reference, line) => {
                let drawn = figure::draw(course, reference);
                html.push_str(&drawn.with_context(|| place(line))?);
            }
            Block::Picture(picture, line) => {
                let shown = picture.html(course);
                html.push_str(&shown.with_context(|| place(line))?);
            }
            Block::Excerpt(..) => {
                if let Some(excerpt) = excerpts.next() {
                    html.push_str(&listing(excerpt, size)?);
                }
            }
        }
    }
    Ok(html)
}

fn listing(excerpt: &Excerpt, size: &'static str) -> Result<String> {
    let indented = |line: &'_ str| line.len() - line.trim_start().len();
    let texts = excerpt.lines.iter().map(|line| line.1.trim_start());
    let texts: Vec<&str> = texts.collect();
    let coloured = highlight::lines(&excerpt.language, &texts);
    let lines = excerpt.lines.iter().zip(coloured);
    let lines = lines.map(|((change, line), text)| LineView {
        change: *change,
        indent: &line[..indented(line)],
        text,
    });
    let view = ExcerptView {
        caption: &excerpt.caption,
        size,
        kind: if excerpt.is_diff { "diff" } else { "code" },
        lines: lines.collect(),
    };
    Ok(view.render()?)
}

/// How large the letters of a slide's code may be: long or many lines need smaller
/// ones. Lines of a tape are broken where they do not fit, and a few of code.
fn size(excerpts: &[Excerpt], blocks: &[Block]) -> &'static str {
    // Columns and rows for which there is room.
    const SMALLEST: (&str, usize, usize) = ("xs", 104, usize::MAX);
    const SIZES: [(&str, usize, usize); 4] =
        [("l", 64, 12), ("m", 76, 14), ("s", 89, 16), SMALLEST];
    const BROKEN_LINES: usize = 2;
    let lengths = || {
        let lines = excerpts.iter().flat_map(|excerpt| &excerpt.lines);
        lines.map(|line| line.1.chars().count())
    };
    let taken = rows_taken(blocks);
    let may_break = excerpts.iter().all(|excerpt| excerpt.language == "snap");
    let fits = |(_, columns, rows): &&(&str, usize, usize)| {
        let needed: usize = lengths().map(|length| 1 + length / columns).sum();
        let broken = lengths().filter(|length| length > columns).count();
        taken + needed <= *rows && (may_break || broken <= BROKEN_LINES)
    };
    SIZES.iter().find(fits).unwrap_or(&SMALLEST).0
}

/// How many lines of code would fit into the room of the rest of the slide: its text,
/// and the frames of all excerpts after the first.
fn rows_taken(blocks: &[Block]) -> usize {
    const ROWS: usize = 2;
    let lines_of = |text: &str| {
        let begins = ["<p>", "<li>", "<tr>", "<pre>"];
        begins.map(|tag| text.matches(tag).count()).iter().sum()
    };
    let lines = blocks.iter().map(|block| match block {
        Block::Text(text) => lines_of(text),
        Block::Excerpt(..) | Block::Figure(..) | Block::Picture(..) => 1,
    });
    ROWS * lines.sum::<usize>().saturating_sub(1)
}
