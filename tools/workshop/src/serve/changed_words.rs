//! Changed lines with the colours of their language, and what changed within a line marked.

use std::{ops::Range, path::Path};

use crate::highlight::{self, Token};
use course::line_diff::{Change, Hunk};

/// How much of a line must be the same, in percent, to mark the rest of it.
const LEAST_COMMON: usize = 40;

/// The hunk's lines as HTML.
pub fn html(path: &str, hunk: &Hunk) -> Vec<String> {
    let tokens = tokens(path, hunk);
    let marks = marks(hunk);
    let lines = tokens.iter().zip(marks);
    lines
        .map(|(line, mark)| match mark.filter(|mark| !mark.is_empty()) {
            Some(mark) => highlight::html_with_mark(line, mark),
            None => highlight::html_of(line),
        })
        .collect()
}

/// Each side is coloured as the text it was, so that a removed comment does not colour the
/// text after it.
fn tokens(path: &str, hunk: &Hunk) -> Vec<Vec<Token>> {
    let language = Path::new(path).extension().unwrap_or_default();
    let language = language.to_string_lossy();
    let side = |left_out: Change| {
        let lines = hunk.lines.iter().filter(|line| line.0 != left_out);
        let lines: Vec<&str> = lines.map(|line| line.1.as_str()).collect();
        highlight::tokens(&language, &lines).into_iter()
    };
    let (mut old, mut new) = (side(Change::Added), side(Change::Removed));
    let line = |(change, _): &(Change, String)| match change {
        Change::Removed => old.next().unwrap_or_default(),
        Change::Added => new.next().unwrap_or_default(),
        Change::Kept => {
            old.next();
            new.next().unwrap_or_default()
        }
    };
    hunk.lines.iter().map(line).collect()
}

/// For each line the bytes that differ from the line that it replaces, or is replaced by.
fn marks(hunk: &Hunk) -> Vec<Option<Range<usize>>> {
    let mut marks = vec![None; hunk.lines.len()];
    let mut at = 0;
    while at < hunk.lines.len() {
        let run = |start: usize, change: Change| {
            let lines = hunk.lines[start..].iter();
            lines.take_while(|line| line.0 == change).count()
        };
        let removed = run(at, Change::Removed);
        let added = run(at + removed, Change::Added);
        for pair in 0..removed.min(added) {
            let (old, new) = (at + pair, at + removed + pair);
            if let Some((in_old, in_new)) = difference(&hunk.lines[old].1, &hunk.lines[new].1) {
                (marks[old], marks[new]) = (Some(in_old), Some(in_new));
            }
        }
        at += (removed + added).max(1);
    }
    marks
}

/// The parts of two lines between their common beginning and their common end, if the
/// lines have enough in common.
fn difference(old: &str, new: &str) -> Option<(Range<usize>, Range<usize>)> {
    let start = common(old.chars(), new.chars());
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = common(old_rest.chars().rev(), new_rest.chars().rev());
    let is_alike = |line: &str| (start + end) * 100 >= line.len() * LEAST_COMMON;
    let is_alike = !old.trim().is_empty() && is_alike(old) && is_alike(new);
    is_alike.then_some((start..old.len() - end, start..new.len() - end))
}

/// The bytes of the characters that both begin with.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let same = one.zip(other).take_while(|(one, other)| one == other);
    same.map(|(letter, _)| letter.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(lines: &[(Change, &str)]) -> Hunk {
        let lines = lines
            .iter()
            .map(|(change, line)| (*change, (*line).to_owned()));
        Hunk {
            header: String::new(),
            start: 0,
            lines: lines.collect(),
        }
    }

    #[test]
    fn what_changed_within_a_line_is_marked() {
        let lines = [
            (Change::Removed, "same(old, äend)"),
            (Change::Added, "same(new, äend)"),
            (Change::Kept, "kept"),
        ];
        let expected = [
            "same(<mark>old</mark>, äend)",
            "same(<mark>new</mark>, äend)",
            "kept",
        ];
        assert_eq!(html("file", &hunk(&lines)), expected);
    }

    #[test]
    fn a_line_that_only_grows_is_marked_where_it_grows() {
        let lines = [
            (Change::Removed, "fn a(b: u8) {"),
            (Change::Added, "fn a(b: u8, c: u8) {"),
        ];
        assert_eq!(marks(&hunk(&lines)), [Some(10..10), Some(10..17)]);
    }

    #[test]
    fn lines_that_have_little_in_common_are_not_marked() {
        let lines = [(Change::Removed, "let a = 1;"), (Change::Added, "return;")];
        assert_eq!(html("file", &hunk(&lines)), ["let a = 1;", "return;"]);
    }

    #[test]
    fn each_side_has_the_colours_of_its_own_text() {
        let lines = [
            (Change::Removed, "/* a comment that begins"),
            (Change::Kept, "let a = 1;"),
        ];
        let html = html("a.rs", &hunk(&lines));
        assert!(html[0].contains("code__comment"), "{}", html[0]);
        assert!(!html[1].contains("code__comment"), "{}", html[1]);
    }
}
