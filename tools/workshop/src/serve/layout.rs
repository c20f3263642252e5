//! The frame around a lesson's pages: title, tabs, and links to the lessons before and after.

use super::{Workshop, error::PageError};
use course::lessons::{Course, Lesson};

/// A view of a lesson.
#[derive(Clone, Copy, PartialEq)]
pub struct Tab {
    /// `read` in `/lessons/3/read`.
    pub slug: &'static str,
    /// The tab's label.
    pub name: &'static str,
}

/// All tabs, in the order of the page.
pub const TABS: [Tab; 5] = [READ, DIFF, CHECK, PLAY, SLIDES];
/// The lesson's page.
pub const READ: Tab = tab("read", "Read");
/// The changes from stage to stage.
pub const DIFF: Tab = tab("diff", "Diff");
/// The tests of the student's chat, or of the lesson itself.
pub const CHECK: Tab = tab("check", "Check");
/// The chat itself, with users.
pub const PLAY: Tab = tab("play", "Play");
/// The lesson's deck.
pub const SLIDES: Tab = tab("slides", "Slides");

const fn tab(slug: &'static str, name: &'static str) -> Tab {
    Tab { slug, name }
}

/// The lesson that a page is about, and which of its tabs is open.
pub struct Place {
    /// 3 for `03-user-form`.
    pub number: u32,
    /// The lesson's title, or its folder.
    pub title: String,
    /// The tab that is open.
    pub tab: Tab,
    /// The lesson before.
    pub before: Option<u32>,
    /// The lesson after.
    pub after: Option<u32>,
}

impl Place {
    /// The place of `tab` in a lesson.
    pub fn new(course: &Course, lesson: &Lesson, tab: Tab) -> Place {
        let exists = |number: &u32| course.lesson(*number).is_ok();
        let number = lesson.number;
        Place {
            number,
            title: title(lesson),
            tab,
            before: number.checked_sub(1).filter(exists),
            after: number.checked_add(1).filter(exists),
        }
    }

    /// All tabs.
    pub fn tabs(&self) -> &'static [Tab] {
        &TABS
    }
}

impl Workshop {
    /// The lesson of an address, or the error page for a lesson that does not exist.
    pub fn lesson(&self, number: u32) -> Result<&Lesson, PageError> {
        let found = self.course.lesson(number);
        found.map_err(|error| PageError::NotFound(format!("{error:#}.")))
    }
}

/// The lesson's title, or its folder as long as it has none.
pub fn title(lesson: &Lesson) -> String {
    let title = lesson.title();
    title.unwrap_or_else(|| lesson.names.folder.clone())
}
