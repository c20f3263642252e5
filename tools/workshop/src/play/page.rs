//! The Play page.

use askama::Template;
use axum::extract::State;

use super::choice::{Choice, OWN};
use crate::serve::{
    Workshop,
    error::{Path, Shown, render},
    layout::{PLAY, Place},
};

#[derive(Template)]
#[template(path = "workshop/play.html")]
struct PlayPage {
    place: Place,
    /// The name of the lesson's package.
    package: String,
    /// The name of the student's package, if there is one.
    own: Option<&'static str>,
    /// Whether the student's chat is made for this lesson.
    is_here: bool,
}

/// `GET /lessons/7/play`
pub async fn page(State(workshop): State<Workshop>, Path(number): Path<u32>) -> Shown {
    let lesson = workshop.lesson(number)?;
    let here = workshop.work().lesson(&workshop.course);
    render(&PlayPage {
        place: Place::new(&workshop.course, lesson, PLAY),
        package: lesson.names.package.clone(),
        own: Choice::has_own(&workshop.course).then_some(OWN),
        is_here: here.is_ok_and(|here| here.number == number),
    })
}
