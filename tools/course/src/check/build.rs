//! Builds the tests of the student's chat.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use regex::Regex;

use super::{Hear, Heard, output::Kept};
use crate::{
    cargo::{
        cargo,
        messages::{Artifact, Diagnostic, Message},
    },
    limits::Limits,
    programs::Programs,
};

/// The memory that a program of a build may use, in MiB: several times as much as the
/// compiler needs for a lesson.
const MEMORY: u64 = 4096;
/// The size of the largest file that it may write, in MiB.
const LARGEST_FILE: u64 = 1024;
/// It may compute for this part of the build's time.
const PARTS: u64 = 6;
/// How cargo names the signals for too much processor time and for too large a file: with
/// the numbers that they have on Linux and macOS.
const OUT_OF_TIME: &str = "(signal: 24";
const OUT_OF_SPACE: &str = "(signal: 25";
/// The most bytes of a line of output that are kept: a macro may print without an end.
const LONGEST_LINE: usize = 1024 * 1024;
/// The words of Rust, LLVM and the linker when there is no memory left.
const OUT_OF_MEMORY: [&str; 3] = [
    "memory allocation of ",
    "out of memory",
    "Cannot allocate memory",
];

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

/// The crate to build, and how to build it.
pub struct Plan<'a> {
    /// The crate's folder.
    pub folder: &'a Path,
    /// The only test program to build; all of them if it is `None`.
    pub test: Option<&'a str>,
    /// How long the build may take. A build with a time limit is limited in its use of
    /// memory, processor time and disk, too: a student's macros, constants and build script
    /// run while it is compiled.
    pub limit: Option<Duration>,
    /// Whether cargo's output has colours.
    pub colours: bool,
    /// How to start cargo.
    pub programs: &'a Programs,
}

/// Builds every test program of the crate in `folder`, without limits.
pub fn build(folder: &Path, colours: bool, programs: &Programs, hear: Hear) -> Result<Build> {
    let plan = Plan {
        folder,
        test: None,
        limit: None,
        colours,
        programs,
    };
    plan.build(hear).map(|(build, _)| build)
}

impl Plan<'_> {
    /// Builds. Also returns the crate's files that cargo built or found up to date.
    pub fn build(&self, hear: Hear) -> Result<(Build, Vec<Made>)> {
        let child = self.programs.spawn(self.command()?);
        let child = child.context("cargo cannot be run")?;
        let messages = child.stdout().context("cargo has no output")?;
        let said = child.stderr().context("cargo has no error stream")?;
        let (sender, heard) = mpsc::channel();
        // Both streams are read at once: cargo blocks when one of them is full.
        read_lines(messages, sender.clone(), Line::Message);
        read_lines(said, sender, Line::Said);
        let mut progress = Progress::new(self.folder)?;
        let deadline = self.limit.map(|limit| Instant::now() + limit);
        loop {
            match next_line(&heard, deadline) {
                Ok(line) => progress.note(line, hear),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    child.stop();
                    progress.stopped_after(self.limit.unwrap_or_default());
                    return Ok(progress.end(false));
                }
            }
        }
        let is_built = child.wait()?.success();
        Ok(progress.end(is_built))
    }

    fn command(&self) -> Result<Command> {
        let cargo = cargo();
        let mut command = match self.limit {
            Some(limit) => limited(&cargo, limit)?,
            None => cargo,
        };
        let (colours, format) = match self.colours {
            true => ("always", "--message-format=json-diagnostic-rendered-ansi"),
            false => ("never", "--message-format=json"),
        };
        command
            .args(["test", "--no-run", format, "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .args(self.test.into_iter().flat_map(|name| ["--test", name]))
            .env("CARGO_TERM_COLOR", colours)
            // A progress bar is only useful in a terminal.
            .env("CARGO_TERM_PROGRESS_WHEN", colours)
            .env("CARGO_TERM_PROGRESS_WIDTH", "80")
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(command)
    }
}

/// Waits for a line of cargo's output, until the deadline if there is one.
fn next_line(
    heard: &mpsc::Receiver<Line>,
    deadline: Option<Instant>,
) -> Result<Line, RecvTimeoutError> {
    match deadline {
        Some(deadline) => heard.recv_timeout(deadline.saturating_duration_since(Instant::now())),
        None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}

/// Cargo with limits, which hold for each compiler, build script and linker that it starts.
#[cfg(unix)]
fn limited(cargo: &Command, limit: Duration) -> Result<Command> {
    let limits = Limits {
        memory: MEMORY,
        seconds: processor_time(limit),
        file: LARGEST_FILE,
        nice: 0,
    };
    limits.command(cargo.get_program().as_ref())
}

/// Cargo: only Unix has limits other than the time.
#[cfg(not(unix))]
fn limited(cargo: &Command, _: Duration) -> Result<Command> {
    Ok(Command::new(cargo.get_program()))
}

/// The seconds that one program of the build may compute.
fn processor_time(limit: Duration) -> u64 {
    (limit.as_secs() / PARTS).max(1)
}

/// The limit that a build ran into, in words, as far as its output tells.
pub fn limit_in(said: &str, limit: Duration) -> Option<String> {
    let seconds = processor_time(limit);
    let has = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    if has(&OUT_OF_MEMORY) {
        Some(format!(
            "a program of the build may use {MEMORY} MiB of memory"
        ))
    } else if has(&[OUT_OF_TIME]) {
        Some(format!(
            "a program of the build had not ended after {seconds} s, and was stopped"
        ))
    } else if has(&[OUT_OF_SPACE]) {
        Some(format!(
            "a program of the build may write files of {LARGEST_FILE} MiB"
        ))
    } else {
        None
    }
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
    /// Hashes of the diagnostics so far. The library's come twice: also for its unit tests.
    known: HashSet<u64>,
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
        if diagnostic.is_summary() || !self.known.insert(hash_of(rendered)) {
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

    /// Adds an error to cargo's own.
    fn stopped_after(&mut self, limit: Duration) {
        let seconds = limit.as_secs();
        let words = format!("error: the build had not ended after {seconds} s, and was stopped\n");
        self.errors.push(words.as_bytes());
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

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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
                if line.len() < LONGEST_LINE {
                    line.push(byte);
                }
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
