//! The table of a page's tests: which step turns which test green.

use anyhow::Result;
use regex::Regex;

use super::script::Moment;
use crate::{lesson_tests::TestName, page::Page};

/// The heading above the table.
pub const SECTION: &str = "The tests";

/// A row of `| step | behaviour | test |`.
pub struct Row {
    /// When its tests turn green; nothing when its first cell cannot be read.
    pub moment: Option<Moment>,
    /// The tests.
    pub tests: Vec<TestName>,
    /// Its line on the page.
    pub line: usize,
}

/// The rows of the page's table; none when it has no column for steps.
pub fn rows(page: &Page) -> Result<Vec<Row>> {
    let name = Regex::new("`([^`]+)`")?;
    let part = page.section(2, SECTION).unwrap_or(0..0);
    let lines = page.lines_in(part).into_iter();
    let mut cells = lines.filter_map(|(line, text)| Some((line, cells_of(text)?)));
    let is_header = |cells: &[&str]| cells.first() == Some(&"step");
    if !cells.any(|(_, cells)| is_header(&cells)) {
        return Ok(Vec::new());
    }
    let rows = cells.skip_while(|(_, cells)| is_rule(cells[0]));
    let row = |(line, cells): (usize, Vec<&str>)| Row {
        moment: moment_of(cells[0]),
        tests: name
            .captures_iter(cells.get(2).copied().unwrap_or_default())
            .filter_map(|found| TestName::parse(&found[1]))
            .collect(),
        line,
    };
    Ok(rows.map(row).collect())
}

/// When the table says that a test turns green.
pub fn moment_in(rows: &[Row], test: &TestName) -> Option<Moment> {
    let mut rows = rows.iter();
    rows.find(|row| row.tests.contains(test))?.moment
}

fn cells_of(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

fn is_rule(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|letter| letter == '-' || letter == ':')
}

fn moment_of(cell: &str) -> Option<Moment> {
    match cell {
        "given" => Some(Moment::Start),
        "turn" => Some(Moment::Turn),
        number => number.parse().ok().map(Moment::Step),
    }
}
