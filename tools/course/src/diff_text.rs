//! The difference between two stages, or the changes of a step, in the terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::{
    diff::{self, FileDiff, LEFT_OUT, StageDiff, StepDiff},
    line_diff::Change,
};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const CYAN: Style = AnsiColor::Cyan.on_default();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// Prints the difference between two stages.
pub fn show_stages(out: &mut impl Write, diff: &StageDiff) -> io::Result<()> {
    let (from, to) = (&diff.from.names.folder, &diff.to.names.folder);
    show(out, &format!("{from} → {to}"), &diff.files)?;
    writeln!(out, "{FAINT}{LEFT_OUT}{FAINT:#}")
}

/// Prints the changes of a step.
pub fn show_step(out: &mut impl Write, diff: &StepDiff) -> io::Result<()> {
    let (folder, step, title) = (&diff.lesson.names.folder, diff.step, &diff.title);
    show(out, &format!("{folder}, step {step}: {title}"), &diff.files)
}

fn show(out: &mut impl Write, title: &str, files: &[FileDiff]) -> io::Result<()> {
    for file in files {
        show_file(out, file)?;
    }
    writeln!(out, "{BOLD}{title}{BOLD:#}")?;
    for file in files {
        let counts = counts(file.added(), file.removed());
        writeln!(out, "  {counts} {}", file.title())?;
    }
    let total = counts(diff::added(files), diff::removed(files));
    let number = files.len();
    let noun = if number == 1 { "file" } else { "files" };
    writeln!(out, "  {total} in {number} {noun}")
}

fn show_file(out: &mut impl Write, file: &FileDiff) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}", file.title())?;
    for hunk in &file.hunks {
        writeln!(out, "{CYAN}{}{CYAN:#}", hunk.header)?;
        for (change, line) in &hunk.lines {
            match change {
                Change::Kept => writeln!(out, " {line}")?,
                Change::Removed => writeln!(out, "{RED}-{line}{RED:#}")?,
                Change::Added => writeln!(out, "{GREEN}+{line}{GREEN:#}")?,
            }
        }
    }
    writeln!(out)
}

fn counts(added: usize, removed: usize) -> String {
    format!("{GREEN}+{added}{GREEN:#} {RED}−{removed}{RED:#}")
}
