//! What became of a submission.

use serde::Serialize;

use crate::check::failure::Failure;

/// All submissions of a batch.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// The lesson's number.
    pub lesson: u32,
    /// The lesson's title.
    pub title: String,
    /// How many points there are.
    pub of: u32,
    /// What does not hold on this system, if anything.
    pub warning: Option<&'static str>,
    /// By name.
    pub submissions: Vec<Grade>,
}

/// A submission's result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Grade {
    /// The submission's.
    pub name: String,
    /// How far it came.
    pub status: Status,
    /// What is wrong, in a sentence; the first thing, if there are several.
    pub reason: Option<String>,
    /// The points of the tests that pass.
    pub points: u32,
    /// How many tests pass.
    pub passed: usize,
    /// How many do not.
    pub failed: usize,
    /// How long building took.
    pub build_seconds: f64,
    /// How long the tests took.
    pub test_seconds: f64,
    /// What the compiler said, if it does not compile.
    pub compiler: Option<String>,
    /// Every test, by name; none when there was nothing to test.
    pub tests: Vec<Test>,
}

/// How far a submission came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
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
}

/// A test's result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// `users::a_taken_name_is_refused`
    pub name: String,
    /// What it is worth.
    pub of: u32,
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
        }
    }
}

impl Grade {
    /// A submission without any point.
    pub fn none(name: &str, status: Status, reason: String) -> Grade {
        Grade {
            name: name.to_owned(),
            status,
            reason: Some(reason),
            points: 0,
            passed: 0,
            failed: 0,
            build_seconds: 0.0,
            test_seconds: 0.0,
            compiler: None,
            tests: Vec::new(),
        }
    }
}

impl Test {
    /// Whether it has passed.
    pub fn is_passed(&self) -> bool {
        self.failure.is_none()
    }

    /// The points that it brings.
    pub fn points(&self) -> u32 {
        if self.is_passed() { self.of } else { 0 }
    }
}
