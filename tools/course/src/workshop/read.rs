//! A lesson's page, rendered.

use askama::Template;
use axum::extract::{Path, State};

use super::{
    Workshop,
    error::{Shown, render},
    layout::{Place, READ},
};
use crate::files;

#[derive(Template)]
#[template(path = "workshop/read.html")]
struct ReadPage {
    place: Place,
    html: String,
}

/// `GET /lessons/3/read`
pub async fn page(State(workshop): State<Workshop>, Path(number): Path<u32>) -> Shown {
    let lesson = workshop.lesson(number)?;
    let text = files::read(&lesson.page())?;
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(&text));
    let place = Place::new(&workshop.course, lesson, READ);
    render(&ReadPage { place, html })
}
