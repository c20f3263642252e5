//! Each lesson has a deck, and what slides refer to exists.

use std::path::Path;

use anyhow::Result;

use super::Report;
use course::{
    files,
    lessons::{Course, Lesson},
    page::Page,
};
use workshop::{
    schedule,
    slides::{
        self,
        deck::{self, ASK, Block, Deck, NOTES, Note},
        excerpt::{self, MOST_LINES},
        figure,
        step::Steps,
    },
};

const SLIDES: std::ops::RangeInclusive<usize> = 8..=15;

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let steps = Steps::new(course);
    check_names(course, report)?;
    for lesson in &course.lessons {
        let path = deck::path(course, lesson);
        if !path.is_file() {
            let what = format!("lesson {:02} has no deck", lesson.number);
            let to_do = "write one; CONTRIBUTING.md says how";
            report.problem(course.shown(&path), what, to_do);
            continue;
        }
        let deck = Deck::read(&path)?;
        check_title(course, lesson, &deck, report);
        check_images(course, lesson, &deck, report)?;
        check_deck(&steps, &deck, report);
    }
    for path in schedule::opening_decks(course)? {
        check_opening(&steps, &path, report)?;
    }
    Ok(())
}

/// Checks the deck of an opening. A missing deck is reported by the check `schedule`.
fn check_opening(steps: &Steps, path: &Path, report: &mut Report) -> Result<()> {
    if path.is_file() {
        check_deck(steps, &Deck::read(path)?, report);
    }
    Ok(())
}

fn check_deck(steps: &Steps, deck: &Deck, report: &mut Report) {
    check_form(steps.course, deck, report);
    check_slides(steps.course, deck, report);
    check_references(steps, deck, report);
}

/// A deck that belongs to no lesson and to no day would never be shown.
fn check_names(course: &Course, report: &mut Report) -> Result<()> {
    let decks = slides::decks(course)?;
    for path in files::in_folder(&course.root.join("slides"), ".md")? {
        if !decks.contains(&path) {
            let to_do = "name it like the folder of its lesson, or in slides/schedule.toml";
            report.problem(course.shown(&path), "there is no such lesson", to_do);
        }
    }
    Ok(())
}

fn check_title(course: &Course, lesson: &Lesson, deck: &Deck, report: &mut Report) {
    let expected = lesson.title().unwrap_or_default();
    let expected = format!("Lesson {:02}: {expected}", lesson.number);
    if deck.title() != expected {
        let place = course.place(&deck.path, 1);
        let to_do = format!("begin with `# {expected}`, as the lesson's page does");
        report.problem(place, "the first slide has another title", to_do);
    }
}

/// A lesson that has pictures and a figure shows them on the wall, too.
fn check_images(course: &Course, lesson: &Lesson, deck: &Deck, report: &mut Report) -> Result<()> {
    let blocks = || deck.slides.iter().flat_map(|slide| &slide.blocks);
    let has_pictures = lesson.path.join("screenshots").is_dir();
    if has_pictures && !blocks().any(|block| matches!(block, Block::Picture(..))) {
        let to_do = "show one from the lesson's folder screenshots: `![what is to be seen](…)`";
        report.problem(course.shown(&deck.path), "no slide has a picture", to_do);
    }
    let has_figure = lesson.page().is_file() && has_figure(&Page::read(&lesson.page())?);
    if has_figure && !blocks().any(|block| matches!(block, Block::Figure(..))) {
        let to_do = "show the page's: `[figure](../lessons/…/README.md)`";
        report.problem(course.shown(&deck.path), "no slide has the figure", to_do);
    }
    Ok(())
}

fn has_figure(page: &Page) -> bool {
    page.fences.iter().any(|fence| fence.info == "mermaid")
}

fn check_form(course: &Course, deck: &Deck, report: &mut Report) {
    for (line, what) in &deck.problems {
        let to_do = "see \"Write a deck\" in CONTRIBUTING.md";
        report.problem(course.place(&deck.path, *line), what, to_do);
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
    for slide in &deck.slides {
        let is_open = |note: &&Note| note.kind == ASK && !note.text.contains("<em>");
        for note in slide.notes.iter().filter(is_open) {
            let what = format!("`{}` asks without an answer: {}", slide.title, note.text);
            let to_do = "write it in italics after the question";
            report.problem(course.place(&deck.path, slide.line), what, to_do);
        }
    }
    for kind in NOTES {
        if !notes().any(|note| note.kind == kind) {
            let what = format!("no slide has a note `**{kind}**`");
            let to_do = "tell the speaker what to ask, to show and to beware of";
            report.problem(course.shown(&deck.path), what, to_do);
        }
    }
}

fn check_references(steps: &Steps, deck: &Deck, report: &mut Report) {
    let course = steps.course;
    for block in deck.slides.iter().flat_map(|slide| &slide.blocks) {
        let (path, line, problem) = match block {
            Block::Text(_) => continue,
            Block::Excerpt(one, line) => (&one.path, line, excerpt::resolve(steps, one).err()),
            Block::Figure(one, line) => (&one.path, line, figure::draw(course, one).err()),
            Block::Picture(one, line) => (&one.path, line, one.files(course).err()),
        };
        if let Some(error) = problem {
            let what = format!("{path}: {error:#}");
            let to_do = format!("refer to what is there, in {MOST_LINES} lines or less");
            report.problem(course.place(&deck.path, *line), what, to_do);
        }
    }
}
