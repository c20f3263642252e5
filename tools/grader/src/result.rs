//! The results of grading.

use serde::{Deserialize, Serialize};

use super::who::Who;
use course::check::{browser::PAGE, failure::Failure};

/// The results of a class.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// The lesson's number.
    pub lesson: u32,
    /// The lesson's title.
    pub title: String,
    /// The number of points in total.
    pub of: u32,
    /// A warning if this system cannot confine submissions.
    pub warning: Option<String>,
    /// The results, sorted by name.
    pub submissions: Vec<Grade>,
    /// Students who handed in but are not on the roster; empty without a roster.
    pub not_on_roster: Vec<String>,
}

/// A submission's result.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Grade {
    /// The student who handed it in.
    #[serde(flatten)]
    pub who: Who,
    /// The outcome.
    pub status: Status,
    /// The main problem in one sentence, if there is one.
    pub reason: Option<String>,
    /// The points of the new tests that pass, minus one for each broken kept test.
    pub points: u32,
    /// Tests of what the lesson teaches.
    pub new: Count,
    /// Tests of what worked before.
    pub kept: Count,
    /// The build time.
    pub build_seconds: f64,
    /// The time that all tests took together.
    pub test_seconds: f64,
    /// The number of lines that differ from the finished lesson, if there is a chat.
    pub lines_differ: Option<usize>,
    /// The compiler's output, if the submission does not compile.
    pub compiler: Option<String>,
    /// All tests, sorted by name; empty if the tests did not run.
    pub tests: Vec<Test>,
    /// The rules of the page, sorted by name; empty if they were not tested.
    #[serde(default)]
    pub rules: Vec<Test>,
    /// Pages with the code and how it differs from the finished lesson.
    #[serde(skip)]
    pub code: Option<CodePages>,
}

/// HTML pages about a submission's code.
#[derive(Clone, Debug)]
pub struct CodePages {
    /// The page with the code.
    pub code: String,
    /// The page with the differences from the finished lesson.
    pub difference: String,
}

/// The outcome of grading a submission.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All tests pass, and all rules of the page if they were tested.
    Passed,
    /// At least one test or rule fails.
    Failed,
    /// It does not compile, or takes too long to compile.
    NotBuilt,
    /// It reads files outside the submission.
    ReadsOutside,
    /// It cannot be read or holds no chat.
    Unreadable,
    /// The grader failed.
    NotGraded,
    /// A student on the roster handed in nothing.
    Absent,
}

/// The numbers of tests that pass and fail.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// Tests that pass.
    pub passed: usize,
    /// Tests that fail.
    pub failed: usize,
}

/// A test's result.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// `users::a_taken_name_is_refused`
    pub name: String,
    /// The points that a new test is worth; `None` for a kept test.
    pub of: Option<u32>,
    /// Why it failed, in one sentence.
    pub reason: Option<String>,
    /// The full output of a failed test.
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
    /// A submission without points.
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
            rules: Vec::new(),
            code: None,
        }
    }

    /// A submission whose tests ran.
    pub fn tested(who: &Who, reason: Option<String>, tests: Vec<Test>, rules: Vec<Test>) -> Grade {
        let new = Count::of(tests.iter().filter(|test| test.is_new()));
        let kept = Count::of(tests.iter().filter(|test| !test.is_new()));
        let won: u32 = tests.iter().map(Test::points).sum();
        let lost = u32::try_from(kept.failed).unwrap_or(u32::MAX);
        let on_page = Count::of(rules.iter());
        let status = match new.failed + kept.failed + on_page.failed {
            0 => Status::Passed,
            _ => Status::Failed,
        };
        Grade {
            reason,
            points: won.saturating_sub(lost),
            new,
            kept,
            tests,
            rules,
            ..Grade::none(who, status, "")
        }
    }
}

impl Grade {
    /// The rules of the page, if they were tested.
    pub fn on_page(&self) -> Option<Count> {
        (!self.rules.is_empty()).then(|| Count::of(self.rules.iter()))
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

    /// The number of all tests.
    pub fn all(&self) -> usize {
        self.passed + self.failed
    }
}

impl Test {
    /// Whether it tests something that the lesson teaches.
    pub fn is_new(&self) -> bool {
        self.of.is_some()
    }

    /// Its kind: a `new` test, a `kept` one, or a rule of the `page`.
    pub fn kind(&self) -> &'static str {
        match self.of {
            Some(_) => "new",
            None if self.name.starts_with(PAGE) => "page",
            None => "kept",
        }
    }

    /// Whether it passed.
    pub fn is_passed(&self) -> bool {
        self.failure.is_none()
    }

    /// The points that it earned.
    pub fn points(&self) -> u32 {
        self.of.filter(|_| self.is_passed()).unwrap_or_default()
    }
}
