//! `cargo course check`: runs the tests of the student's chat and says what to do.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::{
    lessons::{Course, Lesson},
    page::Page,
    programs::Programs,
    progress::Progress,
    work::Work,
};

mod build;
mod changed;
pub mod comparison;
pub mod failure;
mod program;
mod show;
mod show_comparison;
mod test_list;
mod watch;
pub mod words;

use build::Build;
use changed::Changed;
use failure::Failure;
use program::Run;

/// What to check, and how.
pub struct Options {
    /// A part of the names of the tests to run; all when it is missing.
    pub filter: Option<String>,
    /// How long a test program may take.
    pub limit: Duration,
    /// Whether what cargo says has colours.
    pub colours: bool,
    /// How to start cargo and the tests.
    pub programs: Programs,
}

/// Whose code is checked.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// The student's chat, for the lesson that it was made for.
    Student,
    /// The code of a lesson itself.
    Lesson(&'a Lesson),
}

/// What is heard while a check runs, line by line.
pub enum Heard<'a> {
    /// What cargo does at the moment.
    Doing(&'a str),
    /// What the compiler says.
    Complaint(&'a str),
    /// What a test program prints.
    Test(&'a str),
}

/// Who listens to a check.
pub type Hear<'a> = &'a mut dyn FnMut(Heard);

/// What the check found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The lesson whose tests ran.
    pub lesson: u32,
    /// Whether it is about the student's chat, not about the lesson's own code.
    #[serde(skip)]
    is_student: bool,
    title: String,
    /// The lesson's page, from the repository's root.
    page: String,
    /// A part of the names of the tests that ran; all when it is missing.
    filter: Option<String>,
    /// What cargo said, if the chat or its tests do not compile.
    pub compiler: Option<String>,
    /// In the order of the page, then by name.
    tests: Vec<Test>,
    /// The lesson's test files that are not as the lesson has them.
    changed: Vec<Changed>,
    /// The test files, without `.rs`, that `tests/main.rs` does not name: they
    /// do not run.
    unlisted: Vec<String>,
    /// Whether the lesson counts as done by this run.
    pub is_done: bool,
    /// The lesson that comes next.
    pub next: Option<u32>,
}

/// A test that ran.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    /// `users::a_taken_name_is_refused`
    name: String,
    /// Where the page names it, if it does: it is new in this lesson.
    place: Option<usize>,
    /// Whether it belongs to "Your turn".
    pub is_turn: bool,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

impl Report {
    fn new(course: &Course, target: &Target, options: &Options) -> Result<Report> {
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
            changed,
            unlisted,
            is_done: false,
            next: next.map(|next| next.number),
        })
    }

    /// Whether everything that ran has passed, and something ran.
    pub fn is_passed(&self) -> bool {
        let has_passed = self.tests.iter().all(|test| test.failure.is_none());
        self.compiler.is_none() && !self.tests.is_empty() && has_passed
    }

    /// The tests that have not passed.
    pub fn failed(&self) -> impl Iterator<Item = &Test> {
        self.tests.iter().filter(|test| test.failure.is_some())
    }
}

impl Test {
    /// The name as a sentence, with the part of the tests that it belongs to.
    pub fn words(&self) -> String {
        let (part, name) = self.name.rsplit_once("::").unwrap_or(("", &self.name));
        format!("{} ({part})", name.replace('_', " "))
    }
}

/// How to show what is found.
pub struct Look {
    /// Checks again whenever a file is saved.
    pub watch: bool,
    /// Writes a line of JSON a run, for programs.
    pub json: bool,
    /// Puts the lesson's tests back first.
    pub renew_tests: bool,
}

/// Checks and shows; with `watch` again and again.
pub fn run(course: &Course, options: &Options, look: &Look) -> Result<ExitCode> {
    if look.renew_tests {
        show::renew(course, look)?;
    }
    if look.watch {
        watch::run(course, options, look)?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = show::check(course, options, look)?;
    Ok(match report.is_passed() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Runs the tests of the student's chat or of a lesson's own code. When the
/// chat passes all that its lesson wants, that is noted.
pub fn check(course: &Course, subject: Subject, options: &Options, hear: Hear) -> Result<Report> {
    let target = Target::new(course, subject)?;
    // Before the tests: what cannot be noted should not take minutes.
    let mut progress = Progress::read(course)?;
    let mut report = Report::new(course, &target, options)?;
    match build::build(&target.folder, options.colours, &options.programs, hear)? {
        Build::Broken(said) => report.compiler = Some(said),
        Build::Programs(programs) => {
            report.tests = run_all(course, &target, &programs, options, hear)?;
        }
    }
    if options.programs.is_stopped() {
        bail!("the check was stopped");
    }
    let is_done = report.is_passed() && report.filter.is_none() && report.changed.is_empty();
    report.is_done = is_done && target.is_student;
    if report.is_done {
        progress.done.insert(target.lesson.number);
        progress.write(course)?;
    }
    Ok(report)
}

/// The crate whose tests run.
struct Target<'a> {
    lesson: &'a Lesson,
    folder: PathBuf,
    is_student: bool,
}

impl<'a> Target<'a> {
    fn new(course: &'a Course, subject: Subject<'a>) -> Result<Self> {
        let work = Work::of(course);
        Ok(match subject {
            Subject::Student => Target {
                lesson: work.lesson(course)?,
                folder: work.chat,
                is_student: true,
            },
            Subject::Lesson(lesson) => Target {
                lesson,
                folder: lesson.path.clone(),
                is_student: false,
            },
        })
    }
}

fn run_all(
    course: &Course,
    target: &Target,
    programs: &[build::Program],
    options: &Options,
    hear: Hear,
) -> Result<Vec<Test>> {
    let page = Page::read(&target.lesson.page())?;
    let pending = tempfile::tempdir().context("there is no place for temporary files")?;
    let filter = options.filter.as_ref().map(|words| words.to_lowercase());
    let filter = filter.map(|words| words.replace(' ', "_"));
    let run = Run {
        root: &course.root,
        folder: &target.folder,
        pending: pending.path(),
        filter: filter.as_deref(),
        limit: options.limit,
        programs: &options.programs,
    };
    let mut tests = Vec::new();
    for program in programs {
        let outcomes = run.outcomes(program, hear)?;
        let known = outcomes
            .into_iter()
            .map(|(function, failure)| place(&page, program.test_name(&function), failure));
        tests.extend(known);
    }
    tests.sort_by_cached_key(|test| (test.place.unwrap_or(usize::MAX), test.name.clone()));
    Ok(tests)
}

/// The test with what the lesson's page says about it.
fn place(page: &Page, name: String, failure: Option<Failure>) -> Test {
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
