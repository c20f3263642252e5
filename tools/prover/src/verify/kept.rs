//! Each lesson keeps the promises of the lesson before.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{
    Report,
    runner::{self, Results},
    scratch::Pairing,
};
use course::{
    excuses::{self, Excuses, RETIRED},
    lesson_tests::{self, TestName},
    lessons::Course,
};

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let mut pairings = Vec::new();
    let mut all_tests = Vec::new();
    for (tests, code) in course.neighbours() {
        let names: BTreeSet<TestName> = lesson_tests::of(tests)?.into_keys().collect();
        pairings.push(Pairing { tests, code });
        all_tests.push(names);
    }
    if pairings.is_empty() {
        return Ok(());
    }
    let results = runner::run(course, &pairings, |_| Vec::new())?;
    for ((pairing, mut tests), results) in pairings.iter().zip(all_tests).zip(results) {
        // A macro may have written tests that the source does not show.
        tests.extend(results.ran().cloned());
        judge(course, pairing, &tests, &results, report)?;
    }
    Ok(())
}

fn judge(
    course: &Course,
    pairing: &Pairing,
    tests: &BTreeSet<TestName>,
    results: &Results,
    report: &mut Report,
) -> Result<()> {
    if !results.compiled(course, pairing, report) {
        return Ok(());
    }
    let retired = excuses::read(course, pairing.code, RETIRED)?;
    let kept = tests.iter().filter(|test| !retired.name(test));
    let mut passed = 0;
    for test in kept {
        match results.failure(test) {
            None => passed += 1,
            Some(reason) => add_broken(course, pairing, (test, &reason), report),
        }
    }
    judge_retired(pairing, tests, (&retired, results), report);
    let number = retired.tests.len();
    report.note(format!(
        "{}: {passed} passed, {number} retired",
        pairing.title()
    ));
    Ok(())
}

fn add_broken(
    course: &Course,
    pairing: &Pairing,
    (test, reason): (&TestName, &str),
    report: &mut Report,
) {
    let (before, after) = (pairing.tests.number, pairing.code.number);
    let what = format!("`{test}` of lesson {before:02} fails on lesson {after:02}: {reason}");
    let to_do = "keep what it demands, or name it with a reason under `### Retired tests`";
    report.problem(course.shown(&pairing.code.path), what, to_do);
}

fn judge_retired(
    pairing: &Pairing,
    tests: &BTreeSet<TestName>,
    (retired, results): (&Excuses, &Results),
    report: &mut Report,
) {
    for (test, place) in &retired.tests {
        let number = pairing.tests.number;
        if !tests.contains(test) {
            let what = format!("the bullet is stale: lesson {number:02} has no test `{test}`");
            report.problem(place, what, "remove it from the list");
        } else if results.failure(test).is_none() {
            let what = format!("`{test}` is retired without need: it still passes");
            report.problem(place, what, "remove it from the list");
        }
    }
}
