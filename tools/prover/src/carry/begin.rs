//! Beginning a carry, and going on with one.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use super::{
    Carry,
    stage::{self, Stage},
    state::State,
};
use course::{files, git::Git, lessons::Course};

impl<'a> Carry<'a> {
    /// Plans a carry of the lesson's uncommitted changes or, if there are none, of the last
    /// commit. Nothing is written yet.
    pub fn plan(course: &'a Course, lesson: u32) -> Result<Carry<'a>> {
        let git = Git::at(&course.root);
        if let Some(state) = State::read(&git)? {
            bail!(
                "a carry of lesson {:02} is under way; continue it with \
                 `cargo course carry --continue`, or undo everything with `--abort`",
                state.lesson
            );
        }
        let stages = stage::from(course, lesson)?;
        let before = git.now()?;
        let base = base(&git, &before, &stages[0])?;
        let state = State {
            lesson,
            base,
            before,
            stage: 0,
            is_merged: true,
            conflicts: BTreeSet::new(),
            written: BTreeSet::new(),
        };
        Ok(Carry {
            course,
            git,
            stages,
            state,
        })
    }

    /// A carry that can be gone on with from here.
    pub fn begin(course: &'a Course, lesson: u32) -> Result<Carry<'a>> {
        let carry = Carry::plan(course, lesson)?;
        carry.git.remember(&carry.state.before)?;
        carry.state.write(&carry.git)?;
        Ok(carry)
    }

    /// The carry that has not ended.
    pub fn resume(course: &'a Course) -> Result<Carry<'a>> {
        let git = Git::at(&course.root);
        let state = State::read(&git)?.context("no carry is under way")?;
        Ok(Carry {
            course,
            stages: stage::from(course, state.lesson)?,
            git,
            state,
        })
    }

    /// Takes note of the conflicts that an author has resolved.
    pub fn look_again(mut self) -> Result<Carry<'a>> {
        let mut open = BTreeSet::new();
        for file in &self.state.conflicts {
            let path = self.course.root.join(file);
            if path.is_file() && has_marks(&files::read_text(&path)?) {
                open.insert(file.clone());
            }
        }
        self.state.conflicts = open;
        Ok(self)
    }
}

/// The commit before the change: the last one, or the one before it when
/// everything is committed.
fn base(git: &Git, now: &str, stage: &Stage) -> Result<String> {
    let head = git.commit("HEAD")?;
    if !git.changed((&head, now), &stage.folder)?.is_empty() {
        return Ok(head);
    }
    if let Ok(parent) = git.commit("HEAD~1")
        && !git.changed((&parent, &head), &stage.folder)?.is_empty()
    {
        return Ok(parent);
    }
    bail!(
        "{} has no change: neither one that is not committed, nor one in the last commit",
        stage.folder
    )
}

fn has_marks(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "))
}
