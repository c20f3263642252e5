//! Reads from the lesson's page which tests are new, and which step turns each of
//! them green.

use anyhow::Result;
use serde::Serialize;

use super::{Test, failure::Failure};
use crate::{
    lesson_tests::TestName,
    lessons::{Course, Lesson},
    steps::{
        Moment, Script,
        table::{self, Row},
    },
};

/// The lesson's page.
pub struct Guide {
    script: Script,
    rows: Vec<Row>,
    /// Relative to the repository's root.
    page: String,
}

/// The step that the student is working on: the one that the first failing test belongs to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentStep {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// The link to it on the page.
    pub link: String,
}

impl Guide {
    /// Reads the guide of a lesson.
    pub fn of(course: &Course, lesson: &Lesson) -> Result<Guide> {
        let script = Script::read(lesson)?;
        Ok(Guide {
            rows: table::rows(&script.page)?,
            page: course.shown(&lesson.page()),
            script,
        })
    }

    /// A test that ran, with what the page says about it.
    pub fn test(&self, name: String, failure: Option<Failure>) -> Test {
        let mut test = Test::new(&self.script.page, name, failure);
        if !self.rows.is_empty() {
            test.is_turn = self.moment(&test) == Some(Moment::Turn);
        }
        test
    }

    /// The sort key of a test. Tests that passed before the lesson come first, because
    /// what broke them has to be undone; then the steps in order, then "Your turn".
    /// Without a table of steps, the page's order counts.
    pub fn order(&self, test: &Test) -> (Option<Moment>, usize, String) {
        let moment = match self.rows.is_empty() {
            true => None,
            false => self.moment(test),
        };
        let place = test.place.unwrap_or(usize::MAX);
        (moment, place, test.name.clone())
    }

    /// The step that turns the first failing test green, or an earlier one from `unseen`. A
    /// test that passed before the lesson belongs to no step.
    pub fn current_step(&self, failed: Option<&Test>, unseen: &[u32]) -> Option<CurrentStep> {
        let unseen = unseen.first().copied();
        let number = match failed.map(|test| self.moment(test)) {
            Some(Some(Moment::Step(number))) => unseen.map_or(number, |step| step.min(number)),
            Some(Some(Moment::Turn)) | None => unseen?,
            Some(_) => return None,
        };
        let step = self.script.step(number)?;
        Some(CurrentStep {
            number,
            title: step.title.clone(),
            link: format!("{}#{}", self.page, step.anchor),
        })
    }

    /// Whether the page has a turn, and no test in its table covers it.
    pub fn is_turn_unseen(&self) -> bool {
        let is_of_turn = |row: &&Row| row.moment == Some(Moment::Turn);
        let mut rows = self.rows.iter().filter(is_of_turn).peekable();
        rows.peek().is_some() && rows.all(|row| row.tests.is_empty())
    }

    fn moment(&self, test: &Test) -> Option<Moment> {
        table::moment_in(&self.rows, &TestName::parse(&test.name)?)
    }
}
