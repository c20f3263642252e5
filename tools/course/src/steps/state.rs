//! The chat as a student has it: at the start of a lesson, and after each step.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use regex::Regex;

use super::{
    edit,
    script::{Block, Moment, Script},
};
use crate::{
    files,
    lessons::{Course, Lesson, Names},
    manifest, start,
    work::Work,
};

/// Each file of a crate with its text, under neutral names. Pages and tests are left out.
pub type Files = BTreeMap<String, String>;

/// A lesson from its start to its end.
pub struct Replay {
    /// The page's edits.
    pub script: Script,
    /// The start, the state after each step, and after the turn.
    pub states: Vec<State>,
    /// The blocks that do not apply.
    pub misfits: Vec<Misfit>,
}

/// The chat at a moment of the lesson.
pub struct State {
    /// Which moment.
    pub moment: Moment,
    /// All of it.
    pub files: Files,
    /// The edits that led here from the state before.
    pub edits: Vec<Edit>,
}

/// A block that was applied.
pub struct Edit {
    /// The file that it edits.
    pub path: String,
    /// The line of its fence.
    pub line: usize,
    /// How many lines are shown, blank ones and context too.
    pub shown: usize,
    /// Those that the file did not have before, counted from 0.
    pub new: Vec<usize>,
    /// Where it went, in words.
    pub place: String,
}

/// A block that cannot be applied.
pub struct Misfit {
    /// When it should have been.
    pub moment: Moment,
    /// The file that it should have edited.
    pub path: String,
    /// The line of its fence.
    pub line: usize,
    /// Why it cannot.
    pub fault: edit::Fault,
}

impl Replay {
    /// The chat at that moment.
    pub fn state(&self, moment: Moment) -> Option<&State> {
        self.states.iter().find(|state| state.moment == moment)
    }

    /// The chat before that moment; nothing before the start.
    pub fn before(&self, moment: Moment) -> Option<&State> {
        let index = self
            .states
            .iter()
            .position(|state| state.moment == moment)?;
        self.states.get(index.checked_sub(1)?)
    }
}

/// Follows the lesson's page. A block that does not apply is left out.
pub fn replay(course: &Course, lesson: &Lesson) -> Result<Replay> {
    let script = Script::read(lesson)?;
    let mut files = beginning(course, lesson)?;
    let mut states = Vec::new();
    let mut misfits = Vec::new();
    for (moment, blocks) in script.moments() {
        let (state, faults) = apply_all(files, moment, blocks);
        files = state.files.clone();
        states.push(state);
        misfits.extend(faults);
    }
    Ok(Replay {
        script,
        states,
        misfits,
    })
}

/// The chat after these blocks, and the blocks that do not apply: they are left out.
pub fn apply_all(mut files: Files, moment: Moment, blocks: &[Block]) -> (State, Vec<Misfit>) {
    let mut edits = Vec::new();
    let mut misfits = Vec::new();
    for block in blocks {
        match apply(&mut files, block) {
            Ok(edit) => edits.push(edit),
            Err(fault) => misfits.push(Misfit {
                moment,
                path: block.path.clone(),
                line: block.line,
                fault,
            }),
        }
    }
    let state = State {
        moment,
        files,
        edits,
    };
    (state, misfits)
}

fn apply(files: &mut Files, block: &Block) -> Result<Edit, edit::Fault> {
    let text = files.get(&block.path).map(String::as_str);
    // A page speaks to students, so it gives the crate the name that theirs has.
    let shown = Work::names().replaced(&block.text, &Names::neutral());
    let edited = edit::apply(&block.path, text, &shown)?;
    files.insert(block.path.clone(), edited.text);
    Ok(Edit {
        path: block.path.clone(),
        line: block.line,
        shown: block.text.lines().count(),
        new: edited.new,
        place: edited.place,
    })
}

/// The files before any block: those of the lesson before, and those that are
/// given whole.
fn beginning(course: &Course, lesson: &Lesson) -> Result<Files> {
    let finished = finished(lesson)?;
    let mut files = match lesson.number {
        1 => smallest(&finished),
        number => self::finished(course.lesson(number - 1)?)?,
    };
    let globs = given(lesson)?;
    let is_given = |path: &str| globs.iter().any(|glob| glob.is_match(path));
    files.retain(|path, _| !is_given(path));
    let given = finished.into_iter().filter(|(path, _)| is_given(path));
    files.extend(given);
    Ok(files)
}

/// The smallest crate that compiles: the first lesson begins with it.
fn smallest(finished: &Files) -> Files {
    let is_kept = |path: &str| start::BEGINNING.contains(&path);
    let kept = finished.iter().filter(|(path, _)| is_kept(path));
    let mut files: Files = kept
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    let library = start::empty_library(files.contains_key("src/server.rs"));
    files.insert("src/lib.rs".into(), library);
    files
}

/// The files of the finished lesson.
pub fn finished(lesson: &Lesson) -> Result<Files> {
    let paths = files::list(&lesson.path)?.into_iter();
    let read = |path: String| -> Result<(String, String)> {
        let text = files::read(&lesson.path.join(&path))?;
        Ok((path, lesson.names.replaced(&text, &Names::neutral())))
    };
    paths.filter(|path| is_code(path)).map(read).collect()
}

fn is_code(path: &str) -> bool {
    !files::is_of_page(path) && !path.starts_with("tests/")
}

/// The files that `start` lays whole: the manifest, and what it lists.
fn given(lesson: &Lesson) -> Result<Vec<Regex>> {
    let listed = manifest::given(&manifest::read(&lesson.path)?);
    let globs = std::iter::once("Cargo.toml".to_owned()).chain(listed);
    globs.map(|glob| pattern(&glob)).collect()
}

/// `client/*.css` as a regular expression; `**` goes through folders.
fn pattern(glob: &str) -> Result<Regex> {
    let escaped = regex::escape(glob);
    let any = escaped.replace(r"\*\*", ".*").replace(r"\*", "[^/]*");
    Regex::new(&format!("^{any}$")).with_context(|| format!("`{glob}` is no pattern"))
}
