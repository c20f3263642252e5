//! A line a submission, for spreadsheets.

use anyhow::{Context, Result};
use csv::Writer;

use crate::grade::result::Batch;

/// The table, with a line of headings.
pub fn csv(batch: &Batch) -> Result<String> {
    let mut table = Writer::from_writer(Vec::new());
    table.write_record([
        "name", "status", "points", "of", "passed", "failed", "build_s", "tests_s", "reason",
    ])?;
    for grade in &batch.submissions {
        table.write_record([
            cell(&grade.name),
            grade.status.as_str().to_owned(),
            grade.points.to_string(),
            batch.of.to_string(),
            grade.passed.to_string(),
            grade.failed.to_string(),
            format!("{:.1}", grade.build_seconds),
            format!("{:.1}", grade.test_seconds),
            cell(grade.reason.as_deref().unwrap_or_default()),
        ])?;
    }
    let bytes = table.into_inner().context("the table cannot be written")?;
    Ok(String::from_utf8(bytes)?)
}

/// A spreadsheet takes a cell that begins like this for a formula, and runs it.
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
