//! The files of a comparison as a page shows them: coloured, and cut where a lesson
//! has a note about the next lines.

use super::{
    changed_words,
    notes::{Note, Notes},
};
use course::{
    diff::FileDiff,
    line_diff::{Change, Hunk},
};

/// Files that differ, in the order of reading.
#[derive(Default)]
pub struct Files<'a>(pub Vec<ShownFile<'a>>);

/// A file that differs.
pub struct ShownFile<'a> {
    /// The file's anchor: the part of a link after `#`.
    pub id: String,
    /// The difference.
    pub diff: &'a FileDiff,
    /// Its changed places.
    pub hunks: Vec<ShownHunk<'a>>,
}

/// A changed place, cut where a note about the next lines begins.
pub struct ShownHunk<'a> {
    /// `@@ -1,4 +1,5 @@`
    pub header: &'a str,
    /// Its lines.
    pub pieces: Vec<Piece<'a>>,
}

/// Some lines of a hunk.
pub struct Piece<'a> {
    /// A lesson's words about these lines.
    pub note: Option<&'a Note>,
    /// Whether the note is already shown further up.
    pub is_told: bool,
    /// As HTML.
    pub lines: Vec<(Change, String)>,
}

impl<'a> Files<'a> {
    /// The files with the lessons' notes about them; links to them begin with the prefix.
    pub fn new(
        prefix: &str,
        files: impl IntoIterator<Item = &'a FileDiff>,
        notes: &'a Notes,
    ) -> Self {
        let files = (1..).zip(files);
        let shown =
            files.map(|(number, file)| ShownFile::new(format!("{prefix}-{number}"), file, notes));
        Files(shown.collect())
    }

    /// How many lines are new in all of them.
    pub fn added(&self) -> usize {
        self.0.iter().map(|file| file.diff.added()).sum()
    }

    /// How many lines are gone in all of them.
    pub fn removed(&self) -> usize {
        self.0.iter().map(|file| file.diff.removed()).sum()
    }
}

impl<'a> ShownFile<'a> {
    fn new(id: String, diff: &'a FileDiff, notes: &'a Notes) -> Self {
        let mut pieces = Pieces::new(notes, &diff.path);
        let hunks = diff.hunks.iter().map(|hunk| pieces.of(hunk));
        ShownFile {
            id,
            hunks: hunks.collect(),
            diff,
        }
    }
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
