//! Progress and results in the terminal.

use std::{cell::Cell, path::Path, time::Duration};

use course::check::Heard;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    result::{Batch, Grade, Status},
    summary::Summary,
};

/// Progress on stderr: a bar with an estimate in a terminal, otherwise a line for each
/// submission.
pub struct Progress(ProgressBar);

impl Progress {
    /// The progress of grading `count` submissions.
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

    /// Shows that a submission was graded.
    pub fn add(&self, grade: &Grade) {
        self.0.inc(1);
        self.0.set_message(printable(&grade.who.name));
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

/// Progress of a build before the first submission is graded, on stderr: a spinner in a
/// terminal, otherwise a line for every tenth.
pub struct Building {
    bar: ProgressBar,
    tenths: Cell<u64>,
}

impl Building {
    /// Prints what is being built.
    pub fn begin(what: &str) -> Building {
        anstream::eprintln!("Building {what}");
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(500));
        Building {
            bar,
            tenths: Cell::new(0),
        }
    }

    /// Shows the lines of cargo's progress.
    pub fn hear(&self) -> impl FnMut(Heard) {
        |heard| {
            if let Heard::Doing(line) = heard {
                self.bar.set_message(line.trim().to_owned());
            }
        }
    }

    /// Shows the number of crates that are built.
    pub fn is_at(&self, done: u64, all: u64) {
        let words = format!("{done} of {all} crates");
        self.bar.set_message(words.clone());
        let tenths = done * 10 / all.max(1);
        if self.bar.is_hidden() && tenths > self.tenths.get() {
            anstream::eprintln!("  {words}");
            self.tenths.set(tenths);
        }
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Prints a warning, if there is one.
pub fn warn(warning: Option<&str>) {
    if let Some(warning) = warning {
        anstream::eprintln!("warning: {warning}");
    }
}

/// Prints a line for each grade, a summary of the class, and the reports' path.
pub fn end(batch: &Batch, graded: usize, took: Duration, out: &Path) {
    for grade in &batch.submissions {
        anstream::println!("{}", line(grade));
    }
    if let Some(summary) = Summary::of(batch) {
        show_class(&summary, batch.of);
    }
    let noun = match graded {
        1 => "submission",
        _ => "submissions",
    };
    let seconds = took.as_secs_f64();
    let rate = graded as f64 * 60.0 / seconds.max(0.001);
    anstream::println!(
        "{graded} {noun} in {seconds:.1} s, {rate:.0} a minute. Open {}",
        out.join(super::report::INDEX).display()
    );
}

fn show_class(summary: &Summary, of: u32) {
    let Summary {
        mean,
        lowest,
        median,
        highest,
        ..
    } = summary;
    anstream::println!(
        "\nMean {mean:.1} of {of} points; lowest {lowest}, median {median}, highest {highest}."
    );
    if let Some(first) = summary.failing.first() {
        anstream::println!(
            "{} fails most often, for {} of {}: {}",
            first.test,
            first.students,
            summary.graded,
            printable(&first.reason)
        );
    }
    if !summary.absent.is_empty() {
        anstream::println!("Absent: {}", printable(&summary.absent.join(", ")));
    }
}

fn line(grade: &Grade) -> String {
    let points = grade.points;
    let name = printable(&grade.who.name);
    let unit = if points == 1 { "point" } else { "points" };
    match (&grade.reason, grade.status) {
        (Some(reason), status) if status != Status::Passed => {
            format!("{name}: {points} {unit}; {}", printable(reason))
        }
        _ => format!("{name}: {points} {unit}"),
    }
}

/// Removes control characters, so that a submission cannot control the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
