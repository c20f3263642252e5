//! Medians, and the table of them.

use std::fmt;

/// What was measured, in the order in which it was added.
#[derive(Debug, Default)]
pub struct Report(Vec<Row>);

#[derive(Debug)]
struct Row {
    what: String,
    ours: Option<f64>,
    theirs: Option<f64>,
}

impl Report {
    /// Adds a pair of figures.
    pub fn add(&mut self, what: &str, ours: Option<f64>, theirs: Option<f64>) {
        let [first, second] = [ours, theirs].map(in_figures);
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
            let [ours, theirs, ratio] = [*ours, *theirs, ratio].map(in_figures);
            writeln!(f, "{what:52}{ours:>12}{theirs:>12}{ratio:>8}")?;
        }
        Ok(())
    }
}

/// The value in the middle; none of none.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn in_figures(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) => format!("{value:.2}"),
    }
}
