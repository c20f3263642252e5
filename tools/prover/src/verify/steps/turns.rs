//! "Your turn" has more than one correct solution: each that is written down in
//! `tools/course/turns/` passes the lesson's tests.
//!
//! `turns/04.md` has a section `## …` for each solution, with blocks like those of the
//! lesson's page. They are applied to the chat as it is after the last step.

use anyhow::Result;

use super::Part;
use crate::verify::Report;
use course::{
    page::Page,
    steps::{
        Moment,
        script::blocks_in,
        state::{State, apply_all},
    },
};

/// From the repository's root.
const FOLDER: &str = "tools/course/turns";
/// How many solutions a lesson has at least, besides that of its page.
const LEAST: usize = 3;

/// A solution of "Your turn" that is written in another way than the page's.
pub struct Solution {
    /// The chat with it.
    pub state: State,
    /// Where its section begins.
    pub place: String,
}

/// Reads the lesson's solutions; reports blocks that do not apply. A course without
/// the folder has none.
pub fn read(part: &Part, report: &mut Report) -> Result<Vec<Solution>> {
    let folder = part.course.root.join(FOLDER);
    let Some(before) = part.replay.before(Moment::Turn) else {
        return Ok(Vec::new());
    };
    if !folder.is_dir() || part.replay.script.turn.is_empty() {
        return Ok(Vec::new());
    }
    let path = folder.join(format!("{:02}.md", part.lesson.number));
    let page = match path.is_file() {
        true => Page::read(&path)?,
        false => Page::default(),
    };
    let mut solutions = Vec::new();
    for (heading, section) in page.parts(0..page.text.len(), 2) {
        let blocks = blocks_in(&page, section);
        let (state, misfits) = apply_all(before.files.clone(), Moment::Turn, &blocks);
        for misfit in misfits {
            let what = format!("{}: {}", misfit.path, misfit.fault);
            let place = part.course.place(&path, misfit.line);
            report.problem(place, what, misfit.fault.to_do());
        }
        let place = part.course.place(&path, heading.line);
        solutions.push(Solution { state, place });
    }
    if solutions.len() < LEAST {
        let what = format!("there are {} solutions", solutions.len());
        let to_do = format!("write {LEAST} at least, each in another way than the page");
        report.problem(part.course.shown(&path), what, to_do);
    }
    Ok(solutions)
}
