//! A picture on a slide: one for light slides, and beside it one for dark ones.

use std::path::PathBuf;

use anyhow::Result;
use askama::Template;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::{excerpt, words_of};
use course::lessons::Course;

/// An image alone in a paragraph.
pub struct Picture {
    /// From the folder of the decks, as written: the light one.
    pub path: String,
    /// The alternative text.
    pub alt: String,
}

/// A picture with its files, relative to the repository.
#[derive(Template)]
#[template(path = "slides/picture.html")]
struct View<'a> {
    alt: &'a str,
    light: String,
    dark: Option<String>,
}

impl Picture {
    /// Reads a paragraph; nothing when it is no picture.
    pub fn parse(paragraph: &[Event]) -> Option<Picture> {
        let [
            Event::Start(Tag::Paragraph),
            Event::Start(Tag::Image { dest_url, .. }),
            words @ ..,
            Event::End(TagEnd::Image),
            Event::End(TagEnd::Paragraph),
        ] = paragraph
        else {
            return None;
        };
        Some(Picture {
            path: dest_url.to_string(),
            alt: words_of(words),
        })
    }

    /// The light picture and, if there is one, the dark one, from the root of the repository.
    pub fn files(&self, course: &Course) -> Result<(PathBuf, Option<PathBuf>)> {
        let light = excerpt::locate(course, &self.path)?;
        let dark = light.to_string_lossy().replace("-light.", "-dark.");
        let dark = PathBuf::from(dark);
        let is_another = dark != light && course.root.join(&dark).is_file();
        Ok((light, is_another.then_some(dark)))
    }

    /// The picture as HTML.
    pub fn html(&self, course: &Course) -> Result<String> {
        let (light, dark) = self.files(course)?;
        let view = View {
            alt: &self.alt,
            light: asset(&light),
            dark: dark.as_deref().map(asset),
        };
        Ok(view.render()?)
    }
}

/// The name of a picture among the assets: its path, so that no two are the same.
pub fn asset(path: &std::path::Path) -> String {
    path.to_string_lossy().replace(['/', '\\'], "-")
}
