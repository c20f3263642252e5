//! `cargo course grade`: runs a lesson's tests against a folder of submissions.

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Error, Result, anyhow, bail};
use clap::Args;

use crate::{confined, report, show, submissions};
use course::{check::browser, lessons::Course, programs::Programs};

use crate::build::Builder;
use crate::build_cache::Place;
use crate::grader::Grader;
use crate::page_run::PageRun;
use crate::report::Out;
use crate::result::{Batch, Grade};
use crate::roster::Roster;
use crate::show::Progress;
use crate::submissions::Submission;

/// The options of `cargo course grade`.
#[derive(Args)]
pub struct Options {
    /// The folder with the submissions. Each is a folder, a zip or a tar.
    submissions: PathBuf,
    /// The lesson whose tests run.
    #[arg(long, value_name = "N")]
    lesson: u32,
    /// How many submissions to grade in parallel (default: twice the number of
    /// processors, and with `--browser` half of it).
    #[arg(long, value_name = "J")]
    jobs: Option<usize>,
    /// Grades this student again and updates the existing report. NAME is a student's
    /// name or number, or a file; you can repeat the option.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// A CSV file that lists the class; students without a submission are shown as absent.
    #[arg(long, value_name = "CSV")]
    roster: Option<PathBuf>,
    /// Also tests the page of each submission, in Chromium.
    #[arg(long)]
    browser: bool,
    /// The time limit for testing a page.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    page_time_limit: u64,
    /// The time limit for building a submission, and again for running all its tests.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    time_limit: u64,
    /// The memory limit of a submission's server.
    #[arg(long, value_name = "MIB", default_value_t = 128)]
    memory_limit: u64,
    /// Does not optimize the dependencies: the first run starts sooner, but each submission
    /// takes longer.
    #[arg(long)]
    unoptimized: bool,
    /// The folder for the reports (default: grades/lesson-NN).
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Grades all submissions and writes the reports. The exit code reports whether every
/// submission could be graded; it does not depend on the grades.
pub fn run(course: &Course, options: &Options) -> Result<ExitCode> {
    let lesson = course.lesson(options.lesson)?;
    if options.browser {
        browser::expect_browser(course)?;
    }
    let roster = options.roster.as_deref().map(Roster::read).transpose()?;
    let submissions = submissions::find(&options.submissions)?;
    let out = options.out.clone();
    let out = Out::at(out.unwrap_or_else(|| format!("grades/lesson-{:02}", lesson.number).into()))?;
    let (submissions, before) = match options.only.is_empty() {
        true => (submissions, None),
        false => (
            submissions::only(submissions, &options.only)?,
            report::read(&out, lesson.number)?,
        ),
    };
    let programs = Programs::in_groups();
    let stopped = programs.clone();
    // Ctrl+C, SIGTERM, and the end of the terminal.
    ctrlc::set_handler(move || stopped.stop()).context("Ctrl+C cannot be heard")?;

    let warning = confined::what_is_missing();
    show::warn(warning);
    let limit = Duration::from_secs(options.time_limit);
    let builder = Builder::new(&course.root, !options.unoptimized, limit, programs.clone())?;
    let page_limit = Duration::from_secs(options.page_time_limit);
    let page = || PageRun::of(course, lesson, page_limit, &programs);
    let page = options.browser.then(page).transpose();
    let grader =
        page.and_then(|page| Grader::set_up(course, lesson, builder, options.memory_limit, page));
    let grader = grader.map_err(|error| unless_stopped(&programs, error))?;
    let places = grader.places(jobs(options).min(submissions.len()));
    let places = places.map_err(|error| unless_stopped(&programs, error))?;
    let begun = Instant::now();
    let grades = grade_all(&grader, &submissions, &places, &programs);
    if programs.is_stopped() {
        bail!(STOPPED);
    }
    let mut batch = Batch {
        lesson: lesson.number,
        title: lesson.title().unwrap_or_default(),
        of: grader.all_points(),
        warning: warning.map(str::to_owned),
        submissions: grades,
        not_on_roster: Vec::new(),
    };
    if let Some(before) = before {
        batch.merge(before)?;
    }
    if let Some(roster) = roster {
        roster.apply(&mut batch);
    }
    out.write(&report::files(&batch)?)?;
    show::end(&batch, submissions.len(), begun.elapsed(), out.path());
    Ok(match batch.is_whole() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

const STOPPED: &str = "grading was stopped; no report was written";

fn unless_stopped(programs: &Programs, error: Error) -> Error {
    match programs.is_stopped() {
        true => anyhow!(STOPPED),
        false => error,
    }
}

/// Tests mostly wait, so two jobs per processor keep the processors busy. Two rules of a
/// page are tested at once, so with a browser one job per two processors does.
fn jobs(options: &Options) -> usize {
    let processors = thread::available_parallelism().map_or(1, |number| number.get());
    let jobs = match options.browser {
        true => processors / 2,
        false => 2 * processors,
    };
    options.jobs.unwrap_or(jobs).max(1)
}

/// The grades, in the order of the submissions.
fn grade_all(
    grader: &Grader,
    submissions: &[Submission],
    places: &[Place],
    programs: &Programs,
) -> Vec<Grade> {
    let progress = Progress::new(submissions.len());
    let next = AtomicUsize::new(0);
    let grades = Mutex::new(Vec::new());
    let work = |place: &Place| {
        while let Some((index, submission)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            submissions.get(index).map(|submission| (index, submission))
        } {
            let grade = grader.grade(submission, place);
            // Whatever was stopped looks like a fault of the submission.
            if programs.is_stopped() {
                return;
            }
            progress.add(&grade);
            let mut grades = grades.lock().unwrap_or_else(PoisonError::into_inner);
            grades.push((index, grade));
        }
    };
    thread::scope(|scope| {
        for place in places {
            scope.spawn(|| work(place));
        }
    });
    let mut grades = grades.into_inner().unwrap_or_else(PoisonError::into_inner);
    grades.sort_by_key(|(index, _)| *index);
    grades.into_iter().map(|(_, grade)| grade).collect()
}
