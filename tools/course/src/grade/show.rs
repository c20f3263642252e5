//! What people see while submissions are graded, and in the end.

use std::{path::Path, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

use super::result::{Batch, Grade, Status};

/// On the error stream: a bar with an estimate in a terminal, else a line each.
pub struct Progress(ProgressBar);

impl Progress {
    /// For so many submissions.
    pub fn new(count: usize) -> Progress {
        let bar = ProgressBar::new(count as u64);
        // The template is a constant.
        #[allow(clippy::expect_used)]
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len}, {eta} to go  {msg}")
            .expect("it is a template");
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(500));
        Progress(bar)
    }

    /// A submission is ready.
    pub fn add(&self, grade: &Grade) {
        self.0.inc(1);
        self.0.set_message(grade.name.clone());
        if self.0.is_hidden() {
            let (done, all) = (self.0.position(), self.0.length().unwrap_or_default());
            anstream::eprintln!("{done} of {all}: {}", line(grade));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What happens first, and what does not hold on this system.
pub fn begin(warning: Option<&str>) {
    if let Some(warning) = warning {
        anstream::eprintln!("warning: {warning}");
    }
    anstream::eprintln!("Building the lesson, its tests and its dependencies");
}

/// Every grade in a line, and where the reports are.
pub fn end(batch: &Batch, took: Duration, out: &Path) {
    for grade in &batch.submissions {
        anstream::println!("{}", line(grade));
    }
    let count = batch.submissions.len();
    let seconds = took.as_secs_f64();
    let rate = count as f64 * 60.0 / seconds.max(0.001);
    anstream::println!(
        "\n{count} submissions in {seconds:.1} s, {rate:.0} a minute. Open {}",
        out.join(super::report::INDEX).display()
    );
}

fn line(grade: &Grade) -> String {
    let Grade { name, points, .. } = grade;
    let unit = if *points == 1 { "point" } else { "points" };
    match (&grade.reason, grade.status) {
        (Some(reason), status) if status != Status::Passed => {
            format!("{name}: {points} {unit}; {}", printable(reason))
        }
        _ => format!("{name}: {points} {unit}"),
    }
}

/// A submission must not control the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
