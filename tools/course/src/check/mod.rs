//! `cargo course check`: runs the tests of the student's chat and says what to do next.

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};

use crate::{
    cargo, history, lesson_tests,
    lessons::{Course, Lesson},
    programs::Programs,
    progress::Progress,
    work::Work,
};

pub mod browser;
pub mod build;
mod changed;
pub mod comparison;
pub mod failure;
mod fresh;
mod guide;
pub mod output;
pub mod program;
mod report;
mod run;
mod show;
mod show_comparison;
mod source;
mod test_list;
mod ungraded;
mod unseen;
mod watch;
pub mod words;

use build::{Build, Made};
use failure::Failure;
use fresh::Note;
use guide::Guide;
use report::Target;
pub use report::{Report, Test};
use run::{Outcome, Run};

/// How long a build may usually take. The first one compiles all dependencies, for minutes.
pub const BUILD_LIMIT: Duration = Duration::from_secs(1800);

/// The settings of a check.
pub struct Options {
    /// Runs only the tests whose names contain this text; runs all if it is `None`.
    pub filter: Option<String>,
    /// How long a test may take.
    pub limit: Duration,
    /// How long the build of the student's chat may take.
    pub build_limit: Duration,
    /// Whether cargo's output has colours.
    pub colours: bool,
    /// Whether the page is also tested, in Chromium.
    pub browser: bool,
    /// How to start cargo and the tests.
    pub programs: Programs,
}

/// The code to check.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// The student's chat, with the tests of its current lesson.
    Student,
    /// A lesson's own code.
    Lesson(&'a Lesson),
}

/// A line of output while a check runs.
pub enum Heard<'a> {
    /// A line of cargo's progress: `Compiling chat`.
    Doing(&'a str),
    /// A line of an error or a warning, from the compiler or from cargo.
    Complaint(&'a str),
    /// The result of a test, or a line of its output.
    Test(&'a str),
}

/// Receives the output of a check, line by line.
pub type Hear<'a> = &'a mut dyn FnMut(Heard);

/// How to show the results.
pub struct Look {
    /// Checks again whenever a file is saved.
    pub watch: bool,
    /// Writes one line of JSON for each run, for other programs to read.
    pub json: bool,
    /// Puts the lesson's tests back first.
    pub renew_tests: bool,
}

/// Runs a check and shows the report; with `watch`, again after every save.
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

/// Runs the tests of the student's chat or of a lesson's own code. If the chat passes
/// everything that its lesson asks for, the lesson is marked as done.
pub fn check(course: &Course, subject: Subject, options: &Options, hear: Hear) -> Result<Report> {
    let target = Target::new(course, subject)?;
    // Read before the tests run, so that a broken progress file fails the check early.
    let mut progress = Progress::read(course)?;
    let mut report = Report::new(course, &target, options)?;
    if options.browser {
        browser::expect_browser(course)?;
    }
    let ran = run_tests(course, &target, &mut report, options, hear);
    if options.programs.is_stopped() {
        bail!("the check was stopped");
    }
    ran?;
    let is_whole = report.filter.is_none() && report.changed.is_empty();
    let is_done = report.is_passed() && is_whole && report.unseen.is_empty();
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

fn run_tests(
    course: &Course,
    target: &Target,
    report: &mut Report,
    options: &Options,
    hear: Hear,
) -> Result<()> {
    let folder = &target.folder;
    let note = match target.is_student {
        true => Some(Note::begin(folder)?),
        false => None,
    };
    let plan = build::Plan {
        folder,
        test: None,
        limit: target.is_student.then_some(options.build_limit),
        colours: options.colours,
        programs: &options.programs,
    };
    let (built, made) = plan.build(hear)?;
    if let Some(note) = note {
        note.end(folder, &made)?;
        report.ungraded = ungraded::find(target.lesson, folder, &made)?;
    }
    match built {
        Build::Broken(said) => {
            report.obstacles = cargo::obstacles(folder);
            report
                .obstacles
                .extend(build::limit_in(&said, options.build_limit));
            report.compiler = Some(said);
        }
        Build::Programs(programs) => {
            let guide = Guide::of(course, target.lesson)?;
            let mut outcomes = run_all(target, &programs, options, hear)?;
            if report.changed.is_empty() {
                outcomes.extend(not_listed(target, &outcomes, options)?);
            }
            let tests = outcomes.into_iter();
            report.tests = tests.map(|(name, why)| guide.test(name, why)).collect();
            report.tests.sort_by_cached_key(|test| guide.order(test));
            let program = made.iter().find(|made| made.is_program);
            if let (true, Some(Made { file, .. })) =
                (options.browser && report.is_passed(), program)
            {
                let outcomes = browser::outcomes(course, target.lesson, file, options, hear)?;
                let tests = outcomes.into_iter();
                report
                    .tests
                    .extend(tests.map(|(name, why)| guide.test(name, why)));
                report.is_page_tested = Some(true);
            }
            if report.is_page_tested != Some(true) && report.filter.is_none() {
                report.unseen = unseen::find(course, target)?;
                report.is_turn_unseen = guide.is_turn_unseen();
            }
            let step = guide.current_step(report.failed().next(), &report.unseen);
            report.step = step;
        }
    }
    Ok(())
}

/// Commits the chat that has passed, unless another command is moving it right now.
fn commit(course: &Course, report: &mut Report) {
    let work = Work::of(course);
    if let Ok(_alone) = work.mover() {
        report.note(history::record(&work.chat, &report.message()));
    }
}

/// Runs the tests of all programs. Returns each test's full name and its result.
fn run_all(
    target: &Target,
    programs: &[build::Program],
    options: &Options,
    hear: Hear,
) -> Result<Vec<Outcome>> {
    let pending = tempfile::tempdir().context("there is no place for temporary files")?;
    let run = Run {
        root: &target.root,
        folder: &target.folder,
        pending: pending.path(),
        filter: options.part_of_names(),
        limit: options.limit,
        programs: &options.programs,
    };
    let mut all = Vec::new();
    for program in programs {
        let outcomes = run.outcomes(program, hear)?.into_iter();
        all.extend(outcomes.map(|(name, why)| (program.test_name(&name), why)));
    }
    Ok(all)
}

/// The lesson's tests that no test program lists, although they are in the test files.
fn not_listed(target: &Target, ran: &[Outcome], options: &Options) -> Result<Vec<Outcome>> {
    let part = options.part_of_names().unwrap_or_default();
    let names = lesson_tests::of(target.lesson)?.into_keys();
    let names = names.map(|name| name.to_string());
    let is_missing = |name: &String| name.contains(&part) && ran.iter().all(|(one, _)| one != name);
    let outcome = |name| (name, Some(Failure::of("the test program does not list it")));
    Ok(names.filter(is_missing).map(outcome).collect())
}

impl Options {
    /// The filter, written like the names of tests: lower case, with underscores.
    fn part_of_names(&self) -> Option<String> {
        let words = self.filter.as_ref()?;
        Some(words.to_lowercase().replace(' ', "_"))
    }
}
