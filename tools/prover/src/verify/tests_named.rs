//! Each page names the new tests, and only tests that exist; each snapshot has a test.

use anyhow::Result;

use super::{Report, pages::with_page};
use course::{
    excuses::{self, GUARDS, RETIRED},
    lesson_tests::{self, TestName, Tests},
    lessons::{Course, Lesson},
    page::Page,
    steps::table::{self, SECTION},
};

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let mut before: Option<Tests> = None;
    for lesson in &course.lessons {
        let tests = lesson_tests::of(lesson)?;
        check_snapshots(course, lesson, &tests, report)?;
        if with_page(course).any(|other| other.number == lesson.number) {
            let new = lesson_tests::new_in(&tests, before.as_ref());
            check_names(course, lesson, (&tests, &new), report)?;
            check_bullets(course, lesson, report)?;
        }
        before = Some(tests);
    }
    Ok(())
}

fn check_snapshots(
    course: &Course,
    lesson: &Lesson,
    tests: &Tests,
    report: &mut Report,
) -> Result<()> {
    for name in lesson_tests::orphaned_snapshots(lesson, tests)? {
        let what = format!("no test compares anything with tests/snapshots/{name}.snap");
        report.problem(course.shown(&lesson.path), what, "remove the snapshot");
    }
    Ok(())
}

fn check_names(
    course: &Course,
    lesson: &Lesson,
    (tests, new): (&Tests, &[TestName]),
    report: &mut Report,
) -> Result<()> {
    let page = Page::read(&lesson.page())?;
    let named = named_tests(&page);
    for (name, line) in &named {
        if !tests.contains_key(name) {
            let to_do = "correct the name, or remove it";
            report.problem(
                course.place(&page.path, *line),
                format!("there is no test `{name}`"),
                to_do,
            );
        }
    }
    let rows = table::rows(&page)?;
    let guards = excuses::read(course, lesson, GUARDS)?;
    for name in new {
        let has_row = rows.iter().any(|row| row.tests.contains(name));
        if !has_row && !guards.name(name) {
            let what =
                format!("the new test `{name}` is in no row of the table under `## {SECTION}`");
            let to_do = "name it in the row of its step: `| step | behaviour | test |`";
            report.problem(course.shown(&page.path), what, to_do);
        }
    }
    Ok(())
}

/// The tests that the section names, with their lines. Retired tests belong
/// to the stage before and are left to the check `kept`.
fn named_tests(page: &Page) -> Vec<(TestName, usize)> {
    let part = page.section(2, SECTION).unwrap_or(0..0);
    let retired = page.section(3, RETIRED).unwrap_or(0..0);
    let retired: Vec<usize> = page.codes_in(retired).map(|code| code.line).collect();
    let codes = page.codes_in(part);
    codes
        .filter(|code| !retired.contains(&code.line))
        .filter_map(|code| Some((TestName::parse(&code.text)?, code.line)))
        .collect()
}

fn check_bullets(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    for heading in [RETIRED, GUARDS] {
        for place in excuses::read(course, lesson, heading)?.unreadable {
            let what = format!("this bullet under `### {heading}` cannot be read");
            report.problem(place, what, "write - `file::test_name`: reason");
        }
    }
    Ok(())
}
