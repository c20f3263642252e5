//! Medians, and a table of them.

use std::fmt;

/// Pairs of results, in the order in which they were added.
#[derive(Debug)]
pub struct Report {
    columns: [&'static str; 2],
    /// Whether the ratio tells how many times the second is of the first, and not the other way round.
    is_growth: bool,
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
    /// No results yet, with the names of what is compared: how many times the first is of the second.
    pub fn new(columns: [&'static str; 2]) -> Self {
        Self {
            columns,
            is_growth: false,
            rows: Vec::new(),
        }
    }

    /// The same, for how many times the second is of the first.
    pub fn of_growth(columns: [&'static str; 2]) -> Self {
        Self {
            is_growth: true,
            ..Self::new(columns)
        }
    }

    /// Adds a pair of results.
    pub fn add(&mut self, what: &str, first: Option<f64>, second: Option<f64>) {
        let [one, other] = [first, second].map(format_number);
        println!("{what}: {one}, {other}");
        let pair = first.zip(second);
        let ratio = pair.map(|(first, second)| match self.is_growth {
            true => second / first,
            false => first / second,
        });
        self.rows.push(Row {
            what: what.to_owned(),
            first,
            second,
            ratio,
        });
    }
}

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
