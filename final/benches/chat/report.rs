//! Medians, and a table of them.

use std::fmt;

/// The results, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Report(Vec<Row>);

#[derive(Debug)]
struct Row {
    what: String,
    ours: Option<f64>,
    theirs: Option<f64>,
}

impl Report {
    /// Adds the results of both servers.
    pub fn add(&mut self, what: &str, ours: Option<f64>, theirs: Option<f64>) {
        let [first, second] = [ours, theirs].map(format_number);
        println!("{what}: {first}, {second}");
        self.0.push(Row {
            what: what.to_owned(),
            ours,
            theirs,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:52}{:>12}{:>12}{:>8}",
            "median", "Make Chat", "Node", "ratio"
        )?;
        for Row { what, ours, theirs } in &self.0 {
            let ratio = ours.zip(*theirs).map(|(ours, theirs)| ours / theirs);
            let [ours, theirs, ratio] = [*ours, *theirs, ratio].map(format_number);
            writeln!(f, "{what:52}{ours:>12}{theirs:>12}{ratio:>8}")?;
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
