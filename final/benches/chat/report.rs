//! Medians, and a table of them.

use std::fmt;

/// Pairs of results, in the order in which they were added.
#[derive(Debug)]
pub struct Report {
    columns: [&'static str; 2],
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    first: Option<f64>,
    second: Option<f64>,
    ratio: Option<f64>,
}

impl Report {
    /// No results yet, with the names of what is compared.
    pub fn new(columns: [&'static str; 2]) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a pair of results. The ratio tells how many times the first is of the second; in a
    /// report of growth, the other way round.
    pub fn add(&mut self, what: &str, first: Option<f64>, second: Option<f64>) {
        let [one, other] = [first, second].map(format_number);
        println!("{what}: {one}, {other}");
        let pair = first.zip(second);
        let ratio = match self.columns {
            GROWTH => pair.map(|(first, second)| second / first),
            _ => pair.map(|(first, second)| first / second),
        };
        self.rows.push(Row {
            what: what.to_owned(),
            first,
            second,
            ratio,
        });
    }
}

/// The columns of a report of growth.
pub const GROWTH: [&str; 2] = ["small", "large"];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.columns;
        writeln!(f, "\n{:52}{first:>12}{second:>12}{:>8}", "median", "ratio")?;
        for row in &self.rows {
            let numbers = [row.first, row.second, row.ratio];
            let [first, second, ratio] = numbers.map(format_number);
            writeln!(f, "{:52}{first:>12}{second:>12}{ratio:>8}", row.what)?;
        }
        Ok(())
    }
}

/// The value in the middle. None if there are no values.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn format_number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) => format!("{value:.2}"),
    }
}
