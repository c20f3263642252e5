//! Each lesson's page is short enough to be read.

use std::ops::{Range, RangeInclusive};

use anyhow::Result;

use super::{Report, pages::with_page};
use crate::prose;
use course::{lessons::Course, page::Page};

/// How many words a lesson explains itself with.
const WORDS: RangeInclusive<usize> = 600..=1_000;
/// Sections that are read at home, in class, or not at all.
const APART: [&str; 5] = [
    "Where you are",
    "New here",
    "The tests",
    "Challenges",
    "For instructors",
];

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    for lesson in with_page(course) {
        let page = Page::read(&lesson.page())?;
        let words = words_of(&page);
        let number = lesson.number;
        report.note(format!("{number:02}: {words} words"));
        let (least, most) = (WORDS.start(), WORDS.end());
        if !WORDS.contains(&words) {
            let what = format!("the page has {words} words of prose, {least} to {most} are wanted");
            let to_do = if words > *most {
                "say less: the code says the rest"
            } else {
                "say why, not only what"
            };
            report.problem(course.shown(&page.path), what, to_do);
        }
    }
    Ok(())
}

/// Words of sentences: no code, no tables, nothing that is folded.
fn words_of(page: &Page) -> usize {
    let apart: Vec<Range<usize>> = APART
        .iter()
        .filter_map(|heading| page.section(2, heading))
        .chain(folded(&page.text))
        .collect();
    let is_counted = |start: usize| !apart.iter().any(|part| part.contains(&start));
    prose::of(&page.text)
        .iter()
        .filter(|prose| !prose.is_table && is_counted(prose.start))
        .flat_map(|prose| prose.text.split_whitespace())
        .filter(|word| is_word(word))
        .count()
}

fn is_word(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// The parts between `<details>` and `</details>`.
fn folded(text: &str) -> Vec<Range<usize>> {
    let begins = text.match_indices("<details>").map(|found| found.0);
    let until = |start: usize| {
        let end = text[start..].find("</details>");
        start..end.map_or(text.len(), |end| start + end)
    };
    begins.map(until).collect()
}
