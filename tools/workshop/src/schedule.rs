//! `cargo course list --schedule`: the course in days, from the minutes of the
//! decks and of the lessons.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anstyle::Style;
use anyhow::{Context, Result, bail};
use chrono::{NaiveTime, TimeDelta};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::slides::{
    self,
    deck::{self, Deck},
};
use course::{
    files,
    lessons::{self, Course, Lesson, Part},
};

/// Where the days are planned.
pub const FILE: &str = "slides/schedule.toml";
const BOLD: Style = Style::new().bold();

/// The plan as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    start: String,
    end: String,
    longest_stretch: u32,
    r#break: u32,
    /// Which lessons belong to which day.
    pub days: Vec<PlannedDay>,
}

/// A day as it is planned.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedDay {
    title: String,
    /// The numbers of its lessons.
    pub lessons: Vec<u32>,
    /// The part before the lessons.
    pub opening: Option<Opening>,
}

/// The part of a day before its lessons.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    title: String,
    /// How long it takes; a deck takes as long.
    pub minutes: u32,
    /// Its slides: a file beside the plan.
    deck: Option<String>,
    /// A sheet for the people in the room: a file beside the plan.
    handout: Option<String>,
}

impl PlannedDay {
    fn part(&self) -> Part {
        self.lessons
            .first()
            .map_or(Part::One, |&lesson| Part::of(lesson))
    }
}

impl Opening {
    /// The file of its slides.
    pub fn deck_path(&self, course: &Course) -> Option<PathBuf> {
        let name = self.deck.as_ref()?;
        Some(slides::path(course, name))
    }

    /// The file of its handout.
    pub fn handout_path(&self, course: &Course) -> Option<PathBuf> {
        let name = self.handout.as_ref()?;
        Some(slides::path(course, name))
    }
}

/// A day with its times.
#[derive(Serialize)]
pub struct Day {
    /// The part of the course that it belongs to.
    pub part: Part,
    /// 1 for the first of its part.
    pub number: usize,
    /// The day's title.
    pub title: String,
    /// Minutes without breaks.
    pub minutes: u32,
    /// The day's entries, in order.
    pub entries: Vec<Entry>,
    /// Whether it is over in time, and no stretch is too long.
    #[serde(skip)]
    pub problems: Vec<String>,
}

impl Day {
    /// `day 1`, `day 1 of part two`
    pub fn name(&self) -> String {
        let of_part = match self.part {
            Part::One => "",
            Part::Two => " of part two",
        };
        format!("day {}{of_part}", self.number)
    }
}

/// Something that happens at a time.
#[derive(Serialize)]
pub struct Entry {
    /// `09:45`
    pub start: String,
    /// `10:05`
    pub end: String,
    /// How long it takes.
    pub minutes: u32,
    /// `opening`, `slides`, `lesson` or `break`.
    pub kind: &'static str,
    /// The lesson that it belongs to.
    pub lesson: Option<u32>,
    /// In words.
    pub title: String,
    /// The page of its slides, beside the list of decks.
    #[serde(skip)]
    pub page: Option<String>,
    /// The page of its handout.
    #[serde(skip)]
    pub handout: Option<String>,
}

/// Prints the schedule, as text or as JSON.
pub fn run(course: &Course, json: bool) -> Result<()> {
    let days = days(course)?;
    let mut out = anstream::stdout();
    if json {
        writeln!(out, "{}", serde_json::to_string(&days)?)?;
    } else {
        show(&mut out, &days)?;
    }
    Ok(())
}

/// The plan of the repository.
pub fn plan(course: &Course) -> Result<Plan> {
    let text = files::read(&course.root.join(FILE))?;
    toml_edit::de::from_str(&text).with_context(|| format!("{FILE} cannot be read"))
}

/// The decks of the days' openings.
pub fn opening_decks(course: &Course) -> Result<Vec<PathBuf>> {
    files_of_openings(course, Opening::deck_path)
}

/// The handouts of the days' openings.
pub fn handouts(course: &Course) -> Result<Vec<PathBuf>> {
    files_of_openings(course, Opening::handout_path)
}

fn files_of_openings(
    course: &Course,
    file: impl Fn(&Opening, &Course) -> Option<PathBuf>,
) -> Result<Vec<PathBuf>> {
    let days = plan(course)?.days;
    let openings = days.iter().filter_map(|day| day.opening.as_ref());
    Ok(openings.filter_map(|one| file(one, course)).collect())
}

/// The days with their times.
pub fn days(course: &Course) -> Result<Vec<Day>> {
    let plan = plan(course)?;
    let parts = lessons::in_parts(&plan.days, PlannedDay::part);
    let days = parts.iter().flat_map(|(_, days)| days.iter().zip(1..));
    days.map(|(day, number)| Clock::begin(&plan)?.run(course, number, day))
        .collect()
}

/// The minutes in bold at the head of the lesson's page.
pub fn minutes_of(lesson: &Lesson) -> Result<u32> {
    let text = files::read(&lesson.page())?;
    let head = text.split("\n## ").next().unwrap_or_default();
    let minutes = Regex::new(r"(?m)^\*\*(\d+) minutes\*\*")?.captures(head);
    let minutes = minutes.and_then(|found| found[1].parse().ok());
    minutes.context("the head of the page does not say `**60 minutes**`")
}

/// The minutes of the lesson in a class, without the parts for which the instructor shows
/// the deck: their rows in the table of minutes have `(with the deck)`.
fn class_minutes(lesson: &Lesson) -> Result<u32> {
    let text = files::read(&lesson.page())?;
    let row = Regex::new(r"(?m)^\| (\d+) \|.*\(with the deck\)")?;
    let rows = row.captures_iter(&text);
    let shown: u32 = rows.filter_map(|found| found[1].parse::<u32>().ok()).sum();
    Ok(minutes_of(lesson)?.saturating_sub(shown))
}

/// Goes through a day.
struct Clock<'a> {
    plan: &'a Plan,
    now: NaiveTime,
    /// Minutes since the last break.
    stretch: u32,
    entries: Vec<Entry>,
    problems: Vec<String>,
}

impl<'a> Clock<'a> {
    fn begin(plan: &'a Plan) -> Result<Clock<'a>> {
        Ok(Clock {
            plan,
            now: time(&plan.start)?,
            stretch: 0,
            entries: Vec::new(),
            problems: Vec::new(),
        })
    }

    fn run(mut self, course: &Course, number: usize, day: &PlannedDay) -> Result<Day> {
        if let Some(opening) = &day.opening {
            let (deck, handout) = (opening.deck_path(course), opening.handout_path(course));
            self.work(Entry {
                page: deck.map(|path| slides::page_name(&path)),
                handout: handout.map(|path| slides::handout_page(&path)),
                ..Entry::new("opening", &opening.title, opening.minutes)
            });
        }
        for lesson in &day.lessons {
            let lesson = course.lesson(*lesson)?;
            let title = lesson
                .title()
                .unwrap_or_else(|| lesson.names.folder.clone());
            let deck = Deck::read(&deck::path(course, lesson))?;
            self.work(Entry {
                lesson: Some(lesson.number),
                page: Some(slides::page_of(course, lesson)),
                ..Entry::new("slides", &format!("Slides: {title}"), deck.minutes())
            });
            let minutes = class_minutes(lesson).with_context(|| course.shown(&lesson.page()))?;
            self.work(Entry {
                lesson: Some(lesson.number),
                ..Entry::new("lesson", &format!("Lesson: {title}"), minutes)
            });
        }
        if self.now > time(&self.plan.end)? {
            let (end, latest) = (clock(self.now), &self.plan.end);
            self.problems
                .push(format!("it ends at {end}, {latest} at the latest"));
        }
        let work = self.entries.iter().filter(|entry| entry.kind != "break");
        Ok(Day {
            part: day.part(),
            number,
            title: day.title.clone(),
            minutes: work.map(|entry| entry.minutes).sum(),
            entries: self.entries,
            problems: self.problems,
        })
    }

    /// Does this next, after a break if it would take too long without one.
    fn work(&mut self, entry: Entry) {
        let longest = self.plan.longest_stretch;
        let (title, minutes) = (&entry.title, entry.minutes);
        if minutes > longest {
            let what =
                format!("\"{title}\" takes {minutes} minutes, {longest} at most without a break");
            self.problems.push(what);
        }
        if self.stretch > 0 && self.stretch + minutes > longest {
            self.add(Entry::new("break", "Break", self.plan.r#break));
            self.stretch = 0;
        }
        self.add(entry);
        self.stretch += minutes;
    }

    fn add(&mut self, entry: Entry) {
        let start = clock(self.now);
        self.now += TimeDelta::minutes(entry.minutes.into());
        let end = clock(self.now);
        self.entries.push(Entry {
            start,
            end,
            ..entry
        });
    }
}

impl Entry {
    /// Something that belongs to no lesson, and has no time yet.
    fn new(kind: &'static str, title: &str, minutes: u32) -> Entry {
        Entry {
            start: String::new(),
            end: String::new(),
            minutes,
            kind,
            lesson: None,
            title: title.to_owned(),
            page: None,
            handout: None,
        }
    }
}

fn time(text: &str) -> Result<NaiveTime> {
    match NaiveTime::parse_from_str(text, "%H:%M") {
        Ok(time) => Ok(time),
        Err(_) => bail!("{FILE}: `{text}` is no time, write it like 09:00"),
    }
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

fn show(out: &mut impl Write, days: &[Day]) -> io::Result<()> {
    let parts = lessons::in_parts(days, |day| day.part);
    for (index, (title, days)) in parts.iter().enumerate() {
        if let Some(title) = title {
            let gap = if index > 0 { "\n" } else { "" };
            writeln!(out, "{gap}{BOLD}{title}{BOLD:#}\n")?;
        }
        show_days(out, days)?;
    }
    Ok(())
}

fn show_days(out: &mut impl Write, days: &[Day]) -> io::Result<()> {
    for day in days {
        let (number, title) = (day.number, &day.title);
        writeln!(out, "{BOLD}Day {number}: {title}{BOLD:#}")?;
        for entry in &day.entries {
            let Entry {
                start,
                end,
                minutes,
                title,
                ..
            } = entry;
            let lesson = entry
                .lesson
                .map_or("  ".into(), |lesson| format!("{lesson:02}"));
            writeln!(out, "  {start}–{end}  {minutes:>3} min  {lesson}  {title}")?;
        }
        writeln!(out, "  {} without breaks\n", in_hours(day.minutes))?;
    }
    let total = days.iter().map(|day| day.minutes).sum();
    let noun = if days.len() == 1 { "day" } else { "days" };
    writeln!(out, "{} in {} {noun}", in_hours(total), days.len())
}

fn in_hours(minutes: u32) -> String {
    format!("{} h {:02} min", minutes / 60, minutes % 60)
}
