//! Each lesson's page has the headings in the order of all pages.

use anyhow::Result;

use super::Report;
use crate::{
    lessons::{Course, Lesson, title_of},
    page::Page,
};

const HEADINGS: [&str; 10] = [
    "Where you are",
    "Goal",
    "See the lack",
    "The idea",
    "Steps",
    "Your turn",
    "The tests",
    "Recap",
    "Challenges",
    "For instructors",
];
const STEPS: std::ops::RangeInclusive<usize> = 3..=6;
const CHECKPOINTS: usize = 2;

pub fn check(course: &Course) -> Result<Report> {
    let mut report = Report::default();
    for lesson in with_page(course) {
        let page = Page::read(&lesson.page())?;
        check_title(course, lesson, &page, &mut report);
        check_headings(course, &page, &mut report);
        check_steps(course, &page, &mut report);
        check_filled(course, &page, &mut report);
    }
    Ok(report)
}

/// The lessons that have a page; `shape` tells of those without.
pub fn with_page(course: &Course) -> impl Iterator<Item = &Lesson> {
    let lessons = course.lessons.iter();
    lessons.filter(|lesson| lesson.page().is_file())
}

fn check_title(course: &Course, lesson: &Lesson, page: &Page, report: &mut Report) {
    let first = page.text.lines().next().unwrap_or_default();
    if title_of(first, lesson.number).is_none() {
        let to_do = format!("begin with `# Lesson {:02}: Title`", lesson.number);
        report.problem(
            course.place(&page.path, 1),
            "the first line is no title",
            to_do,
        );
    }
}

fn check_headings(course: &Course, page: &Page, report: &mut Report) {
    let all = page.headings_in(0..page.text.len(), 2);
    let found: Vec<&str> = all.map(|heading| heading.text.as_str()).collect();
    if found == HEADINGS {
        return;
    }
    let equal = found
        .iter()
        .zip(HEADINGS)
        .take_while(|(one, other)| *one == other);
    let index = equal.count();
    let what = match (found.get(index), HEADINGS.get(index)) {
        (Some(found), Some(expected)) => {
            format!("`## {found}` stands where `## {expected}` should")
        }
        (Some(found), None) => format!("`## {found}` is one heading too many"),
        (None, expected) => format!("`## {}` is missing", expected.unwrap_or(&"")),
    };
    let to_do = format!("use these, in this order: {}", HEADINGS.join(", "));
    report.problem(course.shown(&page.path), what, to_do);
}

fn check_steps(course: &Course, page: &Page, report: &mut Report) {
    let Some(part) = page.section(2, "Steps") else {
        return;
    };
    let place = course.shown(&page.path);
    let headings = page.headings_in(part.clone(), 3);
    let steps = headings
        .filter(|heading| heading.text.starts_with("Step"))
        .count();
    if !STEPS.contains(&steps) {
        let to_do = "write 3 to 6 of them, each `### Step N: …`";
        report.problem(&place, format!("there are {steps} steps"), to_do);
    }
    let lines = page.lines_in(part);
    let checkpoints = lines
        .iter()
        .filter(|line| line.1.starts_with("**Checkpoint"))
        .count();
    if checkpoints < CHECKPOINTS {
        let to_do = "write at least 2 among the steps, in lines that start with `**Checkpoint`";
        report.problem(&place, format!("checkpoints: {checkpoints}"), to_do);
    }
}

/// What `cargo course new` leaves to the author is written.
fn check_filled(course: &Course, page: &Page, report: &mut Report) {
    for (line, text) in page.lines_in(0..page.text.len()) {
        if text.contains("TODO") {
            let place = course.place(&page.path, line);
            report.problem(place, "a part is still to be written", "write it");
        }
    }
}
