//! The difference between two stages as a web page of its own.

use anyhow::Result;
use askama::Template;

use crate::{
    diff::{LEFT_OUT, StageDiff},
    lessons::Lesson,
    line_diff::Change,
};

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage<'a> {
    from: String,
    to: String,
    diff: &'a StageDiff<'a>,
    left_out: &'static str,
}

/// The page: no script, no other file, everything escaped.
pub fn render(diff: &StageDiff) -> Result<String> {
    let page = DiffPage {
        from: name(diff.from),
        to: name(diff.to),
        diff,
        left_out: LEFT_OUT,
    };
    Ok(page.render()?)
}

fn name(lesson: &Lesson) -> String {
    match lesson.title() {
        Some(title) => format!("{:02} {title}", lesson.number),
        None => lesson.names.folder.clone(),
    }
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
