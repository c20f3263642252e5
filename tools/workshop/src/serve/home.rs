//! The first page: all lessons, where the student is, and what to do next.

use std::ops::Range;

use anyhow::Result;
use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Shown, render},
    links::Links,
    markdown::Markdown,
};
use crate::{schedule, slides::INDEX};
use course::{
    lessons::{self, Course, InParts, Lesson},
    list::{self, Next, Row},
    page::Page,
};

#[derive(Template)]
#[template(path = "workshop/home.html")]
struct HomePage<'a> {
    parts: InParts<'a, (&'a Row, Outline)>,
    next: Next<'a>,
    /// Why it is not known where the student is, although there is a chat.
    problem: Option<String>,
    has_glossary: bool,
    /// Whether the repository has the finished chat.
    has_finished_chat: bool,
    /// Where the decks are listed.
    slides: String,
}

/// A short summary of a lesson.
#[derive(Default)]
struct Outline {
    /// For a first-time reader, if the page says so.
    minutes: Option<u32>,
    /// The first paragraph of the lesson's goal, as HTML.
    goal: String,
    /// The picture of the goal, as HTML; empty when the page has none.
    picture: String,
}

/// `GET /`
pub async fn page(State(workshop): State<Workshop>) -> Shown {
    let course = &workshop.course;
    let rows = list::rows(course)?;
    let outlines = course.lessons.iter().map(|lesson| outline(course, lesson));
    let outlines = outlines.collect::<Result<Vec<_>>>()?;
    let rows_with_outlines: Vec<_> = rows.iter().zip(outlines).collect();
    let (_, problem) = workshop.here();
    render(&HomePage {
        parts: lessons::in_parts(&rows_with_outlines, |(row, _)| row.part()),
        next: list::next(&rows),
        problem,
        has_glossary: course.glossary().is_file(),
        has_finished_chat: course.root.join("final").is_dir(),
        slides: format!("/slides/{INDEX}"),
    })
}

fn outline(course: &Course, lesson: &Lesson) -> Result<Outline> {
    if !lesson.page().is_file() {
        return Ok(Outline::default());
    }
    let page = Page::read(&lesson.page())?;
    let goal = page.section(2, "Goal").unwrap_or(0..0);
    let folder = &lesson.path;
    let html = |text: &str| Markdown::new(Links { course, folder }).html(text);
    Ok(Outline {
        minutes: schedule::minutes_of(lesson).ok(),
        goal: html(first_paragraph(&page, goal.clone()))?,
        picture: html(first_picture(&page.text[goal]))?,
    })
}

fn first_paragraph(page: &Page, part: Range<usize>) -> &str {
    let lines = page.lines_in(part).into_iter().map(|(_, line)| line);
    let mut paragraphs = lines.filter(|line| line.starts_with(char::is_alphabetic));
    paragraphs.next().unwrap_or_default()
}

/// A picture that differs in the dark is HTML, on GitHub too.
fn first_picture(text: &str) -> &str {
    const END: &str = "</picture>";
    let found = text.find("<picture>").and_then(|start| {
        let length = text[start..].find(END)?;
        Some(&text[start..start + length + END.len()])
    });
    found.unwrap_or_default()
}
