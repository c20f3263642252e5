//! The first page: all lessons, where the student is, and what to do next.

use anyhow::Result;
use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Shown, render},
    links::Links,
    markdown::Markdown,
};
use crate::{
    lessons::{Course, Lesson},
    list::{self, Next, Row},
    page::Page,
    schedule,
};

#[derive(Template)]
#[template(path = "workshop/home.html")]
struct HomePage<'a> {
    rows: Vec<(&'a Row, Outline)>,
    next: Next<'a>,
    /// Why it is not known where the student is, although there is a chat.
    problem: Option<String>,
    has_glossary: bool,
}

/// What a lesson is about, in a few words.
#[derive(Default)]
struct Outline {
    /// For a first-time reader, if the page says so.
    minutes: Option<u32>,
    /// The first sentence of the goal, as HTML.
    goal: String,
    /// The address of a picture of the goal, if there is one.
    picture: Option<String>,
}

/// `GET /`
pub async fn page(State(workshop): State<Workshop>) -> Shown {
    let course = &workshop.course;
    let rows = list::rows(course)?;
    let outlines = course.lessons.iter().map(|lesson| outline(course, lesson));
    let outlines = outlines.collect::<Result<Vec<_>>>()?;
    let (_, problem) = workshop.here();
    render(&HomePage {
        rows: rows.iter().zip(outlines).collect(),
        next: list::next(&rows),
        problem,
        has_glossary: course.glossary().is_file(),
    })
}

fn outline(course: &Course, lesson: &Lesson) -> Result<Outline> {
    if !lesson.page().is_file() {
        return Ok(Outline::default());
    }
    let page = Page::read(&lesson.page())?;
    let folder = &lesson.path;
    let goal = Markdown::new(Links { course, folder }).html(first_sentence(&page))?;
    let file = format!("screenshots/{:02}-goal.png", lesson.number);
    let picture = folder.join(&file).is_file();
    Ok(Outline {
        minutes: schedule::minutes_of(lesson).ok(),
        goal,
        picture: picture.then(|| format!("/files/lessons/{}/{file}", lesson.names.folder)),
    })
}

/// The first sentence of the goal.
fn first_sentence(page: &Page) -> &str {
    let section = page.section(2, "Goal").unwrap_or(0..0);
    let lines = page.lines_in(section).into_iter().map(|(_, line)| line);
    let mut paragraphs = lines.filter(|line| line.starts_with(char::is_alphabetic));
    let paragraph = paragraphs.next().unwrap_or_default();
    match paragraph.find(". ") {
        Some(end) => &paragraph[..=end],
        None => paragraph,
    }
}
