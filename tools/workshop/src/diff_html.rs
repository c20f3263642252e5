//! The difference between two stages as a web page of its own.

use std::path::Path;

use anyhow::Result;
use askama::Template;

use course::{
    diff::{self, FileDiff, LEFT_OUT, Options, StageDiff, StepDiff},
    files,
    lessons::{Course, Lesson},
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

/// Writes the comparison into a file.
pub fn run(course: &Course, options: &Options, file: &Path) -> Result<()> {
    diff::with(course, options, |difference| {
        let page = match difference {
            diff::Difference::Stages(diff) => render(diff)?,
            diff::Difference::Step(diff) => render_step(diff)?,
        };
        files::write(file, page)?;
        anstream::println!("{} is written.", file.display());
        Ok(())
    })
}

/// The page: no script, no other file, everything escaped.
fn render(diff: &StageDiff) -> Result<String> {
    let page = DiffPage {
        from: name(diff.from),
        to: name(diff.to),
        diff: Difference { files: &diff.files },
        left_out: LEFT_OUT,
    };
    Ok(page.render()?)
}

/// The page of a step.
fn render_step(diff: &StepDiff) -> Result<String> {
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
