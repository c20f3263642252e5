//! What became of a submission.

use serde::{Deserialize, Serialize};

use super::who::Who;
use crate::check::failure::Failure;

/// All submissions of a class.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// The lesson's number.
    pub lesson: u32,
    /// The lesson's title.
    pub title: String,
    /// How many points there are.
    pub of: u32,
    /// What does not hold on this system, if anything.
    pub warning: Option<String>,
    /// By name.
    pub submissions: Vec<Grade>,
    /// Who handed in and is not on the roster; nothing without a roster.
    pub not_on_roster: Vec<String>,
}

/// A submission's result.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Grade {
    /// Who handed it in.
    #[serde(flatten)]
    pub who: Who,
    /// How far it came.
    pub status: Status,
    /// What is wrong, in a sentence; the first thing, if there are several.
    pub reason: Option<String>,
    /// Those of the new tests that pass, less one for each kept test that is broken.
    pub points: u32,
    /// The tests of what the lesson teaches.
    pub new: Count,
    /// The tests of what worked before.
    pub kept: Count,
    /// How long building took.
    pub build_seconds: f64,
    /// How long the tests took.
    pub test_seconds: f64,
    /// How many lines differ from the finished lesson; nothing when there is no chat.
    pub lines_differ: Option<usize>,
    /// What the compiler said, if it does not compile.
    pub compiler: Option<String>,
    /// Every test, by name; none when there was nothing to test.
    pub tests: Vec<Test>,
    /// Its code, and how that differs from the finished lesson, as pages.
    #[serde(skip)]
    pub code: Option<CodePages>,
}

/// What was handed in, to be read.
#[derive(Clone, Debug)]
pub struct CodePages {
    /// The code.
    pub code: String,
    /// Its difference from the finished lesson.
    pub difference: String,
}

/// How far a submission came.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All its tests pass.
    Passed,
    /// Tests fail.
    Failed,
    /// It does not compile, or not in time.
    NotBuilt,
    /// It reads files that are not its own.
    ReadsOutside,
    /// It cannot be read, or there is no chat in it.
    Unreadable,
    /// The grader could not do its work.
    NotGraded,
    /// Someone on the roster has handed in nothing.
    Absent,
}

/// How many tests pass, and how many do not.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// Pass.
    pub passed: usize,
    /// Do not.
    pub failed: usize,
}

/// A test's result.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// `users::a_taken_name_is_refused`
    pub name: String,
    /// The points that a new test is worth; a kept test brings none.
    pub of: Option<u32>,
    /// Why it failed, in a sentence, if it did.
    pub reason: Option<String>,
    /// All that it said.
    pub failure: Option<Failure>,
}

impl Status {
    /// The status as programs read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::NotBuilt => "not-built",
            Status::ReadsOutside => "reads-outside",
            Status::Unreadable => "unreadable",
            Status::NotGraded => "not-graded",
            Status::Absent => "absent",
        }
    }
}

impl Grade {
    /// A submission without any point.
    pub fn none(who: &Who, status: Status, reason: impl Into<String>) -> Grade {
        Grade {
            who: who.clone(),
            status,
            reason: Some(reason.into()),
            points: 0,
            new: Count::default(),
            kept: Count::default(),
            build_seconds: 0.0,
            test_seconds: 0.0,
            lines_differ: None,
            compiler: None,
            tests: Vec::new(),
            code: None,
        }
    }

    /// A submission whose tests ran.
    pub fn tested(who: &Who, reason: Option<String>, tests: Vec<Test>) -> Grade {
        let new = Count::of(tests.iter().filter(|test| test.is_new()));
        let kept = Count::of(tests.iter().filter(|test| !test.is_new()));
        let won: u32 = tests.iter().map(Test::points).sum();
        let lost = u32::try_from(kept.failed).unwrap_or(u32::MAX);
        let status = match new.failed + kept.failed {
            0 => Status::Passed,
            _ => Status::Failed,
        };
        Grade {
            reason,
            points: won.saturating_sub(lost),
            new,
            kept,
            tests,
            ..Grade::none(who, status, "")
        }
    }
}

impl Count {
    fn of<'a>(tests: impl Iterator<Item = &'a Test>) -> Count {
        let mut count = Count::default();
        for test in tests {
            match test.is_passed() {
                true => count.passed += 1,
                false => count.failed += 1,
            }
        }
        count
    }

    /// All of them.
    pub fn all(&self) -> usize {
        self.passed + self.failed
    }
}

impl Test {
    /// Whether the lesson teaches what it demands.
    pub fn is_new(&self) -> bool {
        self.of.is_some()
    }

    /// Whether it has passed.
    pub fn is_passed(&self) -> bool {
        self.failure.is_none()
    }

    /// The points that it brings.
    pub fn points(&self) -> u32 {
        self.of.filter(|_| self.is_passed()).unwrap_or_default()
    }
}
