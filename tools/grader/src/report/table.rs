//! The report as a table, with a line for each submission: CSV for programs, and a workbook
//! for Excel and LibreOffice, which would take `007` in a CSV for a number, and in some
//! countries expect semicolons.

use anyhow::{Context, Result};
use csv::{Terminator, WriterBuilder};
use rust_xlsxwriter::{Format, Workbook};

use crate::result::{Batch, Grade};

/// Tells Excel that the text is UTF-8; other programs ignore it.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// A cell of a workbook holds 32,767 units of UTF-16; a character is one or two.
const LONGEST_TEXT: usize = 16_000;
/// How wide a column of the workbook gets at most, in pixels.
const WIDEST: u32 = 600;

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

/// The content of a cell.
enum Cell {
    Text(String),
    Count(u32),
    Seconds(f64),
    Nothing,
}

/// The table as CSV, including the headings.
pub fn csv(batch: &Batch) -> Result<String> {
    let mut table = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    table.write_record(HEADINGS)?;
    for grade in &batch.submissions {
        table.write_record(row(batch, grade)?.iter().map(Cell::plain))?;
    }
    let bytes = table.into_inner().context("the table cannot be written")?;
    Ok(BYTE_ORDER_MARK.to_owned() + &String::from_utf8(bytes)?)
}

/// The table as a workbook (`.xlsx`), including the headings.
pub fn workbook(batch: &Batch) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(format!("Lesson {:02}", batch.lesson))?;
    sheet.write_row_with_format(0, 0, HEADINGS, &Format::new().set_bold())?;
    let seconds = Format::new().set_num_format("0.0");
    for (line, grade) in (1..).zip(&batch.submissions) {
        for (column, cell) in (0..).zip(row(batch, grade)?) {
            match cell {
                Cell::Text(text) => {
                    let text: String = text.chars().take(LONGEST_TEXT).collect();
                    sheet.write_string(line, column, text)?;
                }
                Cell::Count(count) => drop(sheet.write_number(line, column, count)?),
                Cell::Seconds(number) => {
                    sheet.write_number_with_format(line, column, number, &seconds)?;
                }
                Cell::Nothing => {}
            }
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_autofit_max_width(WIDEST).autofit();
    Ok(workbook.save_to_buffer()?)
}

fn row(batch: &Batch, grade: &Grade) -> Result<[Cell; HEADINGS.len()]> {
    let who = &grade.who;
    let page = grade.on_page();
    Ok([
        Cell::text(&who.name),
        Cell::text(who.id.as_deref().unwrap_or_default()),
        who.attempt.map_or(Cell::Nothing, Cell::Count),
        Cell::text(who.lateness()),
        Cell::text(grade.status.as_str()),
        Cell::Count(grade.points),
        Cell::Count(batch.of),
        Cell::count(Some(grade.new.passed))?,
        Cell::count(Some(grade.new.failed))?,
        Cell::count(Some(grade.kept.passed))?,
        Cell::count(Some(grade.kept.failed))?,
        Cell::count(page.map(|page| page.passed))?,
        Cell::count(page.map(|page| page.failed))?,
        Cell::count(grade.lines_differ)?,
        Cell::Seconds(grade.build_seconds),
        Cell::Seconds(grade.test_seconds),
        Cell::text(&who.file),
        Cell::text(grade.reason.as_deref().unwrap_or_default()),
    ])
}

impl Cell {
    fn text(text: &str) -> Cell {
        match text {
            "" => Cell::Nothing,
            _ => Cell::Text(text.replace(['\n', '\r'], " ")),
        }
    }

    fn count(count: Option<usize>) -> Result<Cell> {
        let count = count.map(u32::try_from).transpose()?;
        Ok(count.map_or(Cell::Nothing, Cell::Count))
    }

    /// The cell of a CSV. A quote keeps spreadsheets from running text as a formula.
    fn plain(&self) -> String {
        match self {
            Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t']) => format!("'{text}"),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Seconds(seconds) => format!("{seconds:.1}"),
            Cell::Nothing => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        let plain = |text| Cell::text(text).plain();
        for text in ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx"] {
            assert_eq!(plain(text), format!("'{text}"));
        }
        assert_eq!(plain("Ada\r\n-1"), "Ada  -1");
    }
}
