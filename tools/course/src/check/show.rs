//! Prints the report of a check. Every colour or symbol comes with a word, so that nothing
//! is lost without colours or when the report is read aloud.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use super::{
    Heard, Look, Options, Report, Subject, Test, changed,
    failure::Failure,
    show_comparison::show_comparison,
    words::{List, Words},
};
use crate::{install::what_is_kept, lessons::Course};

const BOLD: Style = Style::new().bold();
/// Moves to the beginning of the line and clears it.
const NEW_LINE: &str = "\r\x1b[K";
const GREEN: Style = AnsiColor::Green.on_default();

/// Checks once and shows the report.
pub fn check(course: &Course, options: &Options, look: &Look) -> Result<Report> {
    let report = super::check(course, Subject::Student, options, &mut tell);
    end_progress();
    let report = report?;
    let mut out = anstream::stdout().lock();
    if look.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        show(&mut out, &report)?;
    }
    Ok(report)
}

/// Puts the lesson's tests back and reports it.
pub fn renew(course: &Course, look: &Look) -> Result<()> {
    let kept = changed::renew(course)?;
    if let (Some(name), false) = (kept, look.json) {
        let mut out = anstream::stdout();
        writeln!(out, "The lesson's tests are back.")?;
        write!(out, "{}", what_is_kept(Some(&name)))?;
    }
    Ok(())
}

/// Shows cargo's progress, because the first build takes minutes.
fn tell(heard: Heard) {
    // The output of the compiler and of the tests is part of the report.
    let Heard::Doing(line) = heard else { return };
    let is_end = line.contains("Executable") || line.contains("Finished");
    if !io::stderr().is_terminal() || is_end {
        return;
    }
    // Cargo's progress bar stays in one line; the finished steps scroll away above it.
    let end = if line.contains("Building") { "" } else { "\n" };
    anstream::eprint!("{NEW_LINE}{line}{end}");
}

/// Clears the progress line.
fn end_progress() {
    if io::stderr().is_terminal() {
        anstream::eprint!("{NEW_LINE}");
    }
}

fn show(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let words = Words::of(report);
    writeln!(out, "{BOLD}{}{BOLD:#}\n", words.title)?;
    match &report.compiler {
        Some(said) => show_compiler(out, &words, said)?,
        None => show_tests(out, report, &words)?,
    }
    // Shown after compiler errors too: one missing test file breaks the whole test program.
    for list in &words.warnings {
        show_list(out, list)?;
    }
    show_next(out, &words)
}

fn show_compiler(out: &mut impl Write, words: &Words, said: &str) -> io::Result<()> {
    let (outcome, said) = (&words.outcome, said.trim_end());
    writeln!(out, "{outcome} This is what cargo says:\n\n{said}\n")
}

fn show_tests(out: &mut impl Write, report: &Report, words: &Words) -> io::Result<()> {
    let style = if report.is_passed() {
        GREEN
    } else {
        Style::new()
    };
    writeln!(out, "{style}{}{style:#}\n", words.outcome)?;
    for list in words.passed.iter().chain(&words.failed) {
        show_list(out, list)?;
    }
    // One failure at a time, unless the student asked for certain tests.
    let in_full = report.filter.is_some();
    let shown = if in_full { usize::MAX } else { 1 };
    for test in report.failed().take(shown) {
        show_failure(out, test, in_full)?;
    }
    Ok(())
}

fn show_list(out: &mut impl Write, list: &List) -> io::Result<()> {
    writeln!(out, "{}", list.title)?;
    for item in &list.items {
        writeln!(out, "  - {item}")?;
    }
    if let Some(advice) = list.advice {
        writeln!(out, "{advice}")?;
    }
    writeln!(out)
}

fn show_failure(out: &mut impl Write, test: &Test, in_full: bool) -> io::Result<()> {
    let Some(failure) = &test.failure else {
        return Ok(());
    };
    writeln!(out, "{BOLD}{}{BOLD:#}\n", test.words())?;
    match failure {
        Failure {
            comparison: Some(comparison),
            ..
        } => show_comparison(out, comparison, in_full)?,
        Failure { said, .. } => {
            for line in said.lines() {
                writeln!(out, "  {line}")?;
            }
        }
    }
    writeln!(out)
}

fn show_next(out: &mut impl Write, words: &Words) -> io::Result<()> {
    if let Some(end) = &words.end {
        let gap = if words.next.is_empty() { "" } else { "\n" };
        writeln!(out, "{end}{gap}")?;
    }
    for (word, what) in &words.next {
        writeln!(out, "{word:<8} {what}")?;
    }
    Ok(())
}
