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
        deck: format!("/slides/{}", slides::page_of(&workshop.course, lesson)),
        index: format!("/slides/{INDEX}"),
    })
}

/// `GET /slides/03-user-form.html`, or another page of the site
pub async fn deck(
    State(workshop): State<Workshop>,
    Path(name): Path<String>,
) -> Result<Html<String>, PageError> {
    match slides::page(&workshop.course, &name)? {
        Some(page) => Ok(Html(page)),
        None => Err(not_found().await),
    }
}

/// `GET /slides/assets/deck.js`, or a picture
pub async fn asset(
    State(workshop): State<Workshop>,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    let kind = [(header::CONTENT_TYPE, kind.to_string())];
    if let Some((_, content)) = ASSETS.into_iter().find(|(asset, _)| *asset == name) {
        return Ok((kind, content).into_response());
    }
    match slides::picture(&workshop.course, &name)? {
        Some(content) => Ok((kind, content).into_response()),
        None => Err(not_found().await),
    }
}
