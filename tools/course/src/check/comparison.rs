//! Compares the tape that the lesson expects with the one from the student's chat.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// A line-by-line comparison of two texts.
#[derive(Debug, Deserialize, Serialize)]
pub struct Comparison {
    /// Every line, in the order of reading.
    pub lines: Vec<Line>,
    /// The index of the first line that differs.
    pub first: Option<usize>,
    /// How many characters that line and the one received in its place have in
    /// common at their beginning.
    pub column: Option<usize>,
}

/// A line from one of the texts, or from both.
#[derive(Debug, Deserialize, Serialize)]
pub struct Line {
    /// Which text it is from.
    pub mark: Mark,
    /// The line's text.
    pub text: String,
}

/// Which text a line is from.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// In both texts.
    Same,
    /// Expected, and the next line was received in its place.
    Expected,
    /// Received in place of the line before it.
    Received,
    /// Expected, and nothing was received in its place.
    Missing,
    /// Received, and nothing was expected there.
    Extra,
}

/// A row of the side-by-side view.
pub struct Row<'a> {
    /// The expected line, if there is one.
    pub expected: Option<Side<'a>>,
    /// The received line, if there is one.
    pub received: Option<Side<'a>>,
}

/// A line, split where it starts to differ from the one beside it.
pub struct Side<'a> {
    /// The beginning that both lines have in common.
    pub same: &'a str,
    /// The rest, which only this line has.
    pub differs: &'a str,
}

impl Comparison {
    /// The texts side by side.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        let mut lines = self.lines.iter().peekable();
        while let Some(line) = lines.next() {
            let other = lines.next_if(|other| other.mark == Mark::Received);
            rows.push(row(line, other));
        }
        rows
    }
}

fn row<'a>(line: &'a Line, other: Option<&'a Line>) -> Row<'a> {
    let alone = |line: &'a Line| Side {
        same: "",
        differs: &line.text,
    };
    match (line.mark, other) {
        (Mark::Same, _) => Row {
            expected: Some(Side::whole(&line.text)),
            received: Some(Side::whole(&line.text)),
        },
        (_, Some(other)) => {
            let column = in_common(line, other).unwrap_or(0);
            Row {
                expected: Some(Side::parted(&line.text, column)),
                received: Some(Side::parted(&other.text, column)),
            }
        }
        (Mark::Extra | Mark::Received, None) => Row {
            expected: None,
            received: Some(alone(line)),
        },
        (Mark::Expected | Mark::Missing, None) => Row {
            expected: Some(alone(line)),
            received: None,
        },
    }
}

impl Row<'_> {
    /// Names the difference, so that colour is not the only sign. Empty if the lines are
    /// equal.
    pub fn word(&self) -> &'static str {
        match (&self.expected, &self.received) {
            (Some(one), Some(other)) if one.differs.is_empty() && other.differs.is_empty() => "",
            (Some(_), Some(_)) => "differs",
            (Some(_), None) => "missing",
            (None, _) => "unexpected",
        }
    }
}

impl<'a> Side<'a> {
    fn whole(text: &'a str) -> Self {
        Side {
            same: text,
            differs: "",
        }
    }

    /// Splits the text at `column`, counted in characters.
    fn parted(text: &'a str, column: usize) -> Self {
        let letter = text.char_indices().nth(column);
        let (same, differs) = text.split_at(letter.map_or(text.len(), |(index, _)| index));
        Side { same, differs }
    }
}

/// Compares the expected text with the received one.
pub fn compare(expected: &str, received: &str) -> Comparison {
    let old: Vec<&str> = expected.lines().collect();
    let new: Vec<&str> = received.lines().collect();
    let mut lines = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (gone, come) = (operation.old_range(), operation.new_range());
        if operation.tag() == DiffTag::Equal {
            lines.extend(old[gone].iter().map(|text| line(Mark::Same, text)));
        } else {
            lines.extend(pairs(&old[gone], &new[come]));
        }
    }
    let first = lines.iter().position(|line| line.mark != Mark::Same);
    let column = first.and_then(|index| Some(in_common(lines.get(index)?, lines.get(index + 1)?)));
    Comparison {
        column: column.flatten(),
        first,
        lines,
    }
}

/// Each expected line followed by the one received in its place.
fn pairs(expected: &[&str], received: &[&str]) -> Vec<Line> {
    let both = expected.len().min(received.len());
    let mut lines = Vec::new();
    for (one, other) in expected.iter().zip(received) {
        lines.push(line(Mark::Expected, one));
        lines.push(line(Mark::Received, other));
    }
    lines.extend(
        expected[both..]
            .iter()
            .map(|text| line(Mark::Missing, text)),
    );
    lines.extend(received[both..].iter().map(|text| line(Mark::Extra, text)));
    lines
}

fn line(mark: Mark, text: &str) -> Line {
    let text = text.to_owned();
    Line { mark, text }
}

fn in_common(expected: &Line, received: &Line) -> Option<usize> {
    let letters = expected.text.chars().zip(received.text.chars());
    let is_pair = expected.mark == Mark::Expected && received.mark == Mark::Received;
    is_pair.then(|| letters.take_while(|(one, other)| one == other).count())
}
