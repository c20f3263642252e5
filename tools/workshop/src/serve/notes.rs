//! Notes beside a comparison: the lessons' words about the lines that they quote.

use std::{collections::HashMap, ops::Range};

use anyhow::Result;

use super::{links::Links, markdown::Markdown};
use crate::excerpt;
use course::{
    diff::{StageDiff, text_of},
    lessons::{Course, Lesson},
    page::{Heading, Page},
};

/// A note also covers lines that its quotation leaves out, up to this number at a stretch.
const MOST_LEFT_OUT: usize = 12;

/// A lesson's words about lines of a file.
pub struct Note {
    /// `Lesson 05, Step 2: tell the newcomer who is here`
    pub title: String,
    /// The address of the passage on the lesson's page.
    pub link: String,
    /// The lesson's words, as HTML.
    pub html: String,
}

/// All notes about a comparison.
#[derive(Default)]
pub struct Notes {
    notes: Vec<Note>,
    /// For each file the lines, counted from 0, and the number of the note about them.
    places: HashMap<String, Vec<(Range<usize>, usize)>>,
}

impl Notes {
    /// From the pages of the stages that lie between the two, the later one
    /// included: each quotes the lines that it adds.
    pub fn of(course: &Course, diff: &StageDiff) -> Result<Notes> {
        let mut notes = Notes::default();
        let between = diff.from.number + 1..=diff.to.number;
        let lessons = course.lessons.iter();
        for lesson in lessons.filter(|lesson| between.contains(&lesson.number)) {
            notes.add_page(course, lesson, diff)?;
        }
        Ok(notes)
    }

    /// The note about a line, counted from 0.
    pub fn at(&self, path: &str, line: usize) -> Option<&Note> {
        let mut places = self.places.get(path)?.iter();
        let (_, note) = places.find(|(range, _)| range.contains(&line))?;
        self.notes.get(*note)
    }

    fn add_page(&mut self, course: &Course, lesson: &Lesson, diff: &StageDiff) -> Result<()> {
        let page = Page::read(&lesson.page())?;
        for (index, fence) in page.fences.iter().enumerate() {
            let Some((_, path)) = fence.info.split_once(' ') else {
                continue;
            };
            let (Some(heading), Some(file)) = (page.heading_of(fence), text_of(diff.to, path)?)
            else {
                continue;
            };
            let body = lesson.names.replaced(&fence.body, &diff.to.names);
            // A later stage may have changed what an earlier one quotes.
            let Ok(ranges) = excerpt::find(&body, &file) else {
                continue;
            };
            let number = self.notes.len();
            self.notes
                .push(note(course, lesson, heading, words(&page, index))?);
            let places = self.places.entry(path.to_owned()).or_default();
            places.extend(joined(ranges).into_iter().map(|range| (range, number)));
        }
        Ok(())
    }
}

fn note(course: &Course, lesson: &Lesson, heading: &Heading, words: &str) -> Result<Note> {
    let (number, folder) = (lesson.number, &lesson.path);
    Ok(Note {
        title: format!("Lesson {number:02}, {}", heading.text),
        link: format!("/lessons/{number}/read#{}", heading.anchor),
        html: Markdown::new(Links { course, folder }).html(words)?,
    })
}

/// The words right before the block, in the same step. Two blocks that follow each other
/// share their words. Folded words are left out: they are for students who have tried.
fn words(page: &Page, index: usize) -> &str {
    let fence = &page.fences[index];
    let words = page.words_before(fence);
    if words.is_empty()
        && let Some(before) = index.checked_sub(1)
        && page.is_below_same_heading(fence, &page.fences[before])
    {
        return self::words(page, before);
    }
    if words.contains("<details") {
        return "";
    }
    // A checkpoint is about the code before it.
    let checkpoint = words.rfind("**Checkpoint");
    let after = checkpoint.map(|start| words[start..].split_once("\n\n"));
    match after {
        Some(rest) => rest.map_or("", |(_, after)| after),
        None => words,
    }
}

/// Joins quoted parts with the lines left out between them, unless there are many.
fn joined(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end + MOST_LEFT_OUT => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}
