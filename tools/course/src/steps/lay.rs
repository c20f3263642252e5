//! Writing the chat of a moment into a student's folder.

use std::path::Path;

use anyhow::{Result, bail};

use super::{
    script::{Moment, Script},
    state::{Replay, replay},
    table,
};
use crate::{
    files,
    lessons::{Course, Lesson, Names},
    work::Work,
};

/// Whether the lesson's page can be followed by machine: it has blocks, and says
/// which step turns which test green.
pub fn is_told(lesson: &Lesson) -> Result<bool> {
    if !lesson.page().is_file() {
        return Ok(false);
    }
    let script = Script::read(lesson)?;
    let mut blocks = script.moments().flat_map(|(_, blocks)| blocks);
    Ok(blocks.next().is_some() && !table::rows(&script.page)?.is_empty())
}

/// The lesson's page, followed up to a moment, if that can be done.
pub fn followed(course: &Course, lesson: &Lesson, moment: Moment) -> Result<Replay> {
    let number = lesson.number;
    if !is_told(lesson)? {
        bail!("the page of lesson {number:02} does not show its code step by step");
    }
    let replay = replay(course, lesson)?;
    if replay.state(moment).is_none() {
        let steps = replay.script.steps.len();
        bail!("lesson {number:02} has no {moment}; its steps are 1 to {steps}");
    }
    if let Some(misfit) = replay.misfits.iter().find(|misfit| misfit.moment <= moment) {
        let place = course.place(&lesson.page(), misfit.line);
        bail!("{place}: the code cannot be followed: {}", misfit.fault);
    }
    Ok(replay)
}

/// Writes the chat of that moment, with the lesson's tests, under the names of a
/// student's crate.
pub fn lay(course: &Course, lesson: &Lesson, moment: Moment, folder: &Path) -> Result<()> {
    let replay = followed(course, lesson, moment)?;
    let (neutral, mine) = (Names::neutral(), Work::names());
    for (path, text) in replay
        .state(moment)
        .into_iter()
        .flat_map(|state| &state.files)
    {
        files::write(&folder.join(path), neutral.replaced(text, &mine))?;
    }
    let is_test = |file: &str| file.starts_with("tests/");
    files::copy_renamed((&lesson.path, &lesson.names), (folder, &mine), is_test)
}
