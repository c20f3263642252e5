//! The difference between two stages as a web page of its own.

use anyhow::Result;
use askama::Template;

use crate::{
    diff::{self, FileDiff, LEFT_OUT, StageDiff, StepDiff},
    lessons::Lesson,
    line_diff::Change,
};

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage<'a> {
    from: String,
    to: String,
    diff: Difference<'a>,
    left_out: &'static str,
}

/// The files of a comparison.
struct Difference<'a> {
    files: &'a [FileDiff],
}

impl Difference<'_> {
    fn added(&self) -> usize {
        diff::added(self.files)
    }

    fn removed(&self) -> usize {
        diff::removed(self.files)
    }
}

/// The page: no script, no other file, everything escaped.
pub fn render(diff: &StageDiff) -> Result<String> {
    let page = DiffPage {
        from: name(diff.from),
        to: name(diff.to),
        diff: Difference { files: &diff.files },
        left_out: LEFT_OUT,
    };
    Ok(page.render()?)
}

/// The page of a step.
pub fn render_step(diff: &StepDiff) -> Result<String> {
    let page = DiffPage {
        from: name(diff.lesson),
        to: format!("Step {}: {}", diff.step, diff.title),
        diff: Difference { files: &diff.files },
        left_out: "",
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
