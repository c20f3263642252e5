//! `cargo course diff A [B]`: the changes from one stage to another.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    str::FromStr,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    diff_text, files,
    lessons::{Course, Lesson, Names},
    line_diff::{self, Change, Hunk, Lines},
    manifest, renames,
    steps::{Moment, Replay, lay, script::Step, state::Files},
    work::Work,
};

const MANIFEST: &str = "Cargo.toml";
const TESTS: &str = "tests/";

/// Said below every comparison.
pub const LEFT_OUT: &str =
    "README.md, Cargo.lock and the headers of snapshots are left out; lesson names count as equal.";

/// The options of `cargo course diff`.
#[derive(Args)]
pub struct Options {
    /// The lesson before; with --step, the lesson; `mine` for your chat.
    from: Compared,
    /// The lesson after; when left out, the next one, or that of your chat.
    to: Option<u32>,
    /// Shows what this step of lesson FROM changes.
    #[arg(long, value_name = "K", conflicts_with = "to")]
    step: Option<u32>,
    /// Writes a web page into this file instead of showing text.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
enum Compared {
    /// The student's chat.
    Mine,
    /// A lesson.
    Lesson(u32),
}

impl FromStr for Compared {
    type Err = String;

    fn from_str(text: &str) -> Result<Compared, String> {
        match text {
            "mine" => Ok(Compared::Mine),
            number => number
                .parse()
                .map(Compared::Lesson)
                .map_err(|_| "name a lesson by its number, or your chat as `mine`".to_owned()),
        }
    }
}

/// A comparison that `cargo course diff` shows.
pub enum Difference<'a> {
    /// The difference between two stages.
    Stages(StageDiff<'a>),
    /// The changes of a step.
    Step(StepDiff<'a>),
}

/// The difference between two stages.
pub struct StageDiff<'a> {
    /// The stage before.
    pub from: &'a Lesson,
    /// The stage after.
    pub to: &'a Lesson,
    /// The files that differ, in the order of reading.
    pub files: Vec<FileDiff>,
}

/// The changes of one step of a lesson.
pub struct StepDiff<'a> {
    /// The lesson.
    pub lesson: &'a Lesson,
    /// The step's number.
    pub step: u32,
    /// The step's title.
    pub title: String,
    /// The step's anchor on the page: the part of a link after `#`.
    pub anchor: String,
    /// The files that differ, in the order of reading.
    pub files: Vec<FileDiff>,
}

/// One file that differs.
pub struct FileDiff {
    /// From the lesson's folder.
    pub path: String,
    /// Whether the file is new, changed, renamed or removed.
    pub state: FileState,
    /// The changed places.
    pub hunks: Vec<Hunk>,
}

/// How a file as a whole differs between the two sides.
#[derive(Clone, Debug, PartialEq)]
pub enum FileState {
    /// Both sides have it.
    Changed,
    /// Only the later side has it.
    New,
    /// Only the earlier side has it.
    Removed,
    /// The earlier side has it under this path.
    Renamed(String),
}

/// The files of one side, as they are compared.
pub type Side = BTreeMap<String, Lines>;

impl fmt::Display for FileState {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            FileState::Changed => Ok(()),
            FileState::New => write!(formatter, "new"),
            FileState::Removed => write!(formatter, "removed"),
            FileState::Renamed(from) => write!(formatter, "renamed from {from}"),
        }
    }
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

    /// Whether the file is a test or a snapshot.
    pub fn is_test(&self) -> bool {
        self.path.starts_with(TESTS)
    }

    /// The path, and whether the file is new, removed or renamed.
    pub fn title(&self) -> String {
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

/// Shows the comparison that the options ask for.
pub fn run(course: &Course, options: &Options) -> Result<()> {
    let mut out = anstream::stdout().lock();
    with(course, options, |difference| {
        match difference {
            Difference::Stages(diff) => diff_text::show_stages(&mut out, diff)?,
            Difference::Step(diff) => diff_text::show_step(&mut out, diff)?,
        }
        Ok(())
    })
}

/// Calls `show` with the comparison that the options ask for.
pub fn with(
    course: &Course,
    options: &Options,
    show: impl FnOnce(&Difference) -> Result<()>,
) -> Result<()> {
    let to = options.to;
    match (options.from, options.step) {
        (Compared::Lesson(number), Some(step)) => {
            let diff = of_step(course, course.lesson(number)?, step)?;
            show(&Difference::Step(diff))
        }
        (Compared::Lesson(from), None) => {
            let to = to.unwrap_or(from.saturating_add(1));
            show(&Difference::Stages(between(course, from, to)?))
        }
        (Compared::Mine, None) => {
            let work = Work::of(course);
            let own = work.lesson(course)?;
            let mine = Lesson {
                number: own.number,
                path: work.chat.clone(),
                names: Work::names(),
            };
            let lesson = to.map_or(Ok(own), |number| course.lesson(number))?;
            show(&Difference::Stages(compare(&mine, lesson)?))
        }
        (Compared::Mine, Some(_)) => {
            bail!("a step is a lesson's: name its number in the place of `mine`")
        }
    }
}

/// Compares the chat before and after a step, under the names of a student's crate.
pub fn of_step<'a>(course: &Course, lesson: &'a Lesson, number: u32) -> Result<StepDiff<'a>> {
    let replay = lay::followed(course, lesson, Moment::Step(number))?;
    let step = replay.script.step(number);
    let step = step.with_context(|| format!("there is no step {number}"))?;
    Ok(step_diff(&replay, lesson, step))
}

/// The changes of each step on the lesson's page.
pub fn of_steps<'a>(course: &Course, lesson: &'a Lesson) -> Result<Vec<StepDiff<'a>>> {
    let replay = lay::followed(course, lesson, Moment::Turn)?;
    let steps = replay.script.steps.iter();
    Ok(steps.map(|step| step_diff(&replay, lesson, step)).collect())
}

fn step_diff<'a>(replay: &Replay, lesson: &'a Lesson, step: &Step) -> StepDiff<'a> {
    let moment = Moment::Step(step.number);
    let states = [replay.before(moment), replay.state(moment)];
    let [before, after] = states.map(|state| state.map(|state| side_of(&state.files)));
    StepDiff {
        lesson,
        step: step.number,
        title: step.title.clone(),
        anchor: step.anchor.clone(),
        files: compare_sides(&before.unwrap_or_default(), &after.unwrap_or_default()),
    }
}

/// Compares the chat of two moments file by file.
pub fn compare_states(before: &Files, after: &Files) -> Vec<FileDiff> {
    compare_sides(&side_of(before), &side_of(after))
}

/// The chat of a moment, under the names of a student's crate.
fn side_of(files: &Files) -> Side {
    let lines = |(path, text): (&String, &String)| {
        let text = match path.as_str() {
            MANIFEST => &manifest::without_notes(text),
            _ => text,
        };
        let text = Names::neutral().replaced(text, &Work::names());
        (path.clone(), Lines::plain(&text))
    };
    files.iter().map(lines).collect()
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
    // Both sides use the later stage's name, so the name is never a difference.
    let old = stage_side(from, |text| old_lines(from, to, text))?;
    let new = stage_side(to, |text| new_lines(from, to, text))?;
    Ok(StageDiff {
        from,
        to,
        files: compare_sides(&old, &new),
    })
}

/// A stage's files without its page and pictures.
fn stage_side(stage: &Lesson, lines: impl Fn(&str) -> Lines) -> Result<Side> {
    let mut side = Side::new();
    for path in files::list(&stage.path)? {
        // Settings and history of a student's crate are no part of the comparison.
        if !files::is_of_page(&path)
            && !path.starts_with('.')
            && let Some(text) = text_of(stage, &path)?
        {
            side.insert(path, lines(&text));
        }
    }
    Ok(side)
}

/// Compares two sides file by file, in the order of reading.
fn compare_sides(old: &Side, new: &Side) -> Vec<FileDiff> {
    let renamed = renames::find(old, new);
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut paths: Vec<&String> = paths.into_iter().collect();
    paths.retain(|path| !renamed.values().any(|from| from == *path));
    paths.sort_by_key(|path| (place(path), *path));
    let none = Lines::plain("");
    let compare = |path: &String| {
        let from = renamed.get(path);
        let before = old.get(from.unwrap_or(path));
        let after = new.get(path);
        FileDiff {
            path: path.clone(),
            state: match (from, before, after) {
                (Some(from), ..) => FileState::Renamed(from.clone()),
                (_, None, _) => FileState::New,
                (.., None) => FileState::Removed,
                _ => FileState::Changed,
            },
            hunks: line_diff::hunks(before.unwrap_or(&none), after.unwrap_or(&none)),
        }
    };
    let files = paths.into_iter().map(compare);
    files
        .filter(|file| !file.hunks.is_empty() || file.state != FileState::Changed)
        .collect()
}

/// The order of reading: manifest, code, front end, tests, everything else.
fn place(path: &str) -> usize {
    let order = [MANIFEST, "src/", "templates/", "client/", TESTS];
    order
        .iter()
        .position(|start| path.starts_with(start))
        .unwrap_or(order.len())
}

/// A file's lines, each with its change from one stage to the other.
pub fn whole_file(from: &Lesson, to: &Lesson, path: &str) -> Result<Vec<(Change, String)>> {
    let text = |stage| Ok::<_, anyhow::Error>(text_of(stage, path)?.unwrap_or_default());
    let old = old_lines(from, to, &text(from)?);
    let new = new_lines(from, to, &text(to)?);
    Ok(line_diff::whole(&old, &new))
}

fn old_lines(from: &Lesson, to: &Lesson, text: &str) -> Lines {
    Lines::plain(&from.names.replaced(text, &to.names))
}

fn new_lines(from: &Lesson, to: &Lesson, text: &str) -> Lines {
    Lines::new(&from.names.replaced(text, &to.names), text)
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
