//! `cargo course check`: runs the tests of the student's chat and says what to do.

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::{
    lessons::{Course, Lesson},
    page::Page,
    progress::Progress,
    work::Work,
};

mod build;
mod changed;
mod comparison;
mod failure;
mod program;
mod show;
mod show_comparison;
mod test_list;
mod watch;

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
}

/// What the check found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    lesson: u32,
    title: String,
    /// The lesson's page, from the repository's root.
    page: String,
    /// A part of the names of the tests that ran; all when it is missing.
    filter: Option<String>,
    /// What cargo said, if the chat or its tests do not compile.
    compiler: Option<String>,
    /// In the order of the page, then by name.
    tests: Vec<Test>,
    /// The lesson's test files that are not as the lesson has them.
    changed: Vec<Changed>,
    /// The test files, without `.rs`, that `tests/main.rs` does not name: they
    /// do not run.
    unlisted: Vec<String>,
    /// Whether the lesson counts as done by this run.
    is_done: bool,
    /// The lesson that comes next.
    next: Option<u32>,
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
    is_turn: bool,
    failure: Option<Failure>,
}

impl Report {
    /// Whether everything that ran has passed, and something ran.
    pub fn is_passed(&self) -> bool {
        let has_passed = self.tests.iter().all(|test| test.failure.is_none());
        self.compiler.is_none() && !self.tests.is_empty() && has_passed
    }
}

impl Test {
    /// The name as a sentence, with the part of the tests that it belongs to.
    fn words(&self) -> String {
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

/// Runs the tests of the student's chat, and notes the lesson as done when all
/// pass that the lesson wants. `doing` hears what cargo does meanwhile.
pub fn check(course: &Course, options: &Options, doing: &mut dyn FnMut(&str)) -> Result<Report> {
    let work = Work::of(course);
    let lesson = work.lesson(course)?;
    let mut progress = Progress::read(course)?;
    let mut report = Report {
        lesson: lesson.number,
        title: lesson.title().unwrap_or_default(),
        page: course.shown(&lesson.page()),
        filter: options.filter.clone(),
        compiler: None,
        tests: Vec::new(),
        changed: changed::find(lesson, &work.chat)?,
        unlisted: test_list::unlisted(&work.chat)?,
        is_done: false,
        next: course
            .lesson(lesson.number + 1)
            .ok()
            .map(|next| next.number),
    };
    match build::build(&work.chat, options.colours, doing)? {
        Build::Broken(said) => report.compiler = Some(said),
        Build::Programs(programs) => {
            report.tests = run_all(course, lesson, &programs, options)?;
        }
    }
    report.is_done = report.is_passed() && report.filter.is_none() && report.changed.is_empty();
    if report.is_done {
        progress.done.insert(lesson.number);
        progress.write(course)?;
    }
    Ok(report)
}

fn run_all(
    course: &Course,
    lesson: &Lesson,
    programs: &[build::Program],
    options: &Options,
) -> Result<Vec<Test>> {
    let page = Page::read(&lesson.page())?;
    let pending = tempfile::tempdir().context("there is no place for temporary files")?;
    let filter = options.filter.as_ref().map(|words| words.to_lowercase());
    let filter = filter.map(|words| words.replace(' ', "_"));
    let run = Run {
        root: &course.root,
        folder: &Work::of(course).chat,
        pending: pending.path(),
        filter: filter.as_deref(),
        limit: options.limit,
    };
    let mut tests = Vec::new();
    for program in programs {
        let outcomes = run.outcomes(program)?;
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
