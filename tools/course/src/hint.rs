//! `cargo course hint [LEVEL]`: the hints of the lesson's "Your turn", one after
//! the other; with `--step K`, the changes of a step.

use std::io::{self, Write};

use anstyle::Style;
use anyhow::{Context, Result, bail};
use regex::Regex;
use serde::Serialize;

use crate::{
    diff::{self, StepDiff},
    diff_text,
    lessons::{Course, Lesson},
    line_diff::Change,
    page::Page,
    progress::Progress,
    work::Work,
};

const BOLD: Style = Style::new().bold();

/// A hint of a lesson.
#[derive(Serialize)]
pub struct Hint {
    /// The lesson's number.
    pub lesson: u32,
    /// 1 for the first.
    pub level: usize,
    /// How many levels the lesson has.
    pub levels: usize,
    /// The topic in the hint's title: `where`.
    pub about: String,
    /// Markdown.
    pub text: String,
}

impl Hint {
    /// Whether both its title and its text have words.
    pub fn says_something(&self) -> bool {
        let has_words = |text: &str| text.contains(char::is_alphabetic);
        has_words(&self.about) && has_words(&self.text)
    }
}

/// Shows the hint of that level, or the one after the last shown.
pub fn run(course: &Course, level: Option<usize>, json: bool) -> Result<()> {
    let hint = next(course, level)?;
    let mut out = anstream::stdout();
    if json {
        writeln!(out, "{}", serde_json::to_string(&hint)?)?;
    } else {
        let lesson = course.lesson(hint.lesson)?;
        let text = without_links(&hint.text)?;
        show(&mut out, &hint, &text, &course.shown(&lesson.page()))?;
    }
    Ok(())
}

/// Shows the changes of a step of the student's lesson, and a link to its explanation.
pub fn run_step(course: &Course, step: u32, json: bool) -> Result<()> {
    let lesson = Work::of(course).lesson(course)?;
    let diff = diff::of_step(course, lesson, step)?;
    let link = format!("{}#{}", course.shown(&lesson.page()), diff.anchor);
    let mut out = anstream::stdout().lock();
    if json {
        let hint = serde_json::to_string(&of_step(&diff, &link))?;
        writeln!(out, "{hint}")?;
    } else {
        diff_text::show_step(&mut out, &diff)?;
        writeln!(out, "\nRead     {link}")?;
    }
    Ok(())
}

/// The changes of a step, as JSON.
#[derive(Serialize)]
struct StepHint<'a> {
    lesson: u32,
    step: u32,
    title: &'a str,
    /// The address of the explanation on the page.
    link: &'a str,
    /// Each file with its changed lines, behind `+`, `-` or a blank.
    files: Vec<(&'a str, Vec<String>)>,
}

fn of_step<'a>(diff: &'a StepDiff, link: &'a str) -> StepHint<'a> {
    let line = |(change, line): &(Change, String)| format!("{}{line}", change.sign());
    let files = diff.files.iter().map(|file| {
        let lines = file.hunks.iter().flat_map(|hunk| &hunk.lines);
        (file.path.as_str(), lines.map(line).collect())
    });
    StepHint {
        lesson: diff.lesson.number,
        step: diff.step,
        title: &diff.title,
        link,
        files: files.collect(),
    }
}

/// The hint of that level, or the one after the last shown; remembers it.
pub fn next(course: &Course, level: Option<usize>) -> Result<Hint> {
    let lesson = Work::of(course).lesson(course)?;
    let mut hints = of_lesson(lesson)?;
    let mut progress = Progress::read(course)?;
    let shown = progress.hints.entry(lesson.number).or_insert(0);
    // After the last hint, the last one is shown again.
    let level = level.unwrap_or(hints.len().min(*shown + 1));
    if level == 0 || level > hints.len() {
        bail!(
            "there is no hint {level}; the hints are 1 to {}",
            hints.len()
        );
    }
    *shown = level.max(*shown);
    progress.write(course)?;
    Ok(hints.swap_remove(level - 1))
}

/// The hints on the lesson's page, in order.
pub fn of_lesson(lesson: &Lesson) -> Result<Vec<Hint>> {
    let page = Page::read(&lesson.page())?;
    let turn = page.section(2, "Your turn");
    let turn = turn.with_context(|| format!("lesson {:02} has no \"Your turn\"", lesson.number))?;
    let folded =
        Regex::new(r"(?s)<details><summary>Hint \d+: (.*?)</summary>\s*(.*?)\s*</details>")?;
    let found: Vec<_> = folded.captures_iter(&page.text[turn]).collect();
    if found.is_empty() {
        bail!("the page of lesson {:02} has no hints", lesson.number);
    }
    let hint = |(index, words): (usize, &regex::Captures)| Hint {
        lesson: lesson.number,
        level: index + 1,
        levels: found.len(),
        about: words[1].to_owned(),
        text: words[2].to_owned(),
    };
    Ok(found.iter().enumerate().map(hint).collect())
}

/// Markdown whose links are their words, followed by the address if it is elsewhere.
fn without_links(text: &str) -> Result<String> {
    let link = Regex::new(r"\[([^\]]*)\]\(([^)\s]*)\)")?;
    let words = |found: &regex::Captures| match found[2].contains("://") {
        true => format!("{} ({})", &found[1], &found[2]),
        false => found[1].to_owned(),
    };
    Ok(link.replace_all(text, words).into_owned())
}

fn show(out: &mut impl Write, hint: &Hint, text: &str, page: &str) -> io::Result<()> {
    let (lesson, level, levels) = (hint.lesson, hint.level, hint.levels);
    writeln!(
        out,
        "{BOLD}Lesson {lesson:02}, your turn, hint {level} of {levels}: {}{BOLD:#}\n\n{}\n",
        hint.about, text
    )?;
    if level < levels {
        writeln!(out, "More     cargo course hint")
    } else {
        writeln!(
            out,
            "This is the last hint. The solution is folded below \"Your turn\" in {page}."
        )
    }
}
