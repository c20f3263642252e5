//! Builds the tests of the student's chat.

use std::{
    collections::HashSet,
    io::{BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use anyhow::{Context, Result};
use regex::Regex;

use super::{Hear, Heard, output::Kept};
use crate::{
    cargo::{
        cargo,
        messages::{Artifact, Diagnostic, Message},
    },
    programs::Programs,
};

/// A test program.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// The name of its cargo target: `chat` for `tests/main.rs`, or the library's name.
    pub target: String,
    /// The path of the executable.
    pub path: PathBuf,
}

impl Program {
    /// A test's name as the lesson pages write it. A test outside all modules gets the
    /// program's name as its module.
    pub fn test_name(&self, function: &str) -> String {
        match function.contains("::") {
            true => function.to_owned(),
            false => format!("{}::{function}", self.target),
        }
    }
}

/// A file that cargo built from the crate.
pub struct Made {
    /// The path of the file.
    pub file: PathBuf,
    /// Whether it was built only for tests.
    pub is_test: bool,
    /// Whether it is the chat's own program.
    pub is_program: bool,
}

/// The result of a build.
pub enum Build {
    /// All test programs, by name.
    Programs(Vec<Program>),
    /// Something does not compile: the error output.
    Broken(String),
}

/// Builds every test program of the crate in `folder`.
pub fn build(folder: &Path, colours: bool, programs: &Programs, hear: Hear) -> Result<Build> {
    build_noted(folder, colours, programs, hear).map(|(build, _)| build)
}

/// Builds one test program of the crate in `folder`.
pub fn build_test(
    folder: &Path,
    name: &str,
    colours: bool,
    programs: &Programs,
    hear: Hear,
) -> Result<Build> {
    let mut command = command(folder, colours);
    command.args(["--test", name]);
    run(command, folder, programs, hear).map(|(build, _)| build)
}

/// Builds every test program of the crate in `folder`. Also returns the crate's files that
/// cargo built or found up to date.
pub fn build_noted(
    folder: &Path,
    colours: bool,
    programs: &Programs,
    hear: Hear,
) -> Result<(Build, Vec<Made>)> {
    run(command(folder, colours), folder, programs, hear)
}

fn run(
    command: Command,
    folder: &Path,
    programs: &Programs,
    hear: Hear,
) -> Result<(Build, Vec<Made>)> {
    let child = programs.spawn(command);
    let child = child.context("cargo cannot be run")?;
    let messages = child.stdout().context("cargo has no output")?;
    let said = child.stderr().context("cargo has no error stream")?;
    let (sender, heard) = mpsc::channel();
    // Both streams are read at once: cargo blocks when one of them is full.
    read_lines(messages, sender.clone(), Line::Message);
    read_lines(said, sender, Line::Said);
    let mut progress = Progress::new(folder)?;
    for line in heard {
        progress.note(line, hear);
    }
    let is_built = child.wait()?.success();
    Ok(progress.end(is_built))
}

/// A line of cargo's output.
enum Line {
    /// A line of JSON from stdout.
    Message(String),
    /// Text from stderr.
    Said(String),
}

/// Cargo's output so far.
struct Progress {
    manifest: PathBuf,
    /// Matches the lines that show what cargo is doing right now.
    status: Regex,
    programs: Vec<Program>,
    made: Vec<Made>,
    /// The diagnostics so far. The library's come twice: also for its unit tests.
    known: HashSet<String>,
    errors: Kept,
    /// Errors from cargo itself.
    complaint: Kept,
}

impl Progress {
    fn new(folder: &Path) -> Result<Progress> {
        Ok(Progress {
            manifest: folder.join("Cargo.toml"),
            status: Regex::new(r"^ *(?:[A-Z][a-z]+ing|Downloaded|Finished|Executable) ")?,
            programs: Vec::new(),
            made: Vec::new(),
            known: HashSet::new(),
            errors: Kept::default(),
            complaint: Kept::default(),
        })
    }

    fn note(&mut self, line: Line, hear: Hear) {
        match line {
            Line::Said(line) => self.note_words(&line, hear),
            Line::Message(line) => match Message::read(&line) {
                Message::CompilerArtifact(artifact) => self.note_artifact(artifact),
                Message::CompilerMessage(complaint) => {
                    self.note_diagnostic(&complaint.message, hear);
                }
                Message::Other => {}
            },
        }
    }

    fn note_words(&mut self, line: &str, hear: Hear) {
        if self
            .status
            .is_match(&anstream::adapter::strip_str(line).to_string())
        {
            return hear(Heard::Doing(line));
        }
        hear(Heard::Complaint(line));
        self.complaint.push(format!("{line}\n").as_bytes());
    }

    fn note_diagnostic(&mut self, diagnostic: &Diagnostic, hear: Hear) {
        let Some(rendered) = &diagnostic.rendered else {
            return;
        };
        if diagnostic.is_summary() || !self.known.insert(rendered.clone()) {
            return;
        }
        for line in rendered.lines() {
            hear(Heard::Complaint(line));
        }
        if diagnostic.is_error() {
            self.errors.push(format!("{rendered}\n").as_bytes());
        }
    }

    fn note_artifact(&mut self, artifact: Artifact) {
        if artifact.manifest_path != self.manifest {
            return;
        }
        let is_test = artifact.profile.test;
        let program = artifact.executable;
        self.made
            .extend(artifact.filenames.into_iter().map(|file| Made {
                is_test,
                is_program: !is_test && program.as_ref() == Some(&file),
                file,
            }));
        if let (true, Some(path)) = (is_test, program) {
            self.programs.push(Program {
                target: artifact.target.name,
                path,
            });
        }
    }

    fn end(mut self, is_built: bool) -> (Build, Vec<Made>) {
        self.programs.sort();
        let errors = self.errors.text();
        let build = match (is_built, errors.is_empty()) {
            (true, _) => Build::Programs(self.programs),
            (false, true) => Build::Broken(self.complaint.text()),
            (false, false) => Build::Broken(errors),
        };
        (build, self.made)
    }
}

fn read_lines(
    stream: impl Read + Send + 'static,
    sender: mpsc::Sender<Line>,
    kind: fn(String) -> Line,
) {
    thread::spawn(move || {
        let mut line = Vec::new();
        for byte in BufReader::new(stream).bytes().map_while(Result::ok) {
            // Cargo ends its progress line, which it rewrites, with `\r`.
            if byte != b'\n' && byte != b'\r' {
                line.push(byte);
                continue;
            }
            let text = String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned();
            // If the build was stopped, nothing receives the lines any more.
            if !text.is_empty() && sender.send(kind(text)).is_err() {
                return;
            }
        }
    });
}

fn command(folder: &Path, colours: bool) -> Command {
    let mut command = cargo();
    let messages = match colours {
        true => "--message-format=json-diagnostic-rendered-ansi",
        false => "--message-format=json",
    };
    command
        .args(["test", "--no-run", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg(messages)
        .env("CARGO_TERM_COLOR", if colours { "always" } else { "never" })
        // A progress bar is only useful in a terminal.
        .env(
            "CARGO_TERM_PROGRESS_WHEN",
            if colours { "always" } else { "never" },
        )
        .env("CARGO_TERM_PROGRESS_WIDTH", "80")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
