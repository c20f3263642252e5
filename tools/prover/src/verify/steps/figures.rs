//! How much a lesson wants to be typed.

use super::Part;
use crate::verify::Report;
use course::{lessons, steps::Moment};

/// How long a block may be, context counted.
const BLOCK: usize = 30;
/// How many steps a lesson may have.
const STEPS: std::ops::RangeInclusive<usize> = 3..=6;
/// How many new lines the steps of a lesson may show.
const LINES: usize = 160;

pub fn check(part: &Part, report: &mut Report) {
    check_numbers(part, report);
    check_blocks(part, report);
    let lines = lines(part);
    let total: usize = lines.iter().sum();
    let steps: Vec<String> = lines.iter().map(usize::to_string).collect();
    let number = part.lesson.number;
    report.note(format!(
        "{number:02}: {total} lines to type ({})",
        steps.join(" + ")
    ));
    if total > LINES && lessons::Part::of(number) == lessons::Part::One {
        let what = format!("the steps show {total} new lines, {LINES} at most");
        let to_do = "give more, or do without";
        report.problem(part.place_of(Moment::Start), what, to_do);
    }
}

/// The new lines of each step.
fn lines(part: &Part) -> Vec<usize> {
    let states = part.replay.states.iter();
    let steps = states.filter(|state| matches!(state.moment, Moment::Step(_)));
    steps
        .map(|state| state.edits.iter().map(|edit| edit.new.len()).sum())
        .collect()
}

fn check_numbers(part: &Part, report: &mut Report) {
    let steps = &part.replay.script.steps;
    if !STEPS.contains(&steps.len()) {
        let what = format!("there are {} steps", steps.len());
        let to_do = "write 3 to 6 of them, each `### Step N: …`";
        report.problem(part.place_of(Moment::Start), what, to_do);
    }
    for (expected, step) in (1..).zip(steps) {
        if step.number != expected {
            let what = format!("step {} stands where step {expected} should", step.number);
            report.problem(part.place(step.line), what, "number the steps from 1");
        }
    }
}

fn check_blocks(part: &Part, report: &mut Report) {
    for block in part
        .replay
        .script
        .steps
        .iter()
        .flat_map(|step| &step.blocks)
    {
        let lines = block.text.lines().count();
        if lines > BLOCK {
            let what = format!("the block has {lines} lines, {BLOCK} at most");
            let to_do = "make two blocks of it, with a sentence between them";
            report.problem(part.place(block.line), what, to_do);
        }
    }
}
