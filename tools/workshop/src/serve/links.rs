//! Where the links of a page lead to in the workshop.

use std::{path::Path, sync::LazyLock};

use regex::{Captures, Regex};

use course::{files, lessons::Course};

/// An attribute of HTML that holds an address.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\b(href|src|srcset)\s*=\s*"([^"]*)""#).ok());

/// The links of a page.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// The repository.
    pub course: &'a Course,
    /// The folder of the page.
    pub folder: &'a Path,
}

impl Links<'_> {
    /// The address in the workshop: lessons and the glossary are pages here too, a
    /// picture is a file.
    pub fn of(&self, target: &str) -> String {
        let is_elsewhere = target.contains(':') || target.starts_with(['#', '/']);
        if is_elsewhere {
            return target.to_owned();
        }
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (path, format!("#{anchor}")),
            None => (target, String::new()),
        };
        let file = files::without_dots(&self.folder.join(path));
        if file == self.course.glossary() {
            return format!("/glossary{anchor}");
        }
        let mut lessons = self.course.lessons.iter();
        match lessons.find(|lesson| file == lesson.page() || file == lesson.path) {
            Some(lesson) => format!("/lessons/{}/read{anchor}", lesson.number),
            None => format!("/files/{}{anchor}", self.course.shown(&file)),
        }
    }

    /// HTML of a page with the addresses in the workshop: pictures are HTML where
    /// they differ in the dark.
    pub fn in_html(&self, html: &str) -> String {
        let Some(attribute) = ADDRESS.as_ref() else {
            return html.to_owned();
        };
        let replaced = attribute.replace_all(html, |found: &Captures| {
            format!("{}=\"{}\"", &found[1], self.of(&found[2]))
        });
        replaced.into_owned()
    }

    /// The number of the lesson whose page it is.
    pub fn lesson(&self) -> Option<u32> {
        let mut lessons = self.course.lessons.iter();
        let lesson = lessons.find(|lesson| lesson.path == self.folder);
        lesson.map(|lesson| lesson.number)
    }
}
