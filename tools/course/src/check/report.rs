//! What a check has found, and of what.

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

/// What the check found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The lesson whose tests ran.
    pub lesson: u32,
    /// Whether it is about the student's chat, not about the lesson's own code.
    #[serde(skip)]
    pub is_student: bool,
    /// The lesson's title.
    pub title: String,
    /// The lesson's page, from the repository's root.
    pub page: String,
    /// A part of the names of the tests that ran; all when it is missing.
    pub filter: Option<String>,
    /// What cargo said, if the chat or its tests do not compile.
    pub compiler: Option<String>,
    /// In the order of the steps, of the page, then by name; those that held
    /// before come first.
    pub tests: Vec<Test>,
    /// The step that comes next: that of the first test that fails, or an earlier one
    /// that no test sees.
    pub step: Option<CurrentStep>,
    /// The steps that no test sees, and of which the chat has next to nothing.
    pub unseen: Vec<u32>,
    /// The lesson's test files that are not as the lesson has them.
    pub changed: Vec<Changed>,
    /// The test files, without `.rs`, that `tests/main.rs` does not name: they
    /// do not run.
    pub unlisted: Vec<String>,
    /// What the grader would not take, in words.
    pub ungraded: Vec<String>,
    /// What, apart from the code, may have kept cargo from building.
    pub obstacles: Vec<String>,
    /// Whether the page itself was tested, too; missing where nobody can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_page_tested: Option<bool>,
    /// Whether the lesson counts as done by this run.
    pub is_done: bool,
    /// Why git has not committed what has passed.
    pub uncommitted: Option<String>,
    /// The lesson that comes next.
    pub next: Option<u32>,
}

/// A test that ran.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// `users::a_taken_name_is_refused`
    pub name: String,
    /// Where the page names it, if it does: it is new in this lesson.
    pub place: Option<usize>,
    /// Whether it belongs to "Your turn".
    pub is_turn: bool,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

impl Report {
    /// Nothing has run yet.
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
            compiler: None,
            tests: Vec::new(),
            step: None,
            unseen: Vec::new(),
            changed,
            unlisted,
            ungraded: Vec::new(),
            obstacles: Vec::new(),
            is_page_tested: browser::is_there(course).then_some(false),
            is_done: false,
            uncommitted: None,
            next: next.map(|next| next.number),
        })
    }

    /// Whether everything that ran has passed, and something ran.
    pub fn is_passed(&self) -> bool {
        let has_passed = self.tests.iter().all(|test| test.failure.is_none());
        self.compiler.is_none() && !self.tests.is_empty() && has_passed
    }

    /// What has passed, as the history of the chat tells it.
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

    /// Notes what became of the commit. Where there is no git, `start` has said so.
    pub fn note(&mut self, committed: Outcome) {
        self.uncommitted = match committed {
            Outcome::Failed(said) => Some(said),
            Outcome::Recorded | Outcome::NoGit => None,
        };
    }

    /// Whether nobody has tested the page, although that could be done.
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
            name,
            place,
            failure,
        }
    }

    /// Whether it is about the page, in a browser.
    pub fn is_of_page(&self) -> bool {
        self.name.starts_with(browser::PAGE)
    }

    /// The name as a sentence, with the part of the tests that it belongs to.
    pub fn words(&self) -> String {
        let (part, name) = self.name.rsplit_once("::").unwrap_or(("", &self.name));
        format!("{} ({part})", name.replace('_', " "))
    }
}

/// The crate whose tests run.
pub struct Target<'a> {
    /// The lesson that it is about.
    pub lesson: &'a Lesson,
    /// Where it is.
    pub folder: PathBuf,
    /// The root of its workspace: the compiler names files from there.
    pub root: PathBuf,
    /// Whether it is the student's.
    pub is_student: bool,
}

impl<'a> Target<'a> {
    /// The crate of the student, or of a lesson.
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
        // Its manifest may be the lesson's own, copied from there. While another
        // command moves the chat, it is left alone.
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
