//! Finds steps that no test of the lesson sees, because they are about the page in a browser
//! or prepare a later step. The chat's files tell whether the student has begun them.

use std::{collections::BTreeSet, path::Path};

use anyhow::Result;

use super::report::Target;
use crate::{
    files,
    lessons::{Course, Names},
    steps::{self, Moment, lay, state::State, table},
    work::Work,
};

/// A step counts as begun when a third of its lines are there: a student may have written
/// the others differently.
const ONE_IN: usize = 3;

/// The numbers of the steps without a test of their own that were not begun.
pub fn find(course: &Course, target: &Target) -> Result<Vec<u32>> {
    if !target.is_student || !lay::is_told(target.lesson)? {
        return Ok(Vec::new());
    }
    let replay = steps::replay(course, target.lesson)?;
    let rows = table::rows(&replay.script.page)?;
    let is_seen = |moment| {
        let mut rows = rows.iter().filter(|row| !row.tests.is_empty());
        rows.any(|row| row.moment == Some(moment))
    };
    let mut open = Vec::new();
    for step in &replay.script.steps {
        let moment = Moment::Step(step.number);
        let states = replay.before(moment).zip(replay.state(moment));
        if let Some((before, after)) = states.filter(|_| !is_seen(moment))
            && !is_begun(before, after, &target.folder)?
        {
            open.push(step.number);
        }
    }
    Ok(open)
}

fn is_begun(before: &State, after: &State, chat: &Path) -> Result<bool> {
    let (mut wanted, mut there) = (0, 0);
    for (path, text) in &after.files {
        let old = before.files.get(path).map_or("", String::as_str);
        let [old, text] = [old, text].map(|text| Names::neutral().replaced(text, &Work::names()));
        let old = lines(&old);
        let new: BTreeSet<&str> = lines(&text).difference(&old).copied().collect();
        if new.is_empty() {
            continue;
        }
        let own = files::text_or_empty(&chat.join(path))?;
        wanted += new.len();
        there += new.intersection(&lines(&own)).count();
    }
    Ok(there * ONE_IN >= wanted)
}

/// The lines without indentation. Lines of braces alone are left out: every file has them.
fn lines(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .collect()
}
