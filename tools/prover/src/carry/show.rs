//! A carry in words.

use std::{collections::BTreeSet, process::ExitCode};

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use super::{End, Event, Merged, merge::Outcome};

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();

/// Shows an event of a carry.
pub fn event(event: Event) {
    match event {
        Event::Merged(merged) => show_merged(&merged),
        Event::Passed(stage) => {
            anstream::println!("{}: {GREEN}tests pass{GREEN:#}", stage.package());
        }
    }
}

fn show_merged(merged: &Merged) {
    let package = merged.stage.package();
    if merged.outcomes.is_empty() {
        anstream::println!("{package}: nothing to take over");
        return;
    }
    anstream::println!("{package}:");
    for (path, outcome) in &merged.outcomes {
        let words = match outcome {
            Outcome::Nothing => "has it already",
            Outcome::Taken(Some(_)) => "taken over",
            Outcome::Taken(None) => "removed",
            Outcome::Conflict(_) => "both have changed the same lines",
            Outcome::Clash(reason) | Outcome::Foreign(reason) => reason,
        };
        let sign = if outcome.is_open() { "CONFLICT, " } else { "" };
        anstream::println!("  {path}: {sign}{words}");
    }
}

/// Shows how the carry stopped.
pub fn end(end: &End) -> Result<ExitCode> {
    match end {
        End::Done => {
            anstream::println!("The change is carried through. Look at it with `git diff`.");
            return Ok(ExitCode::SUCCESS);
        }
        End::Conflicts(folder, files) => {
            anstream::println!("\n{RED}Stopped{RED:#} in {folder}. Resolve the conflicts in:");
            list(files);
        }
        End::Failed(package, said) => {
            anstream::println!("{}", said.trim_end());
            anstream::println!("\n{RED}Stopped{RED:#}: the tests of {package} fail. Mend them.");
        }
    }
    anstream::println!(
        "\nGo on        cargo course carry --continue\nPut it back  cargo course carry --abort"
    );
    Ok(ExitCode::FAILURE)
}

/// Shows where a carry would conflict.
pub fn conflicts(files: Vec<String>) -> ExitCode {
    if files.is_empty() {
        anstream::println!("It would go through without a conflict. Nothing was changed.");
        return ExitCode::SUCCESS;
    }
    anstream::println!(
        "It would conflict in these files; what comes after them depends on how you \
         resolve them. Nothing was changed."
    );
    list(&files.into_iter().collect());
    ExitCode::FAILURE
}

/// Shows where the files are that were put back.
pub fn aborted(tree: &str) -> Result<ExitCode> {
    anstream::println!(
        "Everything is as before the carry. What it was until now: git show {tree}:PATH"
    );
    Ok(ExitCode::SUCCESS)
}

fn list(files: &BTreeSet<String>) {
    for file in files {
        anstream::println!("  {file}");
    }
}
