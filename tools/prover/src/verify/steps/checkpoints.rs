//! After each step the chat compiles, its tests are green, and those of later steps
//! are not.

use std::collections::BTreeSet;

use anyhow::Result;
use regex::Regex;

use super::{Part, member::Built, proven};
use crate::verify::{
    Report,
    runner::{self, Broken, Results},
};
use course::{
    lesson_tests::TestName,
    lessons::Course,
    steps::{
        Moment,
        state::{Files, State},
        table,
    },
};

pub fn check(course: &Course, parts: &[Part], report: &mut Report) -> Result<()> {
    let states = parts.iter().flat_map(|part| to_build(part, report));
    let all: Vec<Built> = states.collect();
    let count = all.len();
    let proven = proven::Proven::of(course)?;
    let mut open = Vec::new();
    for built in all {
        if !proven.has(&built)? {
            open.push(built);
        }
    }
    let known = count - open.len();
    report.note(format!(
        "{} states built, {known} proven before",
        open.len()
    ));
    if open.is_empty() {
        return Ok(());
    }
    let results = runner::run(course, &open, |_| Vec::new())?;
    for (built, results) in open.iter().zip(&results) {
        let before = report.problems.len();
        judge(built, results, report);
        if report.problems.len() == before {
            proven.note(built)?;
        }
    }
    Ok(())
}

/// The states whose compiled files differ from the state before. The turn's state is the
/// finished lesson, which has tests of its own.
fn to_build<'a>(part: &'a Part<'a>, report: &mut Report) -> Vec<Built<'a>> {
    let mut found: Vec<Built> = Vec::new();
    for state in &part.replay.states {
        let is_new = found
            .last()
            .is_none_or(|before| seen(&before.state.files) != seen(&state.files));
        if !is_new {
            refuse_rows(part, state.moment, report);
        } else if state.moment != Moment::Turn {
            let label = match state.moment {
                Moment::Step(number) => number.to_string(),
                _ => "0".to_owned(),
            };
            let place = part.place_of(state.moment);
            found.push(Built {
                part,
                state,
                label,
                place,
            });
        }
    }
    found.extend(solutions(part));
    found
}

/// The other solutions of the turn, if tests can see its result.
fn solutions<'a>(part: &'a Part<'a>) -> impl Iterator<Item = Built<'a>> {
    let before = part.replay.before(Moment::Turn);
    let before = before.map(|state| seen(&state.files));
    let is_new = move |state: &State| Some(seen(&state.files)) != before;
    let solutions = part.solutions.iter().zip(1..);
    let solutions = solutions.filter(move |(solution, _)| is_new(&solution.state));
    solutions.map(|(solution, number)| Built {
        part,
        state: &solution.state,
        label: format!("turn-{number}"),
        place: solution.place.clone(),
    })
}

/// The part of a crate that tests can see: none runs the page, but some request its files.
fn seen(files: &Files) -> Vec<(&str, &str)> {
    let mut seen = Vec::new();
    for (path, text) in files {
        let is_of_page = path.starts_with("client/");
        seen.push((path.as_str(), if is_of_page { "" } else { text }));
    }
    seen
}

fn refuse_rows(part: &Part, moment: Moment, report: &mut Report) {
    let rows = part.rows.iter().filter(|row| !row.tests.is_empty());
    for row in rows.filter(|row| row.moment == Some(moment)) {
        let what = format!("{moment} changes nothing that these tests could see");
        let to_do = "name the step before which they fail and after which they pass";
        report.problem(part.place(row.line), what, to_do);
    }
}

fn judge(built: &Built, results: &Results, report: &mut Report) {
    let (part, state) = (built.part, built.state);
    let broken = results.broken_library.as_ref();
    if let Some(error) = broken.or(results.broken_tests.as_ref()) {
        let when = when(state.moment);
        let what = format!("{when} the chat does not compile: {error}");
        let to_do = match comes_later(part, state, error) {
            Some(words) => format!("{words}: show it earlier, or let this step do without it"),
            None => "show what is missing in this step".to_owned(),
        };
        report.problem(&built.place, what, to_do);
        return;
    }
    // A macro may have written tests that the source does not show.
    let tests: BTreeSet<&TestName> = part.tests.iter().chain(results.ran()).collect();
    for test in tests {
        judge_test(built, (test, results.failure(test)), report);
    }
}

fn when(moment: Moment) -> String {
    match moment {
        Moment::Start => "at the start".to_owned(),
        moment => format!("after {moment}"),
    }
}

fn judge_test(built: &Built, (test, failure): (&TestName, Option<String>), report: &mut Report) {
    let (part, now) = (built.part, built.state.moment);
    let promised = table::moment_in(&part.rows, test);
    let row = part.rows.iter().find(|row| row.tests.contains(test));
    let place = match row {
        Some(row) if now != Moment::Turn => part.place(row.line),
        _ => built.place.clone(),
    };
    let when = when(now);
    match (failure, promised) {
        (Some(reason), None) => {
            let what = format!("`{test}`, which is in no row, fails {when}: {reason}");
            let to_do = "keep what it demands, or name it in the row of its step";
            report.problem(place, what, to_do);
        }
        (Some(reason), Some(moment)) if moment <= now => {
            let what = format!("`{test}` fails {when}: {reason}");
            let to_do = match now {
                Moment::Turn => "let the test accept every correct solution".to_owned(),
                _ => format!("{moment} should turn it green: let it, or change its row"),
            };
            report.problem(place, what, to_do);
        }
        (None, Some(moment)) if moment > now => {
            let what = format!("`{test}` passes {when} already, before {moment}");
            let to_do = match now {
                Moment::Start => "put it into a row `given`, or let it demand what is new",
                _ => "put it into the row of the first step after which it passes",
            };
            report.problem(place, what, to_do);
        }
        _ => {}
    }
}

/// Which later moment brings a name that the compiler misses.
fn comes_later(part: &Part, state: &State, error: &Broken) -> Option<String> {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let quoted = error.message.split('`').skip(1).step_by(2);
    let names = quoted.flat_map(|code| code.split(|letter| !is_letter(letter)));
    for name in names.filter(|name| name.len() > 1) {
        let defined = definition(name)?;
        if state.files.values().any(|text| defined.is_match(text)) {
            continue;
        }
        let later = part.replay.script.moments();
        for (moment, blocks) in later.filter(|(moment, _)| *moment > state.moment) {
            if let Some(block) = blocks.iter().find(|block| defined.is_match(&block.text)) {
                return Some(format!("`{name}` comes in {moment} ({})", block.path));
            }
        }
    }
    None
}

/// Where an item, a macro or a field gets this name, which is made of letters.
fn definition(name: &str) -> Option<Regex> {
    let items = r"(fn|struct|enum|mod|type|trait|const|static|macro_rules!)\s+";
    Regex::new(&format!(r"\b{items}{name}\b|\b{name}: ")).ok()
}
