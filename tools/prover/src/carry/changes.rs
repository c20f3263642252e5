//! The changes that each stage passes to the next.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{
    Carry, Event, Merged,
    merge::{self, Change, Changes, Outcome},
    stage::Stage,
};
use course::files;

impl Carry<'_> {
    /// The outcome of the change for each file of a stage.
    pub fn outcomes(&self, stage: usize, changes: &Changes) -> Result<BTreeMap<String, Outcome>> {
        let (from, to) = (&self.stages[stage - 1], &self.stages[stage]);
        let mut outcomes = BTreeMap::new();
        for (path, change) in changes {
            let own = self.git.file(&self.state.before, &to.file(path))?;
            let outcome = merge::merge(&self.git, change, own.as_deref(), (from, to))?;
            outcomes.insert(path.clone(), outcome);
        }
        Ok(outcomes)
    }

    /// The changes of the stages before, under the names of the current stage.
    pub fn changes(&self) -> Result<Changes> {
        let now = self.git.now()?;
        let mut changes = self.of_lesson(&now)?;
        for index in 1..self.state.stage {
            let stage = &self.stages[index];
            let mut own = Changes::new();
            for (path, change) in changes {
                let before = self.git.file(&self.state.before, &stage.file(&path))?;
                let present = self.git.file(&now, &stage.file(&path))?;
                if let Some(change) = merge::handed_on(change, before, present) {
                    own.insert(path, change);
                }
            }
            // An author's own fixes there are carried, too.
            own.extend(self.between((&self.state.before, &now), stage)?);
            changes = self.renamed(own, index);
        }
        Ok(changes)
    }

    /// The lesson's own change, in the words of the stage after it.
    fn of_lesson(&self, now: &str) -> Result<Changes> {
        let changes = self.between((&self.state.base, now), &self.stages[0])?;
        Ok(self.renamed(changes, 0))
    }

    fn renamed(&self, changes: Changes, index: usize) -> Changes {
        match self.stages.get(index + 1) {
            Some(next) => merge::renamed(changes, &self.stages[index], next),
            None => changes,
        }
    }

    /// The files of a stage that differ between two trees. Its page does not
    /// count: each lesson has its own.
    fn between(&self, (old, new): (&str, &str), stage: &Stage) -> Result<Changes> {
        let mut changes = Changes::new();
        for path in self.git.changed((old, new), &stage.folder)? {
            if !files::is_of_page(&path) {
                let file = stage.file(&path);
                let (old, new) = (self.git.file(old, &file)?, self.git.file(new, &file)?);
                changes.insert(path, Change { old, new });
            }
        }
        Ok(changes)
    }

    /// Merges without writing, and returns the files that would conflict. Later files
    /// depend on how a conflict is resolved, so they are left out.
    pub fn dry_run(&self, tell: &mut dyn FnMut(Event)) -> Result<Vec<String>> {
        let mut conflicts = Vec::new();
        let mut changes = self.of_lesson(&self.state.before)?;
        for (index, stage) in self.stages.iter().enumerate().skip(1) {
            let outcomes = self.outcomes(index, &changes)?;
            let mut own = Changes::new();
            for (path, change) in changes {
                let before = self.git.file(&self.state.before, &stage.file(&path))?;
                if outcomes[&path].is_open() {
                    conflicts.push(stage.file(&path));
                    continue;
                }
                let present = outcomes[&path].result(before.clone());
                if let Some(change) = merge::handed_on(change, before, present) {
                    own.insert(path, change);
                }
            }
            changes = self.renamed(own, index);
            tell(Event::Merged(Merged { stage, outcomes }));
        }
        Ok(conflicts)
    }
}
