//! No lesson changes more lines than a student can follow, or its page says why.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Report;
use course::{
    files,
    lessons::{self, Course, Lesson, Names},
    line_diff,
    page::Page,
};

/// The heading below which a page says why its lesson is longer than usual.
const SIZE: &str = "Size";

/// A part of a lesson whose changed lines are counted, with its limits.
struct Part {
    name: &'static str,
    folders: &'static [&'static str],
    /// In part one, unless the page gives a reason.
    usual: usize,
    /// With a reason, and in part two.
    most: usize,
}

const PARTS: [Part; 2] = [
    Part {
        name: "Rust",
        folders: &["src/"],
        usual: 150,
        most: 250,
    },
    Part {
        name: "front end",
        folders: &["templates/", "client/"],
        usual: 120,
        most: 200,
    },
];

const COMMENTS: [(&str, &str); 3] = [("/*", "*/"), ("<!--", "-->"), ("{#", "#}")];

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    for (before, after) in course.neighbours() {
        let may_be_long =
            lessons::Part::of(after.number) == lessons::Part::Two || gives_reason(after)?;
        let mut figures = Vec::new();
        for part in PARTS {
            let limit = if may_be_long { part.most } else { part.usual };
            let changed = changed_lines(before, after, &part)?;
            figures.push(format!("{} {changed} of {limit}", part.name));
            if changed > limit {
                let what = format!("{changed} changed lines of {}, {limit} at most", part.name);
                report.problem(course.shown(&after.path), what, what_to_do(may_be_long));
            }
        }
        let (from, to) = (before.number, after.number);
        report.note(format!("{from:02} → {to:02}: {}", figures.join(", ")));
    }
    Ok(())
}

/// Whether the lesson's page gives a reason under `### Size`.
fn gives_reason(lesson: &Lesson) -> Result<bool> {
    if !lesson.page().is_file() {
        return Ok(false);
    }
    let page = Page::read(&lesson.page())?;
    let section = page.section(3, SIZE).unwrap_or(0..0);
    let has_words =
        |text: &str| text.contains(char::is_alphabetic) && !text.starts_with(['#', '<']);
    Ok(page
        .lines_in(section)
        .iter()
        .any(|(_, text)| has_words(text)))
}

fn what_to_do(may_be_long: bool) -> &'static str {
    if may_be_long {
        "move a part of it into another lesson, or write it shorter"
    } else {
        "write it shorter, or say under `### Size` why this lesson is longer"
    }
}

fn changed_lines(before: &Lesson, after: &Lesson, part: &Part) -> Result<usize> {
    let mut files: BTreeSet<String> = counted_files(before, part)?.collect();
    files.extend(counted_files(after, part)?);
    let mut changed = 0;
    for file in files {
        let (old, new) = (code_of(before, &file)?, code_of(after, &file)?);
        changed += line_diff::changed(&old, &new);
    }
    Ok(changed)
}

fn counted_files(lesson: &Lesson, part: &Part) -> Result<impl Iterator<Item = String>> {
    let files = files::list(&lesson.path)?.into_iter();
    let folders = part.folders;
    Ok(files.filter(move |file| folders.iter().any(|folder| file.starts_with(folder))))
}

/// The file's lines of code; nothing when the stage has no such file.
fn code_of(lesson: &Lesson, file: &str) -> Result<String> {
    let text = files::text_or_empty(&lesson.path.join(file))?;
    Ok(code_lines(&lesson.names.replaced(&text, &Names::neutral())))
}

/// The text without blank lines, comments, imports, and the unit tests that
/// stand at the end of a file.
fn code_lines(text: &str) -> String {
    let mut end_of_comment = None;
    let mut is_in_import = false;
    let mut code = String::new();
    for line in text.lines().take_while(|line| *line != "#[cfg(test)]") {
        let line = line.trim_end();
        if !is_import(line, &mut is_in_import) && !is_comment(line.trim(), &mut end_of_comment) {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// Whether the line belongs to an import; in Rust it may go over several lines.
fn is_import(line: &str, is_open: &mut bool) -> bool {
    let begins = ["use ", "import ", "@import "];
    let is_import = *is_open || begins.iter().any(|begin| line.starts_with(begin));
    *is_open = is_import && !line.ends_with(';');
    is_import
}

/// Whether nothing in the line is code. `open` is the mark that ends a comment
/// begun in an earlier line.
fn is_comment(line: &str, open: &mut Option<&'static str>) -> bool {
    let mut rest = line;
    loop {
        if let Some(end) = *open {
            let Some((_, after)) = rest.split_once(end) else {
                return true;
            };
            *open = None;
            rest = after.trim_start();
        }
        if rest.is_empty() || rest.starts_with("//") {
            return true;
        }
        let Some((begin, end)) = COMMENTS.iter().find(|marks| rest.starts_with(marks.0)) else {
            return false;
        };
        rest = &rest[begin.len()..];
        *open = Some(end);
    }
}
