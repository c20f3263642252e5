//! The report of a check, and the crate that was checked.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use super::{
    Options, Subject, browser,
    changed::{self, Changed},
    failure::Failure,
    guide::CurrentStep,
    test_list,
};
use crate::{
    history::Outcome,
    lessons::{Course, Lesson},
    page::Page,
    standalone,
    work::Work,
};

/// The results of a check.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The lesson whose tests ran.
    pub lesson: u32,
    /// Whether the student's chat was checked, not the lesson's own code.
    #[serde(skip)]
    pub is_student: bool,
    /// The lesson's title.
    pub title: String,
    /// The lesson's page, relative to the repository's root.
    pub page: String,
    /// If set, only the tests whose names contain this text ran.
    pub filter: Option<String>,
    /// The compiler's errors, if the chat or its tests do not compile.
    pub compiler: Option<String>,
    /// Tests that passed before the lesson, then those of the steps, the student's own, and
    /// those of "Your turn"; each group by position on the page, then by name.
    pub tests: Vec<Test>,
    /// The next step: that of the first failing test, or an earlier one that no test
    /// covers.
    pub step: Option<CurrentStep>,
    /// The steps that no test covers and that the student has hardly begun.
    pub unseen: Vec<u32>,
    /// Whether no test that ran covers "Your turn".
    pub is_turn_unseen: bool,
    /// The lesson's test files that are missing or changed in the student's chat.
    pub changed: Vec<Changed>,
    /// The test files, without `.rs`, that do not run because `tests/main.rs` does not
    /// list them.
    pub unlisted: Vec<String>,
    /// Descriptions of what the grader would ignore.
    pub ungraded: Vec<String>,
    /// Possible reasons, other than the code, why cargo could not build.
    pub obstacles: Vec<String>,
    /// Whether the page was also tested; `None` if the course has no page tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_page_tested: Option<bool>,
    /// Whether this run marks the lesson as done.
    pub is_done: bool,
    /// Why git could not commit the chat that has passed.
    pub uncommitted: Option<String>,
    /// The number of the next lesson.
    pub next: Option<u32>,
}

/// A test that ran.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// `users::a_taken_name_is_refused`
    pub name: String,
    /// Its position in the page's list of tests. Tests in that list are new in this lesson.
    pub place: Option<usize>,
    /// Whether it belongs to "Your turn".
    pub is_turn: bool,
    /// Whether the student wrote it: the lesson has no test of that name.
    pub is_own: bool,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

impl Report {
    /// Creates the report of a check that has not run any test yet.
    pub fn new(course: &Course, target: &Target, options: &Options) -> Result<Report> {
        let lesson = target.lesson;
        let next = lesson.number.checked_add(1);
        let next = next.and_then(|number| course.lesson(number).ok());
        let (changed, unlisted) = match target.is_student {
            true => (
                changed::find(lesson, &target.folder)?,
                test_list::unlisted(&target.folder)?,
            ),
            false => (Vec::new(), Vec::new()),
        };
        Ok(Report {
            lesson: lesson.number,
            is_student: target.is_student,
            title: lesson.title().unwrap_or_default(),
            page: course.shown(&lesson.page()),
            filter: options.filter.clone(),
            changed,
            unlisted,
            is_page_tested: browser::is_there(course).then_some(false),
            next: next.map(|next| next.number),
            ..Report::default()
        })
    }

    /// Whether everything that ran has passed, and something ran.
    pub fn is_passed(&self) -> bool {
        let has_passed = self.tests.iter().all(|test| test.failure.is_none());
        self.compiler.is_none() && !self.tests.is_empty() && has_passed
    }

    /// The commit message for the chat's history.
    pub fn message(&self) -> String {
        let number = self.lesson;
        match (&self.filter, &self.tests[..]) {
            (None, _) => format!("Lesson {number:02}: all tests pass"),
            (_, [test]) => format!("Lesson {number:02}: {}", test.words()),
            (Some(filter), tests) => {
                let count = tests.len();
                format!("Lesson {number:02}: {count} tests with \"{filter}\" pass")
            }
        }
    }

    /// Records whether the commit failed. A missing git is no failure: `start` reports it.
    pub fn note(&mut self, committed: Outcome) {
        self.uncommitted = match committed {
            Outcome::Failed(said) => Some(said),
            Outcome::Recorded | Outcome::NoGit => None,
        };
    }

    /// Whether the page was not tested although the course has page tests.
    pub fn has_untested_page(&self) -> bool {
        self.is_student && self.is_page_tested == Some(false)
    }

    /// The tests that have not passed.
    pub fn failed(&self) -> impl Iterator<Item = &Test> {
        self.tests.iter().filter(|test| test.failure.is_some())
    }
}

impl Test {
    /// A test that ran, with what the lesson's page says about it.
    pub fn new(page: &Page, name: String, failure: Option<Failure>) -> Test {
        let section = |heading| page.section(2, heading).unwrap_or_default();
        let mut named = page.codes_in(section("The tests"));
        let place = named.position(|code| code.text == name);
        let short = name.rsplit("::").next().unwrap_or(&name);
        let mut turn = page.codes_in(section("Your turn"));
        Test {
            is_turn: place.is_some() && turn.any(|code| code.text == short),
            is_own: false,
            name,
            place,
            failure,
        }
    }

    /// Whether it tests the page in a browser.
    pub fn is_of_page(&self) -> bool {
        self.name.starts_with(browser::PAGE)
    }

    /// The name as a sentence, followed by the name of its module, if that says more.
    pub fn words(&self) -> String {
        let (part, name) = self.name.rsplit_once("::").unwrap_or(("", &self.name));
        let name = name.replace('_', " ");
        match self.is_of_page() {
            true => name,
            false => format!("{name} ({part})"),
        }
    }
}

/// The crate whose tests run.
pub struct Target<'a> {
    /// The lesson that the crate belongs to.
    pub lesson: &'a Lesson,
    /// The crate's folder.
    pub folder: PathBuf,
    /// The root of its workspace: the compiler's paths are relative to it.
    pub root: PathBuf,
    /// Whether it is the student's chat.
    pub is_student: bool,
}

impl<'a> Target<'a> {
    /// Finds the student's crate, or a lesson's.
    pub fn new(course: &'a Course, subject: Subject<'a>) -> Result<Self> {
        match subject {
            Subject::Student => Target::of_student(course),
            Subject::Lesson(lesson) => Ok(Target {
                lesson,
                folder: lesson.path.clone(),
                root: course.root.clone(),
                is_student: false,
            }),
        }
    }

    fn of_student(course: &'a Course) -> Result<Self> {
        let work = Work::of(course);
        let lesson = work.lesson(course)?;
        // The manifest may be a plain copy of the lesson's and need completing. If another
        // command is moving the chat, leave it alone.
        if let Ok(_alone) = work.mover() {
            standalone::complete(course, lesson, &work.chat)?;
        }
        Ok(Target {
            lesson,
            folder: work.chat.clone(),
            root: work.chat,
            is_student: true,
        })
    }
}
