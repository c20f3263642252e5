//! Follows a page by machine to show which lines of a block are new, and which step a
//! heading begins.

use std::collections::HashMap;

use anyhow::Result;

use course::{
    lessons::{Course, Lesson},
    page::{Fence, Heading},
    steps::{lay, replay},
};

/// A page that was followed; empty when it cannot be.
#[derive(Default)]
pub struct Followed {
    /// The lines of each block that its file did not have, by the line of its fence.
    new_lines: HashMap<usize, Vec<usize>>,
    /// The steps that change something, by their anchors.
    steps: HashMap<String, u32>,
}

impl Followed {
    /// Follows the lesson's page.
    pub fn of(course: &Course, lesson: &Lesson) -> Result<Followed> {
        if !lay::is_told(lesson)? {
            return Ok(Followed::default());
        }
        let replay = replay(course, lesson)?;
        let edits = replay.states.iter().flat_map(|state| &state.edits);
        let steps = match replay.misfits.is_empty() {
            true => replay.script.steps.as_slice(),
            false => &[],
        };
        Ok(Followed {
            new_lines: edits.map(|edit| (edit.line, edit.new.clone())).collect(),
            steps: steps
                .iter()
                .filter(|step| !step.blocks.is_empty())
                .map(|step| (step.anchor.clone(), step.number))
                .collect(),
        })
    }

    /// The lines of a block that its file did not have, counted from 0; nothing for a
    /// block that is no edit.
    pub fn new_lines(&self, fence: &Fence) -> Option<&[usize]> {
        self.new_lines.get(&fence.line).map(Vec::as_slice)
    }

    /// The number of the step that the heading begins, if the step changes something.
    pub fn step(&self, heading: &Heading) -> Option<u32> {
        self.steps.get(&heading.anchor).copied()
    }
}
