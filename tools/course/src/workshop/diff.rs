//! What changes from one stage to another, with what the lessons say about it.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use super::{
    Workshop, changed_words,
    error::{Path, Query, Shown, render},
    layout::{DIFF, Place, title},
    notes::{Note, Notes},
};
use crate::{
    diff::{self, FileDiff, LEFT_OUT, StageDiff},
    line_diff::{Change, Hunk},
};

/// Which stages to compare; the lesson with the one before when left out.
#[derive(Deserialize)]
pub struct Chosen {
    from: Option<u32>,
    to: Option<u32>,
}

#[derive(Template)]
#[template(path = "workshop/diff.html")]
struct DiffPage<'a> {
    place: Place,
    from: u32,
    to: u32,
    stages: Vec<(u32, String)>,
    /// Why there is nothing to see, if so.
    problem: Option<String>,
    files: Vec<File<'a>>,
    added: usize,
    removed: usize,
    left_out: &'static str,
}

/// A file that differs.
struct File<'a> {
    diff: &'a FileDiff,
    hunks: Vec<ShownHunk<'a>>,
    /// Tests are long; their names say already what they prove.
    is_open: bool,
}

/// A changed place, cut where something is said about the next lines.
struct ShownHunk<'a> {
    header: &'a str,
    pieces: Vec<Piece<'a>>,
}

/// Some lines of a hunk.
struct Piece<'a> {
    note: Option<&'a Note>,
    /// Whether the note stands further up already.
    is_told: bool,
    /// HTML
    lines: Vec<(Change, String)>,
}

/// `GET /lessons/3/diff?from=1&to=3`
pub async fn page(
    State(workshop): State<Workshop>,
    Path(number): Path<u32>,
    Query(chosen): Query<Chosen>,
) -> Shown {
    let course = &workshop.course;
    let lesson = workshop.lesson(number)?;
    let to = chosen.to.unwrap_or(number);
    let from = chosen.from.unwrap_or(to.saturating_sub(1));
    let stages = course.lessons.iter();
    let mut page = DiffPage {
        place: Place::new(course, lesson, DIFF),
        from,
        to,
        stages: stages.map(|one| (one.number, title(one))).collect(),
        problem: None,
        files: Vec::new(),
        added: 0,
        removed: 0,
        left_out: LEFT_OUT,
    };
    if from == 0 {
        page.problem = Some("Lesson 01 is the first one: there is no stage before it.".to_owned());
        return render(&page);
    }
    for number in [from, to] {
        workshop.lesson(number)?;
    }
    if from == to {
        page.problem = Some("Choose two different lessons.".to_owned());
        return render(&page);
    }
    let diff = diff::between(course, from, to)?;
    let notes = Notes::of(course, &diff)?;
    page.files = files(&diff, &notes);
    (page.added, page.removed) = (diff.added(), diff.removed());
    render(&page)
}

fn files<'a>(diff: &'a StageDiff, notes: &'a Notes) -> Vec<File<'a>> {
    let files = diff.files.iter();
    files
        .map(|file| {
            let mut pieces = Pieces::new(notes, &file.path);
            File {
                hunks: file.hunks.iter().map(|hunk| pieces.of(hunk)).collect(),
                is_open: !file.path.starts_with("tests/"),
                diff: file,
            }
        })
        .collect()
}

/// Cuts the hunks of a file where something is said about the next lines.
struct Pieces<'a> {
    notes: &'a Notes,
    path: &'a str,
    told: Vec<&'a Note>,
}

impl<'a> Pieces<'a> {
    fn new(notes: &'a Notes, path: &'a str) -> Self {
        Pieces {
            notes,
            path,
            told: Vec::new(),
        }
    }

    fn of(&mut self, hunk: &'a Hunk) -> ShownHunk<'a> {
        let mut pieces = vec![Piece::new(None)];
        let mut number = hunk.start;
        let lines = changed_words::html(self.path, hunk);
        for ((change, _), html) in hunk.lines.iter().zip(lines) {
            if *change == Change::Added {
                self.cut(&mut pieces, self.notes.at(self.path, number));
            }
            if let Some(piece) = pieces.last_mut() {
                piece.lines.push((*change, html));
            }
            number += usize::from(*change != Change::Removed);
        }
        pieces.retain(|piece| !piece.lines.is_empty());
        ShownHunk {
            header: &hunk.header,
            pieces,
        }
    }

    fn cut(&mut self, pieces: &mut Vec<Piece<'a>>, note: Option<&'a Note>) {
        let last = pieces.last().and_then(|piece| piece.note);
        if same(last, note) {
            return;
        }
        let is_told = self.told.iter().any(|told| same(Some(told), note));
        self.told.extend(note);
        pieces.push(Piece {
            is_told,
            ..Piece::new(note)
        });
    }
}

impl<'a> Piece<'a> {
    fn new(note: Option<&'a Note>) -> Self {
        Piece {
            note,
            is_told: false,
            lines: Vec::new(),
        }
    }
}

fn same(one: Option<&Note>, other: Option<&Note>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (None, None) => true,
        _ => false,
    }
}
