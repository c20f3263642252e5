//! Reads from the lesson's page which tests are new, and which step turns each of
//! them green.

use std::collections::HashSet;

use anyhow::Result;
use serde::Serialize;

use super::{Test, failure::Failure, source};
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
    /// The identifiers in the lesson's own code and tests.
    known: HashSet<String>,
    /// Relative to the repository's root.
    page: String,
}

/// Where a test stands in the report. Tests that broke come first: that has to be undone.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It passed before the lesson.
    Kept,
    /// It belongs to this step; to step 0 if the page has no table of steps.
    Step(u32),
    /// The student wrote it.
    Own,
    /// It belongs to "Your turn".
    Turn,
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
            known: source::identifiers(&lesson.path)?,
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
        let function = test.name.rsplit("::").next().unwrap_or_default();
        test.is_own = !test.is_of_page() && !self.known.contains(function);
        test
    }

    /// The sort key of a test: its rank, then its position on the page, then its name.
    pub fn order(&self, test: &Test) -> (Rank, usize, String) {
        let place = test.place.unwrap_or(usize::MAX);
        (self.rank(test), place, test.name.clone())
    }

    fn rank(&self, test: &Test) -> Rank {
        match self.moment(test) {
            _ if test.is_own => Rank::Own,
            _ if test.is_turn => Rank::Turn,
            Some(Moment::Step(number)) => Rank::Step(number),
            None if self.rows.is_empty() && test.place.is_some() => Rank::Step(0),
            _ => Rank::Kept,
        }
    }

    /// The step that turns the first failing test green, or an earlier one from `unseen`. A
    /// test that passed before the lesson belongs to no step.
    pub fn current_step(&self, failed: Option<&Test>, unseen: &[u32]) -> Option<CurrentStep> {
        let unseen = unseen.first().copied();
        let number = match failed.map(|test| self.rank(test)) {
            Some(Rank::Kept) => return None,
            Some(Rank::Step(number)) => unseen.map_or(number, |step| step.min(number)),
            Some(Rank::Own | Rank::Turn) | None => unseen?,
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
