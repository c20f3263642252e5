//! The slides of a lesson, in a frame on its tab and as pages of their own: the
//! same that `cargo course slides` writes.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
};

use super::{
    Workshop,
    error::{PageError, Path, Shown, not_found, render},
    layout::{Place, SLIDES},
};
use crate::slides::{self, ASSETS, INDEX};

#[derive(Template)]
#[template(path = "workshop/slides.html")]
struct SlidesPage {
    place: Place,
    /// Where the deck is, as in `/slides/03-user-form.html`.
    deck: String,
    /// Where all decks are listed.
    index: String,
}

/// `GET /lessons/3/slides`
pub async fn page(State(workshop): State<Workshop>, Path(number): Path<u32>) -> Shown {
    let lesson = workshop.lesson(number)?;
    render(&SlidesPage {
        place: Place::new(&workshop.course, lesson, SLIDES),
        deck: format!("/slides/{}", slides::page_name(lesson)),
        index: format!("/slides/{INDEX}"),
    })
}

/// `GET /slides/03-user-form.html`, or their list
pub async fn deck(
    State(workshop): State<Workshop>,
    Path(name): Path<String>,
) -> Result<Html<String>, PageError> {
    let course = &workshop.course;
    if name == INDEX {
        return Ok(Html(slides::index_page(course)?));
    }
    let mut lessons = course.lessons.iter();
    match lessons.find(|lesson| slides::page_name(lesson) == name) {
        Some(lesson) => Ok(Html(slides::deck_page(course, lesson)?)),
        None => Err(not_found().await),
    }
}

/// `GET /slides/assets/deck.js`
pub async fn asset(Path(name): Path<String>) -> Result<Response, PageError> {
    let Some((name, content)) = ASSETS.into_iter().find(|(asset, _)| *asset == name) else {
        return Err(not_found().await);
    };
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    Ok(([(header::CONTENT_TYPE, kind.as_ref())], content).into_response())
}
