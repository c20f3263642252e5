//! The difference between two stages as a web page of its own.

use std::path::Path;

use anyhow::Result;
use askama::Template;

use course::{
    diff::{self, Difference, FileDiff, LEFT_OUT, Options},
    files,
    lessons::{Course, Lesson},
};

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage<'a> {
    from: String,
    to: String,
    files: &'a [FileDiff],
    left_out: &'static str,
}

impl DiffPage<'_> {
    fn added(&self) -> usize {
        diff::added(self.files)
    }

    fn removed(&self) -> usize {
        diff::removed(self.files)
    }
}

/// Writes the difference that the options ask for into a file.
pub fn run(course: &Course, options: &Options, file: &Path) -> Result<()> {
    diff::with(course, options, |difference| {
        let page = match difference {
            Difference::Stages(diff) => DiffPage {
                from: name(diff.from),
                to: name(diff.to),
                files: &diff.files,
                left_out: LEFT_OUT,
            },
            Difference::Step(diff) => DiffPage {
                from: name(diff.lesson),
                to: format!("Step {}: {}", diff.step, diff.title),
                files: &diff.files,
                left_out: "",
            },
        };
        files::write(file, page.render()?)?;
        anstream::println!("{} is written.", file.display());
        Ok(())
    })
}

fn name(lesson: &Lesson) -> String {
    match lesson.title() {
        Some(title) => format!("{:02} {title}", lesson.number),
        None => lesson.names.folder.clone(),
    }
}
