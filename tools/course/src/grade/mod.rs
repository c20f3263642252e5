//! `cargo course grade`: the lesson's tests against a folder of submissions.

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

use anyhow::{Error, Result, anyhow, bail};
use clap::Args;

use crate::{lessons::Course, programs::Programs, signals};

mod archive;
mod build;
mod build_cache;
mod code_pages;
pub mod confined;
mod events;
mod find_chat;
mod grader;
mod orphans;
mod points;
mod reason;
mod report;
mod result;
mod roster;
mod sandbox;
mod show;
mod submissions;
mod summary;
mod test_run;
pub mod who;

use build::Builder;
use build_cache::Place;
use grader::Grader;
use report::Out;
use result::{Batch, Grade};
use roster::Roster;
use show::Progress;
use submissions::Submission;

/// What to grade, and how.
#[derive(Args)]
pub struct Options {
    /// The folder with the submissions: each a folder, a zip or a tar.
    submissions: PathBuf,
    /// The lesson whose tests run.
    #[arg(long, value_name = "N")]
    lesson: u32,
    /// How many submissions at once; twice the number of processors when left out.
    #[arg(long, value_name = "J")]
    jobs: Option<usize>,
    /// Grades this student again, and puts the row into the report that is there; a
    /// name, a number or a file, and more than one may be named.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// A CSV file with everyone in the class: those without a submission are shown as
    /// absent.
    #[arg(long, value_name = "CSV")]
    roster: Option<PathBuf>,
    /// How long building a submission may take, and how long all its tests.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    time_limit: u64,
    /// How much memory a submission's server may use.
    #[arg(long, value_name = "MIB", default_value_t = 128)]
    memory_limit: u64,
    /// Does not optimize what submissions depend on: a first run begins earlier, and
    /// each submission takes longer.
    #[arg(long)]
    unoptimized: bool,
    /// Where the reports go; grades/lesson-NN when left out.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Grades all submissions, and writes the reports. It ends well when that could be
/// done, whatever the grades are.
pub fn run(course: &Course, options: &Options) -> Result<ExitCode> {
    let lesson = course.lesson(options.lesson)?;
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
    signals::on_stop(move || stopped.stop())?;

    let warning = confined::what_is_missing();
    show::warn(warning);
    let limit = Duration::from_secs(options.time_limit);
    let builder = Builder::new(&course.root, !options.unoptimized, limit, programs.clone())?;
    let grader = Grader::set_up(course, lesson, builder, options.memory_limit);
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

/// Tests wait more than they work, so there is work for twice the processors.
fn jobs(options: &Options) -> usize {
    let processors = thread::available_parallelism().map_or(1, |number| number.get());
    options.jobs.unwrap_or(2 * processors).max(1)
}

/// The grades in the order of the submissions, whoever was ready first.
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
            if programs.is_stopped() {
                return;
            }
            let grade = grader.grade(submission, place);
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
