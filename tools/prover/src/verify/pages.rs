//! Each lesson's page has the headings in the order of all pages.

use anyhow::Result;

use super::Report;
use course::{
    lessons::{Course, Lesson, title_of},
    page::Page,
    steps::GIVEN,
};

const HEADINGS: [&str; 12] = [
    "Where you are",
    "Goal",
    "What's missing",
    "New here",
    "The idea",
    "Steps",
    "Your turn",
    "Check yourself",
    "The tests",
    "Recap",
    "Challenges",
    "For instructors",
];
const CHECKPOINT: &str = "**Checkpoint";

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    for lesson in with_page(course) {
        let page = Page::read(&lesson.page())?;
        check_title(course, lesson, &page, report);
        check_headings(course, &page, report);
        check_steps(course, &page, report);
        check_filled(course, &page, report);
    }
    Ok(())
}

/// The lessons that have a page; the check `shape` reports the others.
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

/// The check `steps` counts them; here each ends in something to see.
fn check_steps(course: &Course, page: &Page, report: &mut Report) {
    let part = page.section(2, "Steps").unwrap_or(0..0);
    for (index, (heading, part)) in page.parts(part, 3).into_iter().enumerate() {
        let place = course.place(&page.path, heading.line);
        if heading.text == GIVEN {
            if index > 0 {
                let what = format!("`### {GIVEN}` stands below a step");
                report.problem(place, what, "put it first: it is there before any step");
            }
        } else if !heading.text.starts_with("Step ") {
            let what = format!("`### {}` is no step", heading.text);
            report.problem(place, what, "call it `### Step N: …`");
        } else if !page
            .lines_in(part)
            .iter()
            .any(|line| line.1.starts_with(CHECKPOINT))
        {
            let what = format!("`### {}` has no checkpoint", heading.text);
            let to_do = "end it with a line that starts with `**Checkpoint`";
            report.problem(place, what, to_do);
        }
    }
}

/// The author has replaced every TODO of `cargo course new`.
fn check_filled(course: &Course, page: &Page, report: &mut Report) {
    for (line, text) in page.lines_in(0..page.text.len()) {
        if text.contains("TODO") {
            let place = course.place(&page.path, line);
            report.problem(place, "a part is still to be written", "write it");
        }
    }
}
