//! The report of a check in words. Every sign has a word beside it, so that
//! nothing is lost without colours, or when it is read aloud.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use super::{
    Look, Options, Report, Test, changed, failure::Failure, show_comparison::show_comparison,
};
use crate::lessons::Course;

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default();

/// Checks once and shows the report.
pub fn check(course: &Course, options: &Options, look: &Look) -> Result<Report> {
    let report = super::check(course, options, &mut tell)?;
    let mut out = anstream::stdout().lock();
    if look.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        show(&mut out, &report)?;
    }
    Ok(report)
}

/// Puts the lesson's tests back and says so.
pub fn renew(course: &Course, look: &Look) -> Result<()> {
    let kept = changed::renew(course)?;
    if let (Some(name), false) = (kept, look.json) {
        let mut out = anstream::stdout();
        writeln!(out, "The lesson's tests are back.")?;
        writeln!(
            out,
            "A copy of your chat before is kept: work/kept/{name}\n"
        )?;
    }
    Ok(())
}

/// The first build takes minutes; who sits in front of it sees that it goes on.
fn tell(line: &str) {
    let is_end = line.contains("Executable") || line.contains("Finished");
    if io::stderr().is_terminal() && !is_end {
        anstream::eprintln!("{line}");
    }
}

fn show(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let (number, title) = (report.lesson, &report.title);
    writeln!(out, "{BOLD}Lesson {number:02}: {title}{BOLD:#}\n")?;
    if let Some(said) = &report.compiler {
        return show_compiler(out, report, said);
    }
    let failed: Vec<&Test> = failed(report).collect();
    show_count(out, report, failed.len())?;
    show_list(
        out,
        "Still missing:",
        failed.iter().filter(|test| test.place.is_some()),
    )?;
    let title = "Not new in this lesson, and failing:";
    show_list(
        out,
        title,
        failed.iter().filter(|test| test.place.is_none()),
    )?;
    // One at a time, unless somebody asks for certain tests.
    let shown = if report.filter.is_some() {
        failed.len()
    } else {
        1
    };
    for test in failed.iter().take(shown) {
        show_failure(out, test, report.filter.is_some())?;
    }
    show_changed(out, report)?;
    show_unlisted(out, report)?;
    show_next(out, report, failed.first().copied())
}

fn failed(report: &Report) -> impl Iterator<Item = &Test> {
    report.tests.iter().filter(|test| test.failure.is_some())
}

fn show_compiler(out: &mut impl Write, report: &Report, said: &str) -> io::Result<()> {
    writeln!(
        out,
        "Your chat does not compile yet. This is what cargo says:\n\n{}\n",
        said.trim_end()
    )?;
    // All tests are one program: a file of theirs that is missing breaks it.
    show_changed(out, report)?;
    show_unlisted(out, report)?;
    writeln!(
        out,
        "Next     repair the first error, then run cargo course check"
    )
}

fn show_count(out: &mut impl Write, report: &Report, failed: usize) -> io::Result<()> {
    let all = report.tests.len();
    match (&report.filter, all, failed) {
        (Some(filter), 0, _) => writeln!(out, "No test has \"{filter}\" in its name.\n"),
        (None, 0, _) => writeln!(out, "There are no tests.\n"),
        (_, 1, 0) => writeln!(out, "{GREEN}The test passes.{GREEN:#}\n"),
        (_, _, 0) => writeln!(out, "{GREEN}All {all} tests pass.{GREEN:#}\n"),
        (_, 1, _) => writeln!(out, "The test fails.\n"),
        _ => writeln!(out, "{} of {all} tests pass.\n", all - failed),
    }
}

fn show_list<'a>(
    out: &mut impl Write,
    title: &str,
    tests: impl Iterator<Item = &'a &'a Test>,
) -> io::Result<()> {
    let mut tests = tests.peekable();
    if tests.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "{title}")?;
    for test in tests {
        writeln!(out, "  - {}", test.words())?;
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

fn show_changed(out: &mut impl Write, report: &Report) -> io::Result<()> {
    if report.changed.is_empty() {
        return Ok(());
    }
    writeln!(out, "These tests are not as the lesson has them:")?;
    for changed in &report.changed {
        let how = if changed.is_missing {
            "missing"
        } else {
            "changed"
        };
        writeln!(out, "  - {} ({how})", changed.path)?;
    }
    writeln!(
        out,
        "cargo course check --renew-tests puts the lesson's back, and keeps a copy of yours.\n"
    )
}

fn show_unlisted(out: &mut impl Write, report: &Report) -> io::Result<()> {
    if report.unlisted.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "tests/main.rs does not name these, so they do not run:"
    )?;
    for file in &report.unlisted {
        writeln!(out, "  - tests/{file}.rs (add the line `mod {file};`)")?;
    }
    writeln!(out)
}

fn show_next(out: &mut impl Write, report: &Report, failed: Option<&Test>) -> io::Result<()> {
    let number = report.lesson;
    if let Some(test) = failed {
        writeln!(out, "Read     {}", report.page)?;
        if test.is_turn {
            writeln!(
                out,
                "Hint     cargo course hint (this test is \"Your turn\")"
            )?;
        }
        let name = test.name.rsplit("::").next().unwrap_or_default();
        return writeln!(
            out,
            "Again    cargo course check, or cargo course check {name}"
        );
    }
    match (report.is_done, report.next) {
        (true, Some(next)) => writeln!(
            out,
            "Lesson {number:02} is done.\n\nNext     cargo course start {next}"
        ),
        (true, None) => writeln!(out, "Lesson {number:02} is done, and it was the last one."),
        (false, _) if report.filter.is_some() => writeln!(out, "Next     cargo course check"),
        _ => writeln!(out, "So lesson {number:02} does not count as done yet."),
    }
}
