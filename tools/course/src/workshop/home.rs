//! The first page: all lessons, where the student is, and what to do next.

use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Shown, render},
};
use crate::list::{self, Next, Row};

#[derive(Template)]
#[template(path = "workshop/home.html")]
struct HomePage<'a> {
    rows: &'a [Row],
    next: Next<'a>,
    /// Why it is not known where the student is, although there is a chat.
    problem: Option<String>,
}

/// `GET /`
pub async fn page(State(workshop): State<Workshop>) -> Shown {
    let rows = list::rows(&workshop.course)?;
    let (_, problem) = workshop.here();
    render(&HomePage {
        rows: &rows,
        next: list::next(&rows),
        problem,
    })
}
