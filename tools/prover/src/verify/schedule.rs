//! The minutes of decks and lessons fit into the days.

use anyhow::Result;

use super::{Report, pages::with_page};
use course::lessons::Course;
use workshop::{
    schedule::{self, FILE, Opening},
    slides::deck::{self, Deck},
};

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    check_lessons(course, report)?;
    check_minutes(course, report);
    check_openings(course, report)?;
    // Without decks and minutes there is nothing to add up.
    if report.problems.is_empty() {
        check_days(course, report)?;
    }
    Ok(())
}

/// Each lesson belongs to one day, and their order is that of the course.
fn check_lessons(course: &Course, report: &mut Report) -> Result<()> {
    let plan = schedule::plan(course)?;
    let planned: Vec<u32> = plan
        .days
        .iter()
        .flat_map(|day| day.lessons.clone())
        .collect();
    let lessons: Vec<u32> = course.lessons.iter().map(|lesson| lesson.number).collect();
    if planned != lessons {
        let list = |numbers: &[u32]| {
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            numbers.join(", ")
        };
        let what = format!("the days hold the lessons {}", list(&planned));
        let to_do = format!("hold each of these once, in order: {}", list(&lessons));
        report.problem(FILE, what, to_do);
    }
    Ok(())
}

fn check_minutes(course: &Course, report: &mut Report) {
    for lesson in with_page(course) {
        if let Err(error) = schedule::minutes_of(lesson) {
            let place = course.place(&lesson.page(), 3);
            let to_do = "write them in bold above the first heading";
            report.problem(place, format!("{error:#}"), to_do);
        }
        let deck = deck::path(course, lesson);
        if !deck.is_file() {
            let to_do = "write it; its minutes are missing";
            report.problem(course.shown(&deck), "the deck is missing", to_do);
        }
    }
}

/// The opening of each day takes as long as its slides, and its handout exists.
fn check_openings(course: &Course, report: &mut Report) -> Result<()> {
    let plan = schedule::plan(course)?;
    let openings = plan.days.iter().filter_map(|day| day.opening.as_ref());
    for opening in openings {
        check_opening_deck(course, opening, report)?;
    }
    for path in schedule::handouts(course)? {
        if !path.is_file() {
            let to_do = format!("write it, or take it out of {FILE}");
            report.problem(course.shown(&path), "the handout is missing", to_do);
        }
    }
    Ok(())
}

fn check_opening_deck(course: &Course, opening: &Opening, report: &mut Report) -> Result<()> {
    let Some(path) = opening.deck_path(course) else {
        return Ok(());
    };
    if !path.is_file() {
        let to_do = format!("write it, or take it out of {FILE}");
        report.problem(course.shown(&path), "the deck is missing", to_do);
        return Ok(());
    }
    let (planned, shown) = (opening.minutes, Deck::read(&path)?.minutes());
    if planned != shown {
        let what = format!("{planned} minutes are planned, its slides take {shown}");
        let to_do = format!("change the minutes of the slides, or those in {FILE}");
        report.problem(course.shown(&path), what, to_do);
    }
    Ok(())
}

fn check_days(course: &Course, report: &mut Report) -> Result<()> {
    for day in schedule::days(course)? {
        let (name, minutes) = (day.name(), day.minutes);
        let (start, end) = (day.entries.first(), day.entries.last());
        let start = start.map_or("", |entry| &entry.start);
        let end = end.map_or("", |entry| &entry.end);
        report.note(format!("{name}: {minutes} min, {start}–{end}"));
        for problem in day.problems {
            let place = format!("{FILE}, {name}");
            let to_do = "move a lesson to another day, or plan fewer minutes";
            report.problem(place, problem, to_do);
        }
    }
    Ok(())
}
