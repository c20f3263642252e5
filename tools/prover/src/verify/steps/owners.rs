//! Every line that changes belongs to a block, or is given.

use std::{collections::BTreeSet, ops::Range};

use anyhow::Result;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::Part;
use crate::verify::Report;
use course::steps::{
    Moment,
    state::{Files, finished},
};

/// Compares the result of following the page with the finished lesson.
pub fn check(part: &Part, report: &mut Report) -> Result<()> {
    let finished = finished(part.lesson)?;
    let Some(reached) = part.replay.state(Moment::Turn) else {
        return Ok(());
    };
    let paths: BTreeSet<&String> = finished.keys().chain(reached.files.keys()).collect();
    for path in paths {
        match (reached.files.get(path), finished.get(path)) {
            (None, _) => {
                let what = "no block makes this file, and it is not given";
                let to_do = "show it in a step, or list it under `given` in Cargo.toml";
                report.problem(part.file(path), what, to_do);
            }
            (Some(_), None) => {
                let what = format!("the finished lesson has no {path}");
                let to_do = "list it under `given` in Cargo.toml: then `start` removes it";
                report.problem(part.place_of(Moment::Start), what, to_do);
            }
            (Some(reached), Some(finished)) => compare(part, path, (reached, finished), report),
        }
    }
    Ok(())
}

impl Part<'_> {
    /// A file of the finished lesson.
    fn file(&self, path: &str) -> String {
        self.course.shown(&self.lesson.path.join(path))
    }
}

fn compare(part: &Part, path: &str, (reached, finished): (&str, &str), report: &mut Report) {
    let (old, new) = (full_lines(reached), full_lines(finished));
    let [old_lines, new_lines] =
        [&old, &new].map(|lines| lines.iter().map(|line| line.1).collect::<Vec<_>>());
    for difference in capture_diff_slices(Algorithm::Patience, &old_lines, &new_lines) {
        if difference.tag() != DiffTag::Equal {
            add(part, path, (&old, &new), &difference, report);
        }
    }
}

/// Lines that are not blank, each with its number.
fn full_lines(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| (index + 1, line))
        .collect()
}

type Lines<'a> = [(usize, &'a str)];

fn add(
    part: &Part,
    path: &str,
    (reached, finished): (&Lines, &Lines),
    difference: &DiffOp,
    report: &mut Report,
) {
    let (extra, missing) = (difference.old_range(), difference.new_range());
    if !missing.is_empty() {
        let (numbers, line) = quoted(finished, missing.clone());
        let what = format!("no block shows {numbers}: `{line}`");
        let to_do = "show it in a step, under `### Given` or in the solution";
        report.problem(place(part, path, finished, missing.start), what, to_do);
    }
    if !extra.is_empty() {
        let (_, line) = reached[extra.start];
        let number = match extra.len() {
            1 => "a line".to_owned(),
            count => format!("{count} lines"),
        };
        let (origin, line) = (origin(part, path, line), line.trim());
        let what = format!("{number} too many at the end ({origin}): `{line}`");
        let to_do = "show the place without it, between a line before and one after";
        report.problem(place(part, path, finished, missing.start), what, to_do);
    }
}

/// `lessons/04-messages/src/lib.rs:12`
fn place(part: &Part, path: &str, finished: &Lines, index: usize) -> String {
    let line = finished.get(index).or(finished.last());
    format!("{}:{}", part.file(path), line.map_or(1, |line| line.0))
}

/// `line 12` or `lines 12 to 14`, and the first of them.
fn quoted<'a>(lines: &Lines<'a>, range: Range<usize>) -> (String, &'a str) {
    let (first, line) = lines[range.start];
    let (last, _) = lines[range.end - 1];
    let numbers = match range.len() {
        1 => "this line".to_owned(),
        _ => format!("lines {first} to {last}"),
    };
    (numbers, line.trim())
}

/// When the line came into the file.
fn origin(part: &Part, path: &str, line: &str) -> String {
    let has = |files: &Files| {
        let text = files.get(path);
        text.is_some_and(|text| text.lines().any(|other| other == line))
    };
    let mut states = part.replay.states.iter();
    match states.find(|state| has(&state.files)) {
        Some(state) => format!("there since {}", state.moment),
        None => "there since the start".to_owned(),
    }
}
