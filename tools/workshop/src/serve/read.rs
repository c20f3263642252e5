//! A lesson's page, rendered.

use anyhow::Result;
use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Path, Shown, render},
    followed::Followed,
    layout::{Place, READ},
    links::Links,
    markdown::Markdown,
};
use course::{
    lessons::{Course, Lesson},
    list::{self, Row},
    page::{Heading, Page},
};

#[derive(Template)]
#[template(path = "workshop/read.html")]
struct ReadPage<'a> {
    place: Place,
    /// All lessons, for the column at the side.
    lessons: Vec<Row>,
    parts: Vec<&'a Heading>,
    html: String,
}

/// `GET /lessons/3/read`
pub async fn page(State(workshop): State<Workshop>, Path(number): Path<u32>) -> Shown {
    let course = &workshop.course;
    let lesson = workshop.lesson(number)?;
    let (page, html) = render_text(course, lesson)?;
    render(&ReadPage {
        place: Place::new(course, lesson, READ),
        lessons: list::rows(course)?,
        html,
        parts: page.headings_in(0..page.text.len(), 2).collect(),
    })
}

/// Renders every page once: the first block of a language takes a second, and
/// a reader should not wait for it. A page that cannot be rendered shows its error when
/// it is opened.
pub fn prepare(course: &Course) {
    for lesson in &course.lessons {
        if let Err(error) = render_text(course, lesson) {
            tracing::debug!(lesson = lesson.number, %error, "the page cannot be shown");
        }
    }
}

fn render_text(course: &Course, lesson: &Lesson) -> Result<(Page, String)> {
    let page = Page::read(&lesson.page())?;
    let folder = &lesson.path;
    let followed = Followed::of(course, lesson)?;
    let markdown = Markdown::new(Links { course, folder }).of_page(&page);
    let html = markdown.followed(&followed).html(&page.text)?;
    Ok((page, html))
}
