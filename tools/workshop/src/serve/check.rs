//! The page on which a student checks their chat, or a lesson's own code.

use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Path, Shown, render},
    layout::{CHECK, Place},
};

#[derive(Template)]
#[template(path = "workshop/check.html")]
struct CheckPage {
    place: Place,
    /// The lesson that the student's chat is made for.
    here: Option<u32>,
    /// Whether that is this one.
    is_here: bool,
    /// Why that is not known, although there is a chat.
    problem: Option<String>,
}

/// `GET /lessons/3/check`
pub async fn page(State(workshop): State<Workshop>, Path(number): Path<u32>) -> Shown {
    let lesson = workshop.lesson(number)?;
    let (here, problem) = workshop.here();
    render(&CheckPage {
        place: Place::new(&workshop.course, lesson, CHECK),
        is_here: here == Some(number),
        here,
        problem,
    })
}
