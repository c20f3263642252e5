//! Comparing two texts line by line, for `diff` and for the size check.

use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

/// A text of the older and the newer stage: lines to compare, lines to show.
pub struct Lines {
    /// The lines to compare, with the names of both stages replaced.
    compared: Vec<String>,
    /// The same lines, as they are shown.
    shown: Vec<String>,
}

impl Lines {
    /// Lines that are shown as they are compared.
    pub fn plain(text: &str) -> Lines {
        Lines::new(text, text)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.compared.is_empty()
    }

    /// Lines of which another writing is compared.
    pub fn new(compared: &str, shown: &str) -> Lines {
        Lines {
            compared: compared.lines().map(str::to_owned).collect(),
            shown: shown.lines().map(str::to_owned).collect(),
        }
    }
}

/// Whether a line was kept, removed or added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// It is in both stages.
    Kept,
    /// It is only in the earlier stage.
    Removed,
    /// It is only in the later stage.
    Added,
}

/// Neighbouring changes with the lines around them.
pub struct Hunk {
    /// `@@ -1,4 +1,5 @@`
    pub header: String,
    /// Where it begins in the stage after: the line's number, counted from 0.
    pub start: usize,
    /// The lines in the order of reading.
    pub lines: Vec<(Change, String)>,
}

/// The hunks between two texts, with 3 lines of context.
pub fn hunks(old: &Lines, new: &Lines) -> Vec<Hunk> {
    let groups = group_diff_ops(operations(old, new), 3);
    groups.iter().map(|group| hunk(group, old, new)).collect()
}

/// All lines of two texts, with what happened to each.
pub fn whole(old: &Lines, new: &Lines) -> Vec<(Change, String)> {
    hunk(&operations(old, new), old, new).lines
}

/// For each run of changed lines the larger of lines removed and lines added,
/// summed up.
pub fn changed(old: &str, new: &str) -> usize {
    operations(&Lines::plain(old), &Lines::plain(new))
        .iter()
        .filter(|operation| operation.tag() != DiffTag::Equal)
        .map(|operation| operation.old_range().len().max(operation.new_range().len()))
        .sum()
}

/// How alike two files are that count as the same file.
pub const ALIKE: f32 = 0.5;

/// The share of lines that two texts have in common, from 0 to 1.
pub fn likeness(one: &Lines, other: &Lines) -> f32 {
    let all = one.compared.len() + other.compared.len();
    let operations = operations(one, other).into_iter();
    let equal = operations.filter(|operation| operation.tag() == DiffTag::Equal);
    let common: usize = equal.map(|operation| operation.old_range().len()).sum();
    match all {
        0 => 1.0,
        _ => (2 * common) as f32 / all as f32,
    }
}

fn operations(old: &Lines, new: &Lines) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Myers, &old.compared, &new.compared)
}

fn hunk(group: &[DiffOp], old: &Lines, new: &Lines) -> Hunk {
    let mut lines = Vec::new();
    for operation in group {
        let (removed, added) = (operation.old_range(), operation.new_range());
        if operation.tag() == DiffTag::Equal {
            lines.extend(take(Change::Kept, new, added));
        } else {
            lines.extend(take(Change::Removed, old, removed));
            lines.extend(take(Change::Added, new, added));
        }
    }
    Hunk {
        header: header(group),
        start: group.first().map_or(0, |first| first.new_range().start),
        lines,
    }
}

fn take(
    change: Change,
    lines: &Lines,
    range: Range<usize>,
) -> impl Iterator<Item = (Change, String)> {
    lines.shown[range]
        .iter()
        .map(move |line| (change, line.clone()))
}

fn header(group: &[DiffOp]) -> String {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return String::new();
    };
    let old = first.old_range().start..last.old_range().end;
    let new = first.new_range().start..last.new_range().end;
    format!("@@ -{} +{} @@", position(&old), position(&new))
}

/// Git's way to write a range: the first line and the number of lines.
fn position(range: &Range<usize>) -> String {
    let first = if range.is_empty() {
        range.start
    } else {
        range.start + 1
    };
    format!("{first},{}", range.len())
}

impl Change {
    /// The line's class, for its colour.
    pub fn class(self) -> &'static str {
        match self {
            Change::Kept => "kept",
            Change::Removed => "removed",
            Change::Added => "added",
        }
    }

    /// The line's first column, so that colour is not the only sign.
    pub fn sign(self) -> &'static str {
        match self {
            Change::Kept => " ",
            Change::Removed => "-",
            Change::Added => "+",
        }
    }
}
