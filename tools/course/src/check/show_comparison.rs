//! Prints a comparison of two texts, line by line.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::comparison::{Comparison, Line, Mark};

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const PLAIN: Style = Style::new();
/// How many lines of a long comparison are shown before and after the first
/// difference.
const BEFORE: usize = 8;
const AFTER: usize = 14;
/// How many characters of the rest of a line are quoted.
const QUOTED: usize = 24;

/// Prints the lines around the first difference, or all of them.
pub fn show_comparison(
    out: &mut impl Write,
    compared: &Comparison,
    in_full: bool,
) -> io::Result<()> {
    let first = compared.first.unwrap_or(0);
    let (start, end) = match in_full {
        true => (0, compared.lines.len()),
        false => (
            start_of_step(&compared.lines, first),
            compared.lines.len().min(first + AFTER),
        ),
    };
    if start > 0 {
        writeln!(out, "  (the {start} lines before are as expected)")?;
    }
    for (index, line) in compared.lines.iter().enumerate().take(end).skip(start) {
        show_line(out, line)?;
        if index == first + 1 {
            show_column(out, compared)?;
        }
    }
    match compared.lines.len() - end {
        0 => Ok(()),
        more => writeln!(out, "  (and {more} more lines)"),
    }
}

/// The index of the heading above the first difference, if it is near; otherwise a line
/// shortly before the difference.
fn start_of_step(lines: &[Line], first: usize) -> usize {
    let nearest = first.saturating_sub(BEFORE);
    let before = lines[nearest..first].iter();
    let step = before
        .clone()
        .rposition(|line| line.text.starts_with("== "));
    step.map_or(first.saturating_sub(BEFORE / 2), |step| nearest + step)
}

fn show_line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    let (word, style) = match line.mark {
        Mark::Same => ("", PLAIN),
        Mark::Expected => ("expected", GREEN),
        Mark::Received => ("received", RED),
        Mark::Missing => ("missing", GREEN),
        Mark::Extra => ("unexpected", RED),
    };
    let text = format!("  {word:<10}  {}", line.text);
    writeln!(out, "{style}{}{style:#}", text.trim_end())
}

fn show_column(out: &mut impl Write, compared: &Comparison) -> io::Result<()> {
    let (Some(first), Some(column)) = (compared.first, compared.column) else {
        return Ok(());
    };
    let [expected, received] = [first, first + 1].map(|index| rest(&compared.lines[index], column));
    let at = column + 1;
    let text = format!("first difference at column {at}: expected {expected}, received {received}");
    writeln!(out, "  {:<10}  {BOLD}{text}{BOLD:#}", "")
}

/// The rest of the line, shortened.
fn rest(line: &Line, column: usize) -> String {
    let rest: String = line.text.chars().skip(column).take(QUOTED).collect();
    let is_cut = line.text.chars().count() > column + QUOTED;
    match (rest.is_empty(), is_cut) {
        (true, _) => "the end of the line".to_owned(),
        (_, true) => format!("`{rest}…`"),
        _ => format!("`{rest}`"),
    }
}
