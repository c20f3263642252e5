//! The place where each block went, for the author of a page.

use super::Part;
use crate::verify::Report;
use course::steps::state::Edit;

/// Notes each block with its place.
pub fn blocks(part: &Part, report: &mut Report) {
    for state in &part.replay.states {
        for edit in &state.edits {
            report.note(format!("{}: {}", state.moment, line(edit)));
        }
    }
}

fn line(edit: &Edit) -> String {
    let Edit {
        path,
        line,
        shown,
        new,
        place,
    } = edit;
    let what = match new.len() {
        0 => "changes nothing, or removes lines".to_owned(),
        new => format!("{new} new of {shown} lines"),
    };
    format!("README.md:{line} → {path} {place}, {what}")
}
