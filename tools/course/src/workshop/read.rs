//! A lesson's page, rendered.

use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Path, Shown, render},
    layout::{Place, READ},
    links::Links,
    markdown::Markdown,
};
use crate::page::{Heading, Page};

#[derive(Template)]
#[template(path = "workshop/read.html")]
struct ReadPage<'a> {
    place: Place,
    parts: Vec<&'a Heading>,
    html: String,
}

/// `GET /lessons/3/read`
pub async fn page(State(workshop): State<Workshop>, Path(number): Path<u32>) -> Shown {
    let course = &workshop.course;
    let lesson = workshop.lesson(number)?;
    let page = Page::read(&lesson.page())?;
    let markdown = Markdown::new(Links { course, lesson }, &page.headings);
    render(&ReadPage {
        place: Place::new(course, lesson, READ),
        html: markdown.html(&page.text)?,
        parts: page.headings_in(0..page.text.len(), 2).collect(),
    })
}
