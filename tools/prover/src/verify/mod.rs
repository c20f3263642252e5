//! `cargo course verify`: proves that lessons, pages and tests belong together.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};

use course::lessons::Course;

mod claims;
mod excerpts;
mod frozen;
mod glossary;
mod hints;
mod kept;
mod links;
mod modules;
mod new;
mod pages;
mod prose;
mod runner;
mod schedule;
mod scratch;
mod shape;
mod sizes;
mod slides;
mod spelling;
mod steps;
mod tests_named;
mod words;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();

/// A check: its name, what it proves, how.
type Check = (
    &'static str,
    &'static str,
    fn(&Course, &mut Report) -> Result<()>,
);

/// The check that can look at one lesson alone.
const STEPS: &str = "steps";

/// In the order in which they run: the quick ones first.
const CHECKS: [Check; 18] = [
    (
        "shape",
        "each lesson has the files and names that a lesson has, and crates leave out no source",
        shape::check,
    ),
    (
        "frozen",
        "files that never change are the same in every lesson",
        frozen::check,
    ),
    (
        "sizes",
        "no lesson changes more lines than a student can follow",
        sizes::check,
    ),
    (
        "pages",
        "each lesson's page has the headings in the order of all pages",
        pages::check,
    ),
    (
        "prose",
        "each lesson's page is short enough to be read",
        prose::check,
    ),
    (
        "hints",
        "each \"Your turn\" has its three hints",
        hints::check,
    ),
    (
        "excerpts",
        "the code on the pages stands in the files",
        excerpts::check,
    ),
    ("links", "links lead somewhere", links::check),
    (
        "claims",
        "the repository's page lists the lessons, and links what it says of the chat to proofs",
        claims::check,
    ),
    (
        "glossary",
        "each term of the glossary is linked where the lessons first use it",
        glossary::check,
    ),
    (
        "spelling",
        "the words on the pages and slides are in a dictionary",
        spelling::check,
    ),
    (
        "words",
        "no text has a phrase that we have left behind",
        words::check,
    ),
    (
        "slides",
        "each lesson has a deck, and what its slides refer to exists",
        slides::check,
    ),
    (
        "schedule",
        "the minutes of decks and lessons fit into the days",
        schedule::check,
    ),
    (
        "tests-named",
        "each page names the new tests, and only tests that exist; each snapshot has a test",
        tests_named::check,
    ),
    (
        "kept",
        "each lesson keeps the promises of the lesson before",
        kept::check,
    ),
    (
        "new",
        "each new test fails on the lesson before",
        new::check,
    ),
    (
        STEPS,
        "each lesson can be built from its page alone, step by step",
        |course, report| steps::check(course, &steps::Scope::default(), report),
    ),
];

/// The findings of a check.
#[derive(Default)]
pub struct Report {
    /// Printed in any case.
    notes: Vec<String>,
    /// Each makes the check fail.
    problems: Vec<Problem>,
}

/// Something that is wrong.
pub struct Problem {
    place: String,
    what: String,
    to_do: String,
}

impl Report {
    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a problem: where it is, what is wrong, what to do.
    fn problem(
        &mut self,
        place: impl Into<String>,
        what: impl Into<String>,
        to_do: impl Into<String>,
    ) {
        self.problems.push(Problem {
            place: place.into(),
            what: what.into(),
            to_do: to_do.into(),
        });
    }
}

impl Report {
    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        for note in &self.notes {
            writeln!(out, "  {note}")?;
        }
        for problem in &self.problems {
            writeln!(out, "  {RED}{}{RED:#}: {}", problem.place, problem.what)?;
            writeln!(out, "    → {}", problem.to_do)?;
        }
        Ok(())
    }
}

/// Prints the names of the checks.
pub fn list() -> io::Result<()> {
    for (name, proves, _) in CHECKS {
        writeln!(anstream::stdout(), "{name:<12} {proves}")?;
    }
    Ok(())
}

/// Follows the page of one lesson, for its author; `quick` builds nothing.
pub fn run_steps(course: &Course, number: u32, quick: bool) -> Result<ExitCode> {
    course.lesson(number)?;
    let lesson = Some(number);
    let scope = steps::Scope { lesson, quick };
    match run_check(STEPS, |report| steps::check(course, &scope, report))? {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}

/// Runs the checks of those names, or all; fails when one of them failed.
pub fn run(course: &Course, only: &[String]) -> Result<ExitCode> {
    let names = CHECKS.map(|check| check.0);
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!(
            "there is no check {unknown}; the checks are {}",
            names.join(", ")
        );
    }
    let is_chosen = |check: &&Check| only.is_empty() || only.iter().any(|name| name == check.0);
    let mut failed = Vec::new();
    for (name, _, check) in CHECKS.iter().filter(is_chosen) {
        if !run_check(name, |report| check(course, report))? {
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(
        anstream::stdout(),
        "{RED}FAILED{RED:#}: {}",
        failed.join(", ")
    )?;
    Ok(ExitCode::FAILURE)
}

/// Runs a check, prints its report, and returns whether it passed.
fn run_check(name: &str, check: impl FnOnce(&mut Report) -> Result<()>) -> io::Result<bool> {
    let mut out = anstream::stdout();
    write!(out, "{name:<12} ")?;
    out.flush()?;
    let start = Instant::now();
    let mut report = Report::default();
    if let Err(error) = check(&mut report) {
        let to_do = "repair it; the check could not go on";
        report.problem(name, format!("{error:#}"), to_do);
    }
    let seconds = start.elapsed().as_secs_f32();
    let is_well = report.problems.is_empty();
    let (style, word) = if is_well {
        (GREEN, "ok")
    } else {
        (RED, "FAILED")
    };
    writeln!(out, "{style}{word}{style:#} ({seconds:.1} s)")?;
    report.print(&mut out)?;
    Ok(is_well)
}
