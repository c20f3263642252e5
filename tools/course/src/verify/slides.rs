//! Each lesson has a deck, and what its slides refer to exists.

use anyhow::Result;

use super::Report;
use crate::{
    files,
    lessons::{Course, Lesson},
    slides::{
        deck::{self, Block, Deck, NOTES},
        excerpt::{self, MOST_LINES},
    },
};

const SLIDES: std::ops::RangeInclusive<usize> = 8..=15;

pub fn check(course: &Course) -> Result<Report> {
    let mut report = Report::default();
    check_names(course, &mut report)?;
    for lesson in &course.lessons {
        let path = deck::path(course, lesson);
        if !path.is_file() {
            let what = format!("lesson {:02} has no deck", lesson.number);
            let to_do = "write one; CONTRIBUTING.md says how";
            report.problem(course.shown(&path), what, to_do);
            continue;
        }
        let deck = Deck::read(&path)?;
        check_head(course, lesson, &deck, &mut report);
        check_slides(course, &deck, &mut report);
        check_references(course, &deck, &mut report);
    }
    Ok(report)
}

/// A deck that belongs to no lesson would never be shown.
fn check_names(course: &Course, report: &mut Report) -> Result<()> {
    let decks: Vec<_> = course
        .lessons
        .iter()
        .map(|one| deck::path(course, one))
        .collect();
    for path in files::in_folder(&course.root.join("slides"), ".md")? {
        if !decks.contains(&path) {
            let to_do = "name it like the folder of its lesson, or remove it";
            report.problem(course.shown(&path), "there is no such lesson", to_do);
        }
    }
    Ok(())
}

fn check_head(course: &Course, lesson: &Lesson, deck: &Deck, report: &mut Report) {
    for (line, what) in &deck.problems {
        let to_do = "see \"Write a deck\" in CONTRIBUTING.md";
        report.problem(course.place(&deck.path, *line), what, to_do);
    }
    let expected = lesson.title().unwrap_or_default();
    let expected = format!("Lesson {:02}: {expected}", lesson.number);
    let title = deck.slides.first().map(|slide| &slide.title);
    if title != Some(&expected) {
        let place = course.place(&deck.path, 1);
        let to_do = format!("begin with `# {expected}`, as the lesson's page does");
        report.problem(place, "the first slide has another title", to_do);
    }
    let number = deck.slides.len();
    if !SLIDES.contains(&number) {
        let (least, most) = (SLIDES.start(), SLIDES.end());
        let what = format!("the deck has {number} slides");
        report.problem(
            course.shown(&deck.path),
            what,
            format!("show {least} to {most}"),
        );
    }
}

fn check_slides(course: &Course, deck: &Deck, report: &mut Report) {
    for slide in deck.slides.iter().skip(1) {
        if slide.minutes.is_none() {
            let what = format!("`{}` has no minutes", slide.title);
            let to_do = "write them after the heading: ` · 2 min`";
            report.problem(course.place(&deck.path, slide.line), what, to_do);
        }
    }
    let notes = || deck.slides.iter().flat_map(|slide| &slide.notes);
    for kind in NOTES {
        if !notes().any(|note| note.kind == kind) {
            let what = format!("no slide has a note `**{kind}**`");
            let to_do = "tell the speaker what to ask, to show and to beware of";
            report.problem(course.shown(&deck.path), what, to_do);
        }
    }
}

fn check_references(course: &Course, deck: &Deck, report: &mut Report) {
    for block in deck.slides.iter().flat_map(|slide| &slide.blocks) {
        let Block::Excerpt(reference, line) = block else {
            continue;
        };
        if let Err(error) = excerpt::resolve(course, reference) {
            let what = format!("{}: {error:#}", reference.path);
            let to_do = format!("refer to what is there, in {MOST_LINES} lines or less");
            report.problem(course.place(&deck.path, *line), what, to_do);
        }
    }
}
