//! Runs a test program and reads what became of each test.

use std::{
    io::{BufRead, BufReader, Read, Seek},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use regex::Regex;

use super::{
    Hear, Heard,
    build::Program,
    comparison::{self, Comparison},
    failure::Failure,
};
use crate::{
    files,
    programs::{self, Programs},
};

/// Most tests wait for an answer, so more of them run than there are processors.
const THREADS: &str = "8";

/// How to run the programs.
pub struct Run<'a> {
    /// The root of the crate's workspace.
    pub root: &'a Path,
    /// The crate.
    pub folder: &'a Path,
    /// Where insta puts what it received.
    pub pending: &'a Path,
    /// A part of the names of the tests to run.
    pub filter: Option<&'a str>,
    /// How long a program may take.
    pub limit: Duration,
    /// How to start them.
    pub programs: &'a Programs,
}

/// What became of a test: nothing, or why it failed.
pub type Outcome = (String, Option<Failure>);

impl Run<'_> {
    /// The tests of the program, and what became of them.
    pub fn outcomes(&self, program: &Program, hear: Hear) -> Result<Vec<Outcome>> {
        let names = self.names(program)?;
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let ran = self.run(program, &names, hear)?;
        let outcome = |name: String| {
            let failure = ran.failure(self, &name)?;
            Ok((name, failure))
        };
        names.into_iter().map(outcome).collect()
    }

    fn names(&self, program: &Program) -> Result<Vec<String>> {
        let listed = self
            .command(program)
            .args(["--list", "--format", "terse"])
            .output()?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        let names = listed
            .lines()
            .filter_map(|line| line.strip_suffix(": test"));
        let wanted = names.filter(|name| self.is_wanted(program, name));
        Ok(wanted.map(str::to_owned).collect())
    }

    /// The filter may be a part of the module's name too: `users`.
    fn is_wanted(&self, program: &Program, test: &str) -> bool {
        let name = program.test_name(test);
        self.filter.is_none_or(|filter| name.contains(filter))
    }

    fn run(&self, program: &Program, names: &[String], hear: Hear) -> Result<Ran> {
        let mut errors = tempfile::tempfile()?;
        let mut command = self.command(program);
        command
            .args(["--test-threads", THREADS, "--color", "never", "--exact"])
            .args(names)
            .stdout(Stdio::piped())
            .stderr(errors.try_clone()?);
        let child = self.programs.spawn(command);
        let child = child.with_context(|| program.path.display().to_string())?;
        let (printed, is_late) = read_until(&child, Instant::now() + self.limit, hear)?;
        let mut said = Vec::new();
        errors.rewind()?;
        errors.read_to_end(&mut said)?;
        Ok(Ran {
            printed,
            errors: String::from_utf8_lossy(&said).into_owned(),
            late: is_late.then_some(self.limit),
        })
    }

    fn command(&self, program: &Program) -> Command {
        let mut command = Command::new(&program.path);
        surround(&mut command, self.root, self.folder, self.pending);
        command
    }
}

/// The surroundings that `cargo test` gives to a test program of the crate in
/// `folder`. Insta writes what it received into a folder of its own, not among the
/// files of the crate.
pub fn surround(command: &mut Command, root: &Path, folder: &Path, pending: &Path) {
    command
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder)
        .env("INSTA_WORKSPACE_ROOT", root)
        .env("INSTA_PENDING_DIR", pending)
        .env("INSTA_UPDATE", "new")
        .env("INSTA_FORCE_PASS", "0")
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null());
}

/// The snapshot that a failed test has compared, beside what it received.
pub fn comparison(root: &Path, pending: &Path, said: &str) -> Result<Option<Comparison>> {
    let file = Regex::new(r"(?m)^Snapshot file: (.+)$")?;
    let Some(file) = file.captures(said).map(|found| root.join(&found[1])) else {
        return Ok(None);
    };
    let inside = file.strip_prefix(root).unwrap_or(&file);
    let received = pending.join(inside).with_extension("snap.new");
    if !file.is_file() || !received.is_file() {
        return Ok(None);
    }
    let (expected, received) = (files::read_text(&file)?, files::read_text(&received)?);
    Ok(Some(comparison::compare(
        files::without_front_matter(&expected),
        files::without_front_matter(&received),
    )))
}

/// What the test printed: libtest shows it below a line of its own.
pub fn section<'a>(printed: &'a str, test: &str) -> &'a str {
    let start = format!("---- {test} stdout ----\n");
    let after = printed.split_once(&start).map_or("", |(_, after)| after);
    let ends = ["\n---- ", "\nfailures:\n"].map(|end| after.find(end));
    let end = ends.into_iter().flatten().min().unwrap_or(after.len());
    after[..end].trim()
}

/// What a program printed until it ended, or had to be stopped.
struct Ran {
    printed: String,
    errors: String,
    late: Option<Duration>,
}

impl Ran {
    fn failure(&self, run: &Run, test: &str) -> Result<Option<Failure>> {
        let name = regex::escape(test);
        let result = format!(r"(?m)^test {name}(?: - should panic)? \.\.\. (ok|FAILED|ignored)");
        let found = Regex::new(&result)?.captures(&self.printed);
        Ok(match found.as_ref().map(|found| &found[1]) {
            Some("ok") => None,
            Some("FAILED") => {
                let said = section(&self.printed, test);
                let comparison = comparison(run.root, run.pending, said)?;
                Some(Failure::new(said, comparison))
            }
            Some(_) => Some(Failure::of("it is ignored, so it says nothing")),
            None => Some(Failure::of(&self.why_without_end())),
        })
    }

    fn why_without_end(&self) -> String {
        match self.late {
            Some(limit) => format!(
                "it had not ended after {} s, and was stopped",
                limit.as_secs()
            ),
            None => format!(
                "it did not come to its end, because the whole test program stopped\n{}",
                self.errors.trim()
            ),
        }
    }
}

/// What the program prints until it ends; stopped at the deadline.
fn read_until(
    program: &programs::Program,
    deadline: Instant,
    hear: Hear,
) -> Result<(String, bool)> {
    let out = program.stdout().context("a test program has no output")?;
    let (sender, lines) = mpsc::channel();
    // Ends with the program; after a stop nobody waits for it, because what the
    // program has started may keep the stream open.
    thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = Vec::new();
        while matches!(out.read_until(b'\n', &mut line), Ok(1..)) {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
            line.clear();
        }
    });
    let mut printed = String::new();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                hear(Heard::Test(line.trim_end()));
                printed.push_str(&line);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                program.stop();
                return Ok((printed, true));
            }
        }
    }
    program.wait()?;
    Ok((printed, false))
}
