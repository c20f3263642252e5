//! The glossary: every term, explained once.

use askama::Template;
use axum::extract::State;

use super::{
    Workshop,
    error::{PageError, Shown, render},
    links::Links,
    markdown::Markdown,
};
use course::page::Page;

#[derive(Template)]
#[template(path = "workshop/glossary.html")]
struct GlossaryPage {
    html: String,
}

/// `GET /glossary`
pub async fn page(State(workshop): State<Workshop>) -> Shown {
    let course = &workshop.course;
    let file = course.glossary();
    if !file.is_file() {
        let words = "This course has no glossary: there is no lessons/glossary.md.";
        return Err(PageError::NotFound(words.to_owned()));
    }
    let page = Page::read(&file)?;
    let folder = &course.root.join("lessons");
    let markdown = Markdown::new(Links { course, folder }).of_page(&page);
    let html = markdown.html(&page.text)?;
    render(&GlossaryPage { html })
}
