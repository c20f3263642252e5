//! The running checks and their output so far.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use socketioxide::socket::Sid;

use super::wire::Refusal;
use course::programs::Programs;

/// How many lines of a check are kept for pages that come later.
const KEPT_LINES: usize = 2000;
/// The prefix of the rooms of checks.
pub const ROOMS: &str = "check:";

/// Whose code is checked.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// The student's chat: `"mine"`.
    Mine,
    /// A lesson's own: `{"lesson": 3}`.
    Lesson(u32),
}

/// All checks. Clones share them.
#[derive(Clone, Default)]
pub struct Checks(Arc<Mutex<Shared>>);

#[derive(Default)]
struct Shared {
    is_closed: bool,
    started: u64,
    /// The last check of each.
    runs: BTreeMap<Whose, Run>,
    /// Which check each page looks at.
    watchers: HashMap<Sid, Whose>,
}

/// A check with its output so far.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Later ones have higher numbers.
    run: u64,
    /// The number of the first line that is still known.
    first: usize,
    lines: Vec<String>,
    /// How it ended, if it has.
    end: Option<End>,
    #[serde(skip)]
    programs: Programs,
}

/// How a check ended.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// The result in a sentence.
    pub says: String,
    /// The whole report, rendered and escaped.
    pub html: String,
    /// The lesson to begin now, when this one is done.
    pub next: Option<u32>,
}

impl Whose {
    /// The room of the pages that look at its check.
    pub fn room(self) -> String {
        match self {
            Whose::Mine => format!("{ROOMS}mine"),
            Whose::Lesson(number) => format!("{ROOMS}lesson-{number:02}"),
        }
    }
}

impl Checks {
    /// Begins a check. One of the same code that still runs is stopped: the code
    /// has changed since.
    pub fn begin(&self, whose: Whose) -> Result<(u64, Programs), Refusal> {
        let mut shared = self.lock();
        if shared.is_closed {
            return Err(Refusal::new("stopping", "the workshop is being stopped"));
        }
        shared.started += 1;
        let run = Run {
            run: shared.started,
            first: 0,
            lines: Vec::new(),
            end: None,
            programs: Programs::in_groups(),
        };
        let begun = (run.run, run.programs.clone());
        let before = shared.runs.insert(whose, run);
        drop(shared);
        if let Some(before) = before {
            before.programs.stop();
        }
        Ok(begun)
    }

    /// Stores lines of a check, and returns the number of the first one; `None` when
    /// another check has replaced it.
    pub fn keep(&self, whose: Whose, number: u64, lines: &[String]) -> Option<usize> {
        let mut shared = self.lock();
        let run = shared.runs.get_mut(&whose);
        let run = run.filter(|run| run.run == number)?;
        let first = run.first + run.lines.len();
        run.lines.extend_from_slice(lines);
        let surplus = run.lines.len().saturating_sub(KEPT_LINES);
        run.lines.drain(..surplus);
        run.first += surplus;
        Some(first)
    }

    /// Records how a check ended; false when another check has replaced it.
    pub fn end(&self, whose: Whose, number: u64, end: &End) -> bool {
        let mut shared = self.lock();
        let run = shared.runs.get_mut(&whose);
        let Some(run) = run.filter(|run| run.run == number) else {
            return false;
        };
        run.end = Some(end.clone());
        true
    }

    /// Records that a page shows this check from now on; returns its output so far.
    pub fn watch(&self, page: Sid, whose: Whose) -> Option<Run> {
        let mut shared = self.lock();
        let before = shared.watchers.insert(page, whose);
        let run = shared.runs.get(&whose).cloned();
        drop(shared);
        if let Some(before) = before {
            self.stop_unwatched(before);
        }
        run
    }

    /// Removes a closed page. A check that no other page shows is stopped.
    pub fn leave(&self, page: Sid) {
        let before = self.lock().watchers.remove(&page);
        if let Some(before) = before {
            self.stop_unwatched(before);
        }
    }

    /// Stops the check of this code, if it runs.
    pub fn stop(&self, whose: Whose) {
        let programs = self.lock().runs.get(&whose).map(|run| run.programs.clone());
        if let Some(programs) = programs {
            programs.stop();
        }
    }

    /// Stops all checks, and lets none begin any more.
    pub fn close(&self) {
        let runs = {
            let mut shared = self.lock();
            shared.is_closed = true;
            std::mem::take(&mut shared.runs)
        };
        for run in runs.into_values() {
            run.programs.stop();
        }
    }

    fn stop_unwatched(&self, whose: Whose) {
        let is_watched = self.lock().watchers.values().any(|other| *other == whose);
        if !is_watched {
            self.stop(whose);
        }
    }

    // A std mutex: nothing is awaited, and no program waited for, while it is held.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
