//! The first page: all lessons, and where the student is.

use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{Shown, render},
};
use crate::list::{self, Row};

#[derive(Template)]
#[template(path = "workshop/home.html")]
struct HomePage {
    rows: Vec<Row>,
}

/// `GET /`
pub async fn page(State(workshop): State<Workshop>) -> Shown {
    let rows = list::rows(&workshop.course)?;
    render(&HomePage { rows })
}
