//! A step's state as a crate with the lesson's tests.

use std::path::Path;

use anyhow::Result;

use super::Part;
use crate::verify::scratch::{Member, add_tests};
use course::{files, lessons::Names, steps::state::State};

/// A state that is built and tested.
pub struct Built<'a> {
    /// The lesson.
    pub part: &'a Part<'a>,
    /// The chat at a moment of the lesson.
    pub state: &'a State,
    /// `0` at the start, `2` after step 2, `turn-1` with a solution of the turn.
    pub label: String,
    /// The place of the moment on a page.
    pub place: String,
}

impl Member for Built<'_> {
    /// `steps-04-2`
    fn name(&self) -> String {
        format!("steps-{:02}-{}", self.part.lesson.number, self.label)
    }

    fn write(&self, folder: &Path) -> Result<()> {
        let names = Names::of_package(&self.name());
        for (path, text) in &self.state.files {
            let text = Names::neutral().replaced(text, &names);
            files::write(&folder.join(path), text)?;
        }
        add_tests(self.part.lesson, folder, &names)
    }
}
