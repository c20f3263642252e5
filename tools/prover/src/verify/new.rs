//! Each new test fails on the lesson before.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{
    Report,
    runner::{self, Results},
    scratch::Pairing,
};
use course::{
    excuses::{self, GUARDS},
    lesson_tests::{self, TestName},
    lessons::Course,
};

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let mut pairings = Vec::new();
    let mut new_tests = BTreeMap::new();
    for (code, tests) in course.neighbours() {
        let before = lesson_tests::of(code)?;
        let new = lesson_tests::new_in(&lesson_tests::of(tests)?, Some(&before));
        new_tests.insert(tests.number, new);
        pairings.push(Pairing { tests, code });
    }
    if pairings.is_empty() {
        return Ok(());
    }
    let new_of = |pairing: &Pairing| new_tests.get(&pairing.tests.number).cloned();
    let wanted = |pairing: &Pairing| new_of(pairing).unwrap_or_default();
    let results = runner::run(course, &pairings, wanted)?;
    for (pairing, results) in pairings.iter().zip(results) {
        judge(course, pairing, &wanted(pairing), &results, report)?;
    }
    Ok(())
}

fn judge(
    course: &Course,
    pairing: &Pairing,
    new: &[TestName],
    results: &Results,
    report: &mut Report,
) -> Result<()> {
    if !results.compiled(course, pairing, report) {
        return Ok(());
    }
    let guards = excuses::read(course, pairing.tests, GUARDS)?;
    let before = pairing.code.number;
    let mut failed = 0;
    for test in new.iter().filter(|test| !guards.name(test)) {
        if results.failure(test).is_some() {
            failed += 1;
            continue;
        }
        let what = format!("the new test `{test}` passes on lesson {before:02} already");
        let to_do = "demand something new, or name it with a reason under `### Guards`";
        report.problem(course.shown(&pairing.tests.path), what, to_do);
    }
    for (test, place) in &guards.tests {
        if !new.contains(test) {
            let what = format!("the bullet is stale: `{test}` is no new test");
            report.problem(place, what, "remove it from the list");
        } else if let Some(reason) = results.failure(test) {
            let what =
                format!("`{test}` needs no excuse: it fails on lesson {before:02}: {reason}");
            report.problem(place, what, "remove it from the list");
        }
    }
    let number = guards.tests.len();
    report.note(format!(
        "{}: {failed} failed as they should, {number} guards",
        pairing.title()
    ));
    Ok(())
}
