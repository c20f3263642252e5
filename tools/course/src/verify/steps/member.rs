//! A step's state as a crate with the lesson's tests.

use std::path::Path;

use anyhow::Result;

use super::Part;
use crate::{
    files,
    lessons::Names,
    steps::{Moment, state::State},
    verify::scratch::{Member, add_tests},
};

/// A state that is built and tested.
pub struct Built<'a> {
    /// The lesson.
    pub part: &'a Part<'a>,
    /// The chat at that moment.
    pub state: &'a State,
}

impl Member for Built<'_> {
    /// `steps-04-2`
    fn name(&self) -> String {
        let moment = match self.state.moment {
            Moment::Start => "0".to_owned(),
            Moment::Step(number) => number.to_string(),
            Moment::Turn => "turn".to_owned(),
        };
        format!("steps-{:02}-{moment}", self.part.lesson.number)
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
