//! Each claim of the repository's page is linked to a lesson or a test, and its table
//! lists the lessons.

use std::path::Path;

use anyhow::Result;

use super::Report;
use course::{
    lessons::Course,
    page::{Link, Page},
};

const SECTION: &str = "What it does";
const LESSONS: &str = "The lessons";

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let page = Page::read(&course.root.join("README.md"))?;
    let claims = claims(&page);
    if claims.is_empty() {
        let what = format!("there is no list under `## {SECTION}`");
        let to_do = "write there what the chat can do, a line each, with a link to its proof";
        report.problem("README.md", what, to_do);
    }
    for (first, lines) in &claims {
        let mut links = page.links.iter().filter(|link| lines.contains(&link.line));
        let place = course.place(&page.path, *first);
        match links.next_back() {
            None => {
                let to_do = "end it with a link to a lesson's page or to a file of tests";
                report.problem(place, "this claim has no link", to_do);
            }
            Some(link) if !is_proof(course, link) => {
                let what = format!("`{}` is no lesson and no test that exists", link.target);
                let to_do = "link to lessons/NN-name/README.md or to a file in a folder tests/";
                report.problem(place, what, to_do);
            }
            Some(_) => {}
        }
    }
    check_table(course, &page, report);
    report.note(format!("{} claims", claims.len()));
    Ok(())
}

/// The table has a row for each lesson, in order, that begins with its number and
/// title and leads to its page.
fn check_table(course: &Course, page: &Page, report: &mut Report) {
    let lines = page.lines_in(page.section(2, LESSONS).unwrap_or(0..0));
    let mut rows = lines
        .into_iter()
        .filter(|(_, line)| line.starts_with("| ["));
    let mut last = "README.md".to_owned();
    for lesson in &course.lessons {
        let title = lesson.title().unwrap_or_default();
        let link = course.shown(&lesson.page());
        let wanted = format!("| [{:02} {title}]({link}) |", lesson.number);
        let row = rows.next();
        if let Some((number, _)) = row {
            last = course.place(&page.path, number);
        }
        if !row.is_some_and(|(_, line)| line.starts_with(&wanted)) {
            let what = format!("no row for lesson {:02} begins like this", lesson.number);
            let to_do = format!("under `## {LESSONS}` begin it with `{wanted}`");
            return report.problem(last, what, to_do);
        }
    }
    if let Some((number, _)) = rows.next() {
        let what = "this row is about no lesson";
        report.problem(course.place(&page.path, number), what, "take it out");
    }
}

/// Each bullet of the section: its first line, and the numbers of its lines.
fn claims(page: &Page) -> Vec<(usize, Vec<usize>)> {
    let mut claims: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut is_open = false;
    for (number, line) in page.lines_in(page.section(2, SECTION).unwrap_or(0..0)) {
        if line.starts_with("- ") {
            claims.push((number, vec![number]));
            is_open = true;
        } else if is_open && line.starts_with("  ") {
            claims
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|claim| claim.1.push(number));
        } else {
            is_open = false;
        }
    }
    claims
}

/// That an anchor exists is the business of `links`.
fn is_proof(course: &Course, link: &Link) -> bool {
    let path = link.target.split('#').next().unwrap_or_default();
    let file = course.root.join(path);
    let is_lesson = course.lessons.iter().any(|lesson| lesson.page() == file);
    let is_test = Path::new(path)
        .components()
        .any(|part| part.as_os_str() == "tests");
    file.is_file() && (is_lesson || is_test)
}
