//! `cargo course check`: runs the tests of the student's chat and says what to do.

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};

use crate::{
    history,
    lessons::{Course, Lesson},
    programs::Programs,
    progress::Progress,
    work::Work,
};

pub mod build;
mod changed;
pub mod comparison;
pub mod failure;
mod guide;
pub mod program;
mod report;
mod show;
mod show_comparison;
mod test_list;
mod watch;
pub mod words;

use build::Build;
use guide::Guide;
use program::Run;
use report::Target;
pub use report::{Report, Test};

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
    /// An error of the compiler.
    Complaint(&'a str),
    /// What a test program prints.
    Test(&'a str),
}

/// Who listens to a check.
pub type Hear<'a> = &'a mut dyn FnMut(Heard);

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
            let guide = Guide::of(course, target.lesson)?;
            report.tests = run_all((&target, &guide), &programs, options, hear)?;
            let first = report.failed().next();
            report.step = first.and_then(|test| guide.current_step(test));
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
    if target.is_student && report.is_passed() {
        commit(course, &mut report);
    }
    Ok(report)
}

/// Commits what has passed, unless another command moves the chat at the moment.
fn commit(course: &Course, report: &mut Report) {
    let work = Work::of(course);
    if let Ok(_alone) = work.mover() {
        report.note(history::record(&work.chat, &report.message()));
    }
}

fn run_all(
    (target, guide): (&Target, &Guide),
    programs: &[build::Program],
    options: &Options,
    hear: Hear,
) -> Result<Vec<Test>> {
    let pending = tempfile::tempdir().context("there is no place for temporary files")?;
    let filter = options.filter.as_ref().map(|words| words.to_lowercase());
    let filter = filter.map(|words| words.replace(' ', "_"));
    let run = Run {
        root: &target.root,
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
            .map(|(function, failure)| guide.test(program.test_name(&function), failure));
        tests.extend(known);
    }
    tests.sort_by_cached_key(|test| guide.order(test));
    Ok(tests)
}
