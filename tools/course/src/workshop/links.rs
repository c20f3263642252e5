//! Where the links of a lesson's page lead to in the workshop.

use std::path::{Component, Path, PathBuf};

use crate::lessons::{Course, Lesson};

/// The links of a lesson's page.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// The repository.
    pub course: &'a Course,
    /// Whose page it is.
    pub lesson: &'a Lesson,
}

impl Links<'_> {
    /// The address in the workshop: another lesson's page is a page here too, a
    /// picture is one of the lesson's files.
    pub fn of(&self, target: &str) -> String {
        let is_elsewhere = target.contains(':') || target.starts_with(['#', '/']);
        if is_elsewhere {
            return target.to_owned();
        }
        let (path, anchor) = match target.split_once('#') {
            Some((path, anchor)) => (path, format!("#{anchor}")),
            None => (target, String::new()),
        };
        let file = resolved(&self.lesson.path.join(path));
        let mut lessons = self.course.lessons.iter();
        match lessons.find(|lesson| file == lesson.page() || file == lesson.path) {
            Some(lesson) => format!("/lessons/{}/read{anchor}", lesson.number),
            None => format!("/files/{}{anchor}", self.course.shown(&file)),
        }
    }
}

/// The path without `..`, by its words alone.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            part => resolved.push(part),
        }
    }
    resolved
}
