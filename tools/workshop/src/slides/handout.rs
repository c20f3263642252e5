//! A handout: a sheet of paper for the people in the room, written in Markdown.

use std::path::Path;

use anyhow::Result;
use askama::Template;
use pulldown_cmark::html;

use super::name_of;
use course::page::{Page, parser};

#[derive(Template)]
#[template(path = "slides/handout.html")]
struct HandoutPage<'a> {
    title: &'a str,
    /// HTML.
    body: String,
}

/// `handout-planning.html`
pub fn page_name(path: &Path) -> String {
    format!("handout-{}.html", name_of(path))
}

/// The handout as a page.
pub fn page(path: &Path) -> Result<String> {
    let page = Page::read(path)?;
    let mut body = String::new();
    html::push_html(&mut body, parser(&page.text));
    let title = page.headings.first();
    let title = title.map_or("Handout", |heading| &heading.text);
    Ok(HandoutPage { title, body }.render()?)
}
