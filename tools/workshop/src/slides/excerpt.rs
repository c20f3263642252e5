//! Finds the lines that a reference shows, each time a deck is built.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{
    cut,
    reference::{Kind, Part, Reference},
    rust_item,
    step::Steps,
};
use course::{
    diff, files,
    lessons::{Course, Lesson},
    line_diff::Change,
    steps::Moment,
};

/// The most lines that people can read on a projector.
pub const MOST_LINES: usize = 15;
/// Stands for lines that are left out of a diff.
const GAP: &str = "⋯";
/// Lines shown before and after a change.
const CONTEXT: usize = 1;

/// Code, a diff or a tape, ready to be shown.
pub struct Excerpt {
    /// The file and the place in it.
    pub caption: String,
    /// The ending of the file: `rs`, `js`, `snap`.
    pub language: String,
    /// Whether the lines are those of a diff.
    pub is_diff: bool,
    /// The lines, without the indentation that all share.
    pub lines: Vec<Line>,
}

/// A line and its change in the stage.
pub type Line = (Change, String);

/// Finds the lines of the reference.
pub fn resolve(steps: &Steps, reference: &Reference) -> Result<Excerpt> {
    let course = steps.course;
    let path = locate(course, &reference.path)?;
    let text = files::read_quotable(&course.root.join(&path))?;
    let lines: Vec<&str> = text.lines().collect();
    let shown = chosen_lines(&path, &text, &lines, reference)?;
    let moment = steps.moment(&path, &lines[shown.clone()])?;
    if moment == Some(Moment::Turn) {
        bail!("this is a part of the solution of \"Your turn\"");
    }
    let sign = match &reference.part {
        Some(Part::Lines(..)) => cut::sign(&path, &lines, &shown),
        _ => None,
    };
    let mut found = match reference.kind {
        Kind::Diff => changes(course, &path, shown)?,
        _ => kept(&path, &lines[shown]),
    };
    let signs = sign.iter().len();
    found.extend(sign.map(|sign| (Change::Kept, sign)));
    let lines = tidy(found);
    match lines.len() - signs {
        0 => bail!("nothing is left to show"),
        1..=MOST_LINES => {}
        number => bail!("the excerpt has {number} lines, {MOST_LINES} at most"),
    }
    let language = path.extension().unwrap_or_default().to_string_lossy();
    Ok(Excerpt {
        caption: caption(&path, moment),
        language: language.into_owned(),
        is_diff: reference.kind == Kind::Diff,
        lines,
    })
}

/// The file's lines, without documentation.
fn kept(path: &Path, lines: &[&str]) -> Vec<Line> {
    let shown = lines.iter().filter(|line| !is_documentation(path, line));
    shown
        .map(|line| (Change::Kept, (*line).to_owned()))
        .collect()
}

/// The path of an existing file of the repository, from the root of the repository.
pub fn locate(course: &Course, path: &str) -> Result<PathBuf> {
    let file = course.root.join("slides").join(path).canonicalize();
    let file = file.ok().filter(|file| file.is_file());
    let file = file.with_context(|| format!("there is no file {path}"))?;
    let inside = file.strip_prefix(course.root.canonicalize()?);
    let inside = inside.with_context(|| format!("{path} is not in the repository"))?;
    Ok(inside.to_owned())
}

/// A tape is known by its test, a file by its path from `lessons/` and the step in
/// which the lesson's page shows it.
fn caption(path: &Path, moment: Option<Moment>) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let path = path.strip_prefix("lessons/").unwrap_or(&path);
    let test = path
        .split_once("/tests/snapshots/chat__")
        .and_then(|(stage, test)| Some((stage, test.strip_suffix(".snap")?)));
    match test {
        Some((stage, test)) => format!("{stage} · {}", test.replace("__", "::")),
        None => match moment {
            Some(Moment::Step(number)) => format!("{path} · step {number}"),
            _ => path.to_owned(),
        },
    }
}

fn chosen_lines(
    path: &Path,
    text: &str,
    lines: &[&str],
    reference: &Reference,
) -> Result<Range<usize>> {
    let whole = 0..lines.len();
    let within = match &reference.item {
        None => whole,
        Some(item) => match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => rust_item::lines(text, item)?,
            Some("css") => block(lines, &format!("{item} {{"), "}")?,
            Some("snap") => step(lines, item)?,
            _ => bail!("only Rust, CSS and tapes have items: use from … to …"),
        },
    };
    Ok(match &reference.part {
        None => within,
        Some(Part::Line(words)) => {
            let line = one_line(lines, within, words)?;
            line..line + 1
        }
        Some(Part::Lines(first, last)) => {
            let start = one_line(lines, within.clone(), first)?;
            let end = (start..within.end).find(|line| lines[*line].contains(last));
            let end = end.with_context(|| format!("no line contains `{last}` after that"))?;
            start..end + 1
        }
    })
}

/// The one line that contains these words.
pub fn one_line(lines: &[&str], within: Range<usize>, words: &str) -> Result<usize> {
    let mut found = within.filter(|line| lines[*line].contains(words));
    let first = found.next();
    let first = first.with_context(|| format!("no line contains `{words}`"))?;
    if found.next().is_some() {
        bail!("more than one line contains `{words}`");
    }
    Ok(first)
}

/// From the one line that is `first` to the next one that is `last`.
fn block(lines: &[&str], first: &str, last: &str) -> Result<Range<usize>> {
    let mut found = (0..lines.len()).filter(|line| lines[*line] == first);
    let (Some(start), None) = (found.next(), found.next()) else {
        bail!("`{first}` does not stand there once, at the beginning of a line");
    };
    let end = (start..lines.len()).find(|line| lines[*line] == last);
    Ok(start..end.map_or(lines.len(), |line| line + 1))
}

/// A step of a tape, up to the next one.
fn step(lines: &[&str], name: &str) -> Result<Range<usize>> {
    let mut range = block(lines, &format!("== {name}"), "")?;
    if lines[range.end - 1].is_empty() {
        range.end -= 1;
    }
    Ok(range)
}

/// The changes of the stage within these lines of its file.
fn changes(course: &Course, path: &Path, shown: Range<usize>) -> Result<Vec<Line>> {
    let (before, after) = stages(course, path)?;
    let inside = path.strip_prefix(course.shown(&after.path))?;
    let inside = inside.to_string_lossy().replace('\\', "/");
    let mut number = 0;
    let mut lines = Vec::new();
    for (change, line) in diff::whole_file(before, after, &inside)? {
        // A removed line belongs to the place of the next line in the new file.
        let is_shown = match change {
            Change::Removed => shown.start < number && number < shown.end,
            _ => shown.contains(&number),
        };
        number += usize::from(change != Change::Removed);
        if is_shown {
            lines.push((change, line));
        }
    }
    if lines.iter().all(|line| line.0 == Change::Kept) {
        bail!("lesson {:02} changes nothing there", after.number);
    }
    lines.retain(|line| !is_documentation(path, &line.1));
    Ok(near_changes(lines))
}

/// The lesson that the file belongs to, and the one before.
fn stages<'a>(course: &'a Course, path: &Path) -> Result<(&'a Lesson, &'a Lesson)> {
    let file = course.root.join(path);
    let mut pairs = course.neighbours();
    let pair = pairs.find(|pair| file.starts_with(&pair.1.path));
    pair.context("a diff needs a file of a lesson that has one before it")
}

fn near_changes(lines: Vec<Line>) -> Vec<Line> {
    let changed = |line: &Line| line.0 != Change::Kept;
    let is_near = |index: usize| {
        let from = index.saturating_sub(CONTEXT);
        let to = lines.len().min(index + CONTEXT + 1);
        lines[from..to].iter().any(changed)
    };
    let mut shown: Vec<Line> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if is_near(index) {
            shown.push(line.clone());
        } else if shown.last().is_some_and(|line| line.1 != GAP) {
            shown.push((Change::Kept, GAP.to_owned()));
        }
    }
    if shown.last().is_some_and(|line| line.1 == GAP) {
        shown.pop();
    }
    shown
}

/// Whether the line is a Rust doc comment. Slides leave them out: the speaker explains.
fn is_documentation(path: &Path, line: &str) -> bool {
    path.extension().is_some_and(|ending| ending == "rs") && line.trim_start().starts_with("///")
}

/// Without blank lines at both ends, and without the indentation that all share.
fn tidy(mut lines: Vec<Line>) -> Vec<Line> {
    let is_blank = |line: &Line| line.1.trim().is_empty();
    while lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    let start = lines.iter().position(|line| !is_blank(line));
    lines.drain(..start.unwrap_or(0));
    let full = lines.iter().filter(|line| !is_blank(line) && line.1 != GAP);
    let indentation = full.map(|line| line.1.len() - line.1.trim_start().len());
    let shared = indentation.min().unwrap_or(0);
    for line in &mut lines {
        if line.1 != GAP {
            line.1 = line.1.get(shared..).unwrap_or("").trim_end().to_owned();
        }
    }
    lines
}
