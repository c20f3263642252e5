//! The report as CSV for spreadsheets, with a line for each submission.

use anyhow::{Context, Result};
use csv::{Terminator, WriterBuilder};

use crate::result::Batch;

/// Tells Excel that the text is UTF-8; other programs ignore it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const HEADINGS: [&str; 18] = [
    "name",
    "id",
    "attempt",
    "late",
    "status",
    "points",
    "of",
    "new_passed",
    "new_failed",
    "kept_passed",
    "kept_broken",
    "page_passed",
    "page_failed",
    "lines_differ",
    "build_s",
    "tests_s",
    "file",
    "reason",
];

/// The table, including the headings.
pub fn csv(batch: &Batch) -> Result<String> {
    let mut table = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    table.write_record(HEADINGS)?;
    for grade in &batch.submissions {
        let who = &grade.who;
        table.write_record([
            cell(&who.name),
            cell(who.id.as_deref().unwrap_or_default()),
            number(who.attempt),
            who.lateness().to_owned(),
            grade.status.as_str().to_owned(),
            grade.points.to_string(),
            batch.of.to_string(),
            grade.new.passed.to_string(),
            grade.new.failed.to_string(),
            grade.kept.passed.to_string(),
            grade.kept.failed.to_string(),
            number(grade.on_page().map(|page| page.passed)),
            number(grade.on_page().map(|page| page.failed)),
            number(grade.lines_differ),
            format!("{:.1}", grade.build_seconds),
            format!("{:.1}", grade.test_seconds),
            cell(&who.file),
            cell(grade.reason.as_deref().unwrap_or_default()),
        ])?;
    }
    let bytes = table.into_inner().context("the table cannot be written")?;
    Ok(BYTE_ORDER_MARK.to_owned() + &String::from_utf8(bytes)?)
}

fn number(number: Option<impl ToString>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// The text of a cell. A quote keeps spreadsheets from running text as a formula.
fn cell(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    match text.starts_with(['=', '+', '-', '@', '\t']) {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("Ada\n-1"), "Ada -1");
    }
}
