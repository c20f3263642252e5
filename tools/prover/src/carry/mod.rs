//! `cargo course carry N`: takes a change of lesson N through all later stages.
//!
//! Each stage takes over the change from the stage before it, so a conflict is resolved only
//! once. Nothing is lost: until the carry ends, git keeps all original files in a tree, and
//! every stage is merged from that tree. So a carry that was killed continues where it
//! stopped, with the same result.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use course::{cargo::cargo, git::Git, lessons::Course};

mod begin;
mod changes;
mod merge;
mod show;
mod stage;
mod state;

use merge::Outcome;
use stage::Stage;
use state::State;

/// A command for the carry.
pub enum Order {
    /// Carry the change of that lesson.
    Begin(u32),
    /// Tell where the change of that lesson would conflict.
    DryRun(u32),
    /// Go on after a conflict, a failed test, or a kill.
    Continue,
    /// Put back what the carry has changed.
    Abort,
}

/// How a carry stopped.
pub enum End {
    /// It is through.
    Done,
    /// Files of this stage wait for an author.
    Conflicts(String, BTreeSet<String>),
    /// The tests of this stage failed and said this.
    Failed(String, String),
}

/// The outcomes for the files of a stage.
pub struct Merged<'a> {
    stage: &'a Stage,
    outcomes: BTreeMap<String, Outcome>,
}

/// The progress of a carry.
pub enum Event<'a> {
    /// A stage took the change over.
    Merged(Merged<'a>),
    /// The tests of a stage passed.
    Passed(&'a Stage),
}

/// A carry under way.
struct Carry<'a> {
    course: &'a Course,
    git: Git,
    stages: Vec<Stage>,
    state: State,
}

/// Carries out the order and shows the result.
pub fn run(course: &Course, order: Order) -> Result<ExitCode> {
    let mut carry = match order {
        Order::DryRun(lesson) => {
            let conflicts = Carry::plan(course, lesson)?.dry_run(&mut show::event)?;
            return Ok(show::conflicts(conflicts));
        }
        Order::Abort => return show::aborted(&Carry::resume(course)?.abort()?),
        Order::Begin(lesson) => Carry::begin(course, lesson)?,
        Order::Continue => Carry::resume(course)?.look_again()?,
    };
    let end = carry.go(&mut show::event)?;
    show::end(&end)
}

impl Carry<'_> {
    /// Goes on until something needs an author, or to the end.
    fn go(&mut self, tell: &mut dyn FnMut(Event)) -> Result<End> {
        while self.state.stage < self.stages.len() {
            if !self.state.is_merged {
                self.merge(tell)?;
            }
            let stage = &self.stages[self.state.stage];
            if !self.state.conflicts.is_empty() {
                return Ok(End::Conflicts(
                    stage.folder.clone(),
                    self.state.conflicts.clone(),
                ));
            }
            if self.is_changed(stage)? {
                if let Some(said) = self.test(stage)? {
                    return Ok(End::Failed(stage.package().to_owned(), said));
                }
                tell(Event::Passed(stage));
            }
            self.state.stage += 1;
            self.state.is_merged = false;
            self.state.write(&self.git)?;
        }
        State::remove(&self.git)?;
        Ok(End::Done)
    }

    /// Merges the change into the stage at hand.
    fn merge(&mut self, tell: &mut dyn FnMut(Event)) -> Result<()> {
        let changes = self.changes()?;
        let outcomes = self.outcomes(self.state.stage, &changes)?;
        let stage = &self.stages[self.state.stage];
        let is_written =
            |outcome: &Outcome| matches!(outcome, Outcome::Taken(_) | Outcome::Conflict(_));
        let written = outcomes.iter().filter(|one| is_written(one.1));
        self.state
            .written
            .extend(written.map(|one| stage.file(one.0)));
        // First the note, then the files: `--abort` knows of each that may be changed.
        self.state.write(&self.git)?;
        for (path, outcome) in outcomes.iter().filter(|one| is_written(one.1)) {
            self.write(&stage.file(path), outcome)?;
        }
        let open = outcomes.iter().filter(|one| one.1.is_open());
        self.state.conflicts = open.map(|one| stage.file(one.0)).collect();
        self.state.is_merged = true;
        self.state.write(&self.git)?;
        tell(Event::Merged(Merged { stage, outcomes }));
        Ok(())
    }

    /// Writes a file, unless it has changed since the carry began.
    fn write(&self, file: &str, outcome: &Outcome) -> Result<()> {
        let own = self.git.file(&self.state.before, file)?;
        let result = outcome.result(own.clone());
        let path = self.course.root.join(file);
        let present = path.is_file().then(|| std::fs::read(&path)).transpose()?;
        if present != own && present != result {
            bail!(
                "{file} was changed since the carry began; undo or commit that, then run `cargo course carry --continue`"
            );
        }
        match result {
            Some(text) => state::write(&path, &text),
            None if path.is_file() => {
                std::fs::remove_file(&path).context(path.display().to_string())
            }
            None => Ok(()),
        }
    }

    /// Whether the stage is another than before the carry.
    fn is_changed(&self, stage: &Stage) -> Result<bool> {
        let trees = (self.state.before.as_str(), &*self.git.now()?);
        let is_changed = !self.git.changed(trees, &stage.folder)?.is_empty();
        Ok(self.state.stage == 0 || is_changed)
    }

    /// The output of the stage's tests when they fail.
    fn test(&self, stage: &Stage) -> Result<Option<String>> {
        let output = cargo()
            .args(["test", "--package", stage.package(), "--no-fail-fast"])
            .env("INSTA_UPDATE", "no")
            .current_dir(&self.course.root)
            .output()
            .context("cargo cannot be run")?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        Ok((!output.status.success()).then_some(said))
    }

    /// Puts back every file that the carry has written. Their present state
    /// stays in git, as a tree whose name is returned.
    fn abort(self) -> Result<String> {
        let now = self.git.now()?;
        for file in &self.state.written {
            let path = self.course.root.join(file);
            state::remove_half(&path)?;
            match self.git.file(&self.state.before, file)? {
                Some(text) => state::write(&path, &text)?,
                None if path.is_file() => std::fs::remove_file(&path)?,
                None => {}
            }
        }
        State::remove(&self.git)?;
        Ok(now)
    }
}
