//! Files that never change are the same in every lesson, and no lesson has
//! libraries of its own.

use std::{fs, path::Path};

use anyhow::Result;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::Report;
use course::{
    files,
    lessons::{Course, Lesson, Names},
    page::parser,
    steps::Script,
};

/// Files that are identical in all lessons that have them, except for the crate's name, until
/// the page of a lesson changes one in a step.
const FROZEN: [&str; 2] = ["src/main.rs", "src/server.rs"];

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    for file in FROZEN {
        check_frozen(course, file, report)?;
    }
    for lesson in &course.lessons {
        check_no_vendor(course, lesson, report)?;
    }
    check_vendor(course, report)?;
    Ok(())
}

fn check_frozen(course: &Course, file: &str, report: &mut Report) -> Result<()> {
    let has_file = |lesson: &&Lesson| lesson.path.join(file).is_file();
    let mut lessons = course.lessons.iter().filter(has_file);
    let Some(mut first) = lessons.next() else {
        return Ok(());
    };
    let mut original = neutral_text(first, file)?;
    for lesson in lessons {
        if is_edited(lesson, file)? {
            (first, original) = (lesson, neutral_text(lesson, file)?);
        } else if let Some(line) = first_difference(&original, &neutral_text(lesson, file)?) {
            let path = lesson.path.join(file);
            let model = course.shown(&first.path.join(file));
            let to_do = format!("make it the same again, or change it in every lesson: {model}");
            let place = course.place(&path, line);
            report.problem(
                place,
                "this file is the same in every lesson, but not here",
                to_do,
            );
        }
    }
    Ok(())
}

/// Whether the lesson's page has a block for the file.
fn is_edited(lesson: &Lesson, file: &str) -> Result<bool> {
    if !lesson.page().is_file() {
        return Ok(false);
    }
    let script = Script::read(lesson)?;
    let mut blocks = script.moments().flat_map(|(_, blocks)| blocks);
    Ok(blocks.any(|block| block.path == file))
}

fn neutral_text(lesson: &Lesson, file: &str) -> Result<String> {
    let text = files::read(&lesson.path.join(file))?;
    Ok(lesson.names.replaced(&text, &Names::neutral()))
}

/// The number of the first line that differs.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let pairs = one.lines().zip(other.lines());
    Some(pairs.take_while(|(one, other)| one == other).count() + 1)
}

fn check_no_vendor(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    for file in files::list(&lesson.path)? {
        let is_vendor = file.split('/').any(|part| part == "vendor");
        if is_vendor || file.ends_with(".min.js") {
            let what = "a lesson has no libraries of its own";
            let to_do = "load the one in static/vendor/";
            report.problem(course.shown(&lesson.path.join(&file)), what, to_do);
        }
    }
    Ok(())
}

fn check_vendor(course: &Course, report: &mut Report) -> Result<()> {
    let folder = course.root.join("static/vendor");
    if !folder.join("README.md").is_file() {
        let to_do = "add it, with a table of the files and their licences";
        report.problem("static/vendor", "README.md is missing", to_do);
        return Ok(());
    }
    let named = named_files(&folder)?;
    for file in files::list(&folder)? {
        if file != "README.md" && !named.contains(&file) {
            let to_do = "name it in static/vendor/README.md, with version and licence";
            report.problem(
                format!("static/vendor/{file}"),
                "the README does not name it",
                to_do,
            );
        }
    }
    for file in named.iter().filter(|file| !folder.join(file).is_file()) {
        let to_do = "add the file, or remove it from the README";
        report.problem(
            format!("static/vendor/{file}"),
            "the README names it, but it is missing",
            to_do,
        );
    }
    Ok(())
}

/// The files that the README names: in backticks, in the first column of a
/// table or beginning with `LICENSE`.
fn named_files(folder: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(folder.join("README.md"))?;
    let mut named = Vec::new();
    let mut column = None;
    for event in parser(&text) {
        match event {
            Event::Start(Tag::TableRow) => column = Some(0),
            Event::End(TagEnd::TableCell) => column = column.map(|number: usize| number + 1),
            Event::End(TagEnd::TableRow) => column = None,
            Event::Code(word) if column == Some(0) || word.starts_with("LICENSE") => {
                named.push(word.to_string());
            }
            _ => {}
        }
    }
    Ok(named)
}
