//! The points for each test: only tests of what the lesson teaches earn points.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use course::{
    excuses::{self, GUARDS},
    files,
    lesson_tests::{self, TestName},
    lessons::{Course, Lesson},
    page::Page,
    steps::{Moment, table},
};

/// The file in a lesson's folder; without it, every new test is worth one point.
pub const FILE: &str = "points.toml";

/// The points of each new test. All other tests are kept tests: they passed before the
/// student started, and each one that breaks costs a point.
pub type Points = BTreeMap<String, u32>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    points: Points,
}

/// The points of the new tests: one each, unless the lesson's `points.toml` says
/// otherwise.
pub fn of(course: &Course, lesson: &Lesson, tests: &[String]) -> Result<Points> {
    let taught = taught(course, lesson)?.into_iter();
    let taught = taught.map(|name| name.to_string());
    // A file without a `mod` line is not part of the test program.
    let taught = taught.filter(|name| tests.contains(name));
    let mut points: Points = taught.map(|name| (name, 1)).collect();
    if points.is_empty() {
        bail!(
            "lesson {:02} has no new test, so it has no points to give",
            lesson.number
        );
    }
    let path: PathBuf = lesson.path.join(FILE);
    if !path.is_file() {
        return Ok(points);
    }
    let file: File = toml_edit::de::from_str(&files::read(&path)?)
        .with_context(|| format!("{} is not valid", path.display()))?;
    for (name, worth) in file.points {
        match points.get_mut(&name) {
            Some(point) => *point = worth,
            None => bail!(
                "{} names {name}, which is no new test of the lesson",
                path.display()
            ),
        }
    }
    Ok(points)
}

/// The tests that a student makes pass: the lesson's new tests, except guards and tests
/// that pass from the start.
fn taught(course: &Course, lesson: &Lesson) -> Result<Vec<TestName>> {
    let mut lessons = course.lessons.iter();
    let before = lessons.find(|before| before.number + 1 == lesson.number);
    let before = before.map(lesson_tests::of).transpose()?;
    let mut tests = lesson_tests::new_in(&lesson_tests::of(lesson)?, before.as_ref());
    if lesson.page().is_file() {
        let rows = table::rows(&Page::read(&lesson.page())?)?;
        let guards = excuses::read(course, lesson, GUARDS)?;
        let is_given = |test: &TestName| table::moment_in(&rows, test) == Some(Moment::Start);
        tests.retain(|test| !guards.name(test) && !is_given(test));
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points_of(course: &Course, lesson: &Lesson) -> Points {
        let tests = lesson_tests::of(lesson).unwrap().into_keys();
        let tests: Vec<String> = tests.map(|test| test.to_string()).collect();
        of(course, lesson, &tests).unwrap()
    }

    /// `verify --only new` proves that each of these tests fails on the previous lesson.
    #[test]
    fn points_come_from_tests_that_the_lesson_before_fails() {
        let course = Course::find().unwrap();
        for (before, lesson) in course.neighbours() {
            let before = lesson_tests::of(before).unwrap();
            let new = lesson_tests::new_in(&lesson_tests::of(lesson).unwrap(), Some(&before));
            let guards = excuses::read(&course, lesson, GUARDS).unwrap();
            for test in points_of(&course, lesson).keys() {
                let name = TestName::parse(test).unwrap();
                assert!(new.contains(&name) && !guards.name(&name), "{test}");
            }
        }
    }

    #[test]
    fn what_is_given_brings_no_points() {
        let course = Course::find().unwrap();
        let lesson = course.lesson(5).unwrap();
        let points = points_of(&course, lesson);
        assert!(!points.contains_key("view::the_chat_page"));
        assert!(!points.contains_key("sockets::a_connection_gets_its_own_id"));
        assert_eq!(points.get("users::a_taken_name_is_refused"), Some(&1));
    }
}
