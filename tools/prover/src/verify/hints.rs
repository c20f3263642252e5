//! Each "Your turn" has its three hints.

use anyhow::Result;
use regex::Regex;

use super::{Report, pages::with_page};
use course::{hint, lessons::Course, page::Page};

const LEVELS: [&str; 3] = ["1", "2", "3"];

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let hint = Regex::new(r"<summary>\s*Hint\s*(\S*?)\s*:")?;
    for lesson in with_page(course) {
        let page = Page::read(&lesson.page())?;
        // Without the heading `pages` complains.
        let Some(turn) = page.section(2, "Your turn") else {
            continue;
        };
        let place = course.shown(&page.path);
        let turn = &page.text[turn];
        let levels: Vec<&str> = hint
            .captures_iter(turn)
            .filter_map(|found| found.get(1))
            .map(|level| level.as_str())
            .collect();
        if levels != LEVELS {
            let found = if levels.is_empty() {
                "none".to_owned()
            } else {
                levels.join(", ")
            };
            let what = format!("\"Your turn\" wants the hints 1, 2, 3; there are: {found}");
            let to_do = "write `<details><summary>Hint 1: where</summary>`, and so on";
            report.problem(place, what, to_do);
        } else if hint::of_lesson(lesson)?
            .iter()
            .filter(|hint| hint.says_something())
            .count()
            < 3
        {
            let to_do = "leave a blank line before and after the words, and end with </details>";
            report.problem(place, "a hint of \"Your turn\" says nothing", to_do);
        }
    }
    Ok(())
}
