//! The lists in which a page names tests and gives a reason.

use anyhow::Result;
use regex::Regex;

use crate::{
    lesson_tests::TestName,
    lessons::{Course, Lesson},
    page::Page,
};

/// Tests of the stage before that no longer hold.
pub const RETIRED: &str = "Retired tests";
/// New tests that hold on the stage before as well.
pub const GUARDS: &str = "Guards";

/// A list of tests with reasons.
#[derive(Default)]
pub struct Excuses {
    /// Each test with the place of its bullet.
    pub tests: Vec<(TestName, String)>,
    /// Places of bullets that cannot be read.
    pub unreadable: Vec<String>,
}

impl Excuses {
    /// Whether the list names the test.
    pub fn name(&self, test: &TestName) -> bool {
        self.tests.iter().any(|(name, _)| name == test)
    }
}

/// Reads the list below `### heading` of the lesson's page, if it has one.
pub fn read(course: &Course, lesson: &Lesson, heading: &str) -> Result<Excuses> {
    let mut excuses = Excuses::default();
    if !lesson.page().is_file() {
        return Ok(excuses);
    }
    let page = Page::read(&lesson.page())?;
    let bullet = Regex::new(r"^[-*] ((?:`[^`]+`(?:, *)?)+): *\S")?;
    let name = Regex::new("`([^`]+)`")?;
    for (line, text) in bullets(&page, heading) {
        let place = course.place(&page.path, line);
        let words = bullet.captures(&text).map(|found| found[1].to_owned());
        let words = words.unwrap_or_default();
        let names = name
            .captures_iter(&words)
            .map(|found| TestName::parse(&found[1]));
        match names.collect::<Option<Vec<_>>>() {
            Some(names) if !names.is_empty() => {
                let places = names.into_iter().map(|name| (name, place.clone()));
                excuses.tests.extend(places);
            }
            _ => excuses.unreadable.push(place),
        }
    }
    Ok(excuses)
}

/// The bullets of the section, each in one line, with the line's number.
fn bullets(page: &Page, heading: &str) -> Vec<(usize, String)> {
    let mut bullets: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    let part = page.section(3, heading).unwrap_or(0..0);
    for (line, text) in page.lines_in(part) {
        if text.starts_with("- ") || text.starts_with("* ") {
            bullets.push((line, text.to_owned()));
            is_open = true;
        } else if text.is_empty() {
            is_open = false;
        } else if let Some((_, bullet)) = bullets.last_mut()
            && is_open
        {
            bullet.push(' ');
            bullet.push_str(text.trim());
        }
    }
    bullets
}
