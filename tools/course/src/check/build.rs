//! Builds the tests of the student's chat.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, anyhow};
use regex::Regex;
use serde_json::Value;

use super::{Hear, Heard};
use crate::{cargo::cargo, programs::Programs};

/// A test program.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// What cargo calls it: `chat` for `tests/main.rs`, or the library.
    pub target: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Program {
    /// A test's name as pages write it. A test outside of all modules is called
    /// after the program.
    pub fn test_name(&self, function: &str) -> String {
        match function.contains("::") {
            true => function.to_owned(),
            false => format!("{}::{function}", self.target),
        }
    }
}

/// What came of it.
pub enum Build {
    /// All test programs, by name.
    Programs(Vec<Program>),
    /// What cargo said, because something does not compile.
    Broken(String),
}

/// Builds every test program of the crate in `folder`.
pub fn build(folder: &Path, colours: bool, programs: &Programs, hear: Hear) -> Result<Build> {
    let child = programs.spawn(command(folder, colours));
    let child = child.context("cargo cannot be run")?;
    let messages = child.stdout().context("cargo has no output")?;
    let said = child.stderr().context("cargo has no error stream")?;
    // Both at once: cargo stops when nobody reads one of them.
    let reader = thread::spawn(move || test_programs(messages));
    let complaint = complaint(said, hear)?;
    let status = child.wait()?;
    let programs = reader
        .join()
        .map_err(|_| anyhow!("what cargo built cannot be read"))??;
    Ok(match status.success() {
        true => Build::Programs(programs),
        false => Build::Broken(complaint),
    })
}

fn command(folder: &Path, colours: bool) -> Command {
    let mut command = cargo();
    command
        .args(["test", "--no-run", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--message-format=json-render-diagnostics")
        .env("CARGO_TERM_COLOR", if colours { "always" } else { "never" })
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The test programs among the things that cargo built.
fn test_programs(messages: impl Read) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for line in BufReader::new(messages).lines() {
        let message: Value = serde_json::from_str(&line?)?;
        let is_test = message["profile"]["test"] == true;
        if let (true, Some(path)) = (is_test, message["executable"].as_str()) {
            let target = message["target"]["name"].as_str().unwrap_or_default();
            programs.push(Program {
                target: target.to_owned(),
                path: path.into(),
            });
        }
    }
    programs.sort();
    Ok(programs)
}

/// What cargo says, without the lines that tell what it does at the moment.
fn complaint(said: impl Read, hear: Hear) -> Result<String> {
    let status = Regex::new(r"^ *(?:[A-Z][a-z]+ing|Downloaded|Finished|Executable) ")?;
    let mut complaint = String::new();
    for line in BufReader::new(said).lines() {
        let line = line?;
        if status.is_match(&anstream::adapter::strip_str(&line).to_string()) {
            hear(Heard::Doing(&line));
        } else {
            hear(Heard::Complaint(&line));
            complaint.push_str(&line);
            complaint.push('\n');
        }
    }
    Ok(complaint)
}
