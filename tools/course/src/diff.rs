//! `cargo course diff A [B]`: what changes from one stage to another.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
};

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};

use crate::{
    diff_html, files,
    lessons::{Course, Lesson, Names},
    line_diff::{self, Change, Hunk, Lines},
    manifest,
    steps::{Moment, lay, state::Files},
    work::Work,
};

const MANIFEST: &str = "Cargo.toml";

/// Said below every comparison.
pub const LEFT_OUT: &str =
    "README.md, Cargo.lock and the headers of snapshots are left out; lesson names count as equal.";

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const CYAN: Style = AnsiColor::Cyan.on_default();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// The difference between two stages.
pub struct StageDiff<'a> {
    /// The stage before.
    pub from: &'a Lesson,
    /// The stage after.
    pub to: &'a Lesson,
    /// The files that differ, in the order of reading.
    pub files: Vec<FileDiff>,
}

/// What a step of a lesson changes.
pub struct StepDiff<'a> {
    /// The lesson.
    pub lesson: &'a Lesson,
    /// The step's number.
    pub step: u32,
    /// The step's title.
    pub title: String,
    /// What a link to the step says after `#`.
    pub anchor: String,
    /// The files that differ, in the order of reading.
    pub files: Vec<FileDiff>,
}

/// One file that differs.
pub struct FileDiff {
    /// From the lesson's folder.
    pub path: String,
    /// `new`, `removed` or nothing.
    pub state: &'static str,
    /// The changed places.
    pub hunks: Vec<Hunk>,
}

impl FileDiff {
    /// How many lines are new.
    pub fn added(&self) -> usize {
        self.count(Change::Added)
    }

    /// How many lines are gone.
    pub fn removed(&self) -> usize {
        self.count(Change::Removed)
    }

    /// The path, and whether the file is new or removed.
    fn title(&self) -> String {
        format!("{}  {}", self.path, self.state)
            .trim_end()
            .to_owned()
    }

    fn count(&self, change: Change) -> usize {
        let lines = self.hunks.iter().flat_map(|hunk| &hunk.lines);
        lines.filter(|line| line.0 == change).count()
    }
}

/// How many lines are new in all files.
pub fn added(files: &[FileDiff]) -> usize {
    files.iter().map(FileDiff::added).sum()
}

/// How many lines are gone in all files.
pub fn removed(files: &[FileDiff]) -> usize {
    files.iter().map(FileDiff::removed).sum()
}

impl StageDiff<'_> {
    /// How many lines are new in all files.
    pub fn added(&self) -> usize {
        added(&self.files)
    }

    /// How many lines are gone in all files.
    pub fn removed(&self) -> usize {
        removed(&self.files)
    }
}

/// Shows the difference, or writes it into `html`.
pub fn run(course: &Course, from: u32, to: Option<u32>, html: Option<&Path>) -> Result<()> {
    let diff = between(course, from, to.unwrap_or(from.saturating_add(1)))?;
    match html {
        Some(file) => {
            files::write(file, diff_html::render(&diff)?)?;
            anstream::println!("{} is written.", file.display());
        }
        None => show(&diff)?,
    }
    Ok(())
}

/// Shows what a step changes, or writes it into `html`.
pub fn run_step(course: &Course, number: u32, step: u32, html: Option<&Path>) -> Result<()> {
    let diff = of_step(course, course.lesson(number)?, step)?;
    match html {
        Some(file) => {
            files::write(file, diff_html::render_step(&diff)?)?;
            anstream::println!("{} is written.", file.display());
        }
        None => show_step(&mut anstream::stdout().lock(), &diff)?,
    }
    Ok(())
}

/// What a step of the lesson's page changes, under the names of a student's crate.
pub fn of_step<'a>(course: &Course, lesson: &'a Lesson, number: u32) -> Result<StepDiff<'a>> {
    let moment = Moment::Step(number);
    let replay = lay::followed(course, lesson, moment)?;
    let [before, after] = [replay.before(moment), replay.state(moment)];
    let none = Files::new();
    let [before, after] = [before, after].map(|state| state.map_or(&none, |state| &state.files));
    let step = replay.script.step(number);
    Ok(StepDiff {
        lesson,
        step: number,
        title: step.map(|step| step.title.clone()).unwrap_or_default(),
        anchor: step.map(|step| step.anchor.clone()).unwrap_or_default(),
        files: compare_states(before, after),
    })
}

/// Compares the chat of two moments file by file.
pub fn compare_states(before: &Files, after: &Files) -> Vec<FileDiff> {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut paths: Vec<&String> = paths.into_iter().collect();
    paths.sort_by_key(|path| (place(path), *path));
    let text = |files: &Files, path: &str| {
        let mut text = files.get(path).cloned().unwrap_or_default();
        if path == MANIFEST {
            text = manifest::without_notes(&text);
        }
        Lines::plain(&Names::neutral().replaced(&text, &Work::names()))
    };
    let compare = |path: &String| FileDiff {
        state: match (before.contains_key(path), after.contains_key(path)) {
            (false, _) => "new",
            (_, false) => "removed",
            _ => "",
        },
        hunks: line_diff::hunks(&text(before, path), &text(after, path)),
        path: path.clone(),
    };
    let files = paths.into_iter().map(compare);
    files.filter(|file| !file.hunks.is_empty()).collect()
}

/// Compares two different stages by their numbers.
pub fn between(course: &Course, from: u32, to: u32) -> Result<StageDiff<'_>> {
    if from == to {
        bail!("a lesson does not differ from itself: name two different lessons");
    }
    compare(course.lesson(from)?, course.lesson(to)?)
}

/// Compares two stages file by file.
pub fn compare<'a>(from: &'a Lesson, to: &'a Lesson) -> Result<StageDiff<'a>> {
    let mut paths: BTreeSet<String> = files::list(&from.path)?.into_iter().collect();
    paths.extend(files::list(&to.path)?);
    paths.remove("README.md");
    let mut paths: Vec<String> = paths.into_iter().collect();
    paths.sort_by_key(|path| (place(path), path.clone()));
    let mut files = Vec::new();
    for path in paths {
        let file = compare_file(from, to, path)?;
        if !file.hunks.is_empty() || !file.state.is_empty() {
            files.push(file);
        }
    }
    Ok(StageDiff { from, to, files })
}

/// The order of reading: manifest, code, front end, tests, everything else.
fn place(path: &str) -> usize {
    let order = [MANIFEST, "src/", "templates/", "client/", "tests/"];
    order
        .iter()
        .position(|start| path.starts_with(start))
        .unwrap_or(order.len())
}

/// A file's lines with what happened to each from one stage to the other.
pub fn whole_file(from: &Lesson, to: &Lesson, path: &str) -> Result<Vec<(Change, String)>> {
    let (old, new) = (text_of(from, path)?, text_of(to, path)?);
    let (old, new) = comparable(from, to, (old.unwrap_or_default(), new.unwrap_or_default()));
    Ok(line_diff::whole(&old, &new))
}

fn compare_file(from: &Lesson, to: &Lesson, path: String) -> Result<FileDiff> {
    let (old, new) = (text_of(from, &path)?, text_of(to, &path)?);
    let state = match (&old, &new) {
        (None, _) => "new",
        (_, None) => "removed",
        _ => "",
    };
    let (old, new) = comparable(from, to, (old.unwrap_or_default(), new.unwrap_or_default()));
    let hunks = line_diff::hunks(&old, &new);
    Ok(FileDiff { path, state, hunks })
}

/// Both sides speak of the later stage, so its name is never a difference.
fn comparable(from: &Lesson, to: &Lesson, (old, new): (String, String)) -> (Lines, Lines) {
    let renamed_old = from.names.replaced(&old, &to.names);
    let renamed_new = from.names.replaced(&new, &to.names);
    (Lines::plain(&renamed_old), Lines::new(&renamed_new, &new))
}

/// The text of a stage's file, if it has one, as it is compared.
pub fn text_of(lesson: &Lesson, path: &str) -> Result<Option<String>> {
    let file = lesson.path.join(path);
    if !file.is_file() {
        return Ok(None);
    }
    let text = files::read_text(&file)?;
    Ok(Some(if path.ends_with(".snap") {
        files::without_front_matter(&text).to_owned()
    } else if path == MANIFEST {
        manifest::without_notes(&text)
    } else {
        text
    }))
}

fn show(diff: &StageDiff) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    for file in &diff.files {
        show_file(&mut out, file)?;
    }
    let (from, to) = (&diff.from.names.folder, &diff.to.names.folder);
    writeln!(out, "{BOLD}{from} → {to}{BOLD:#}")?;
    show_total(&mut out, &diff.files)?;
    writeln!(out, "{FAINT}{LEFT_OUT}{FAINT:#}")
}

/// Shows what a step changes.
pub fn show_step(out: &mut impl Write, diff: &StepDiff) -> io::Result<()> {
    for file in &diff.files {
        show_file(out, file)?;
    }
    let (folder, step, title) = (&diff.lesson.names.folder, diff.step, &diff.title);
    writeln!(out, "{BOLD}{folder}, step {step}: {title}{BOLD:#}")?;
    show_total(out, &diff.files)
}

fn show_total(out: &mut impl Write, files: &[FileDiff]) -> io::Result<()> {
    for file in files {
        let counts = counts(file.added(), file.removed());
        writeln!(out, "  {counts} {}", file.title())?;
    }
    let total = counts(added(files), removed(files));
    let number = files.len();
    let noun = if number == 1 { "file" } else { "files" };
    writeln!(out, "  {total} in {number} {noun}")
}

fn show_file(out: &mut impl Write, file: &FileDiff) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}", file.title())?;
    for hunk in &file.hunks {
        writeln!(out, "{CYAN}{}{CYAN:#}", hunk.header)?;
        for (change, line) in &hunk.lines {
            match change {
                Change::Kept => writeln!(out, " {line}")?,
                Change::Removed => writeln!(out, "{RED}-{line}{RED:#}")?,
                Change::Added => writeln!(out, "{GREEN}+{line}{GREEN:#}")?,
            }
        }
    }
    writeln!(out)
}

fn counts(added: usize, removed: usize) -> String {
    format!("{GREEN}+{added}{GREEN:#} {RED}−{removed}{RED:#}")
}
