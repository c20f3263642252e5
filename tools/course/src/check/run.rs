//! Runs each test in its own process, several in parallel.
//!
//! The result of a test is read from a file that only the test harness writes. So nothing
//! that a chat prints counts as a result, and a chat that exits the whole process, or fills
//! the memory, affects only one test.

use std::{
    collections::HashSet,
    fs, io,
    path::Path,
    process::{Command, ExitStatus},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    Hear, Heard,
    build::Program,
    failure::Failure,
    output::Output,
    program::{self, comparison, surround},
    source,
};
use crate::{limits::Limits, programs::Programs};

/// Most tests spend their time waiting, so more of them run than there are processors.
const AT_ONCE: usize = 8;
/// The time limit for all tests of a program, as a multiple of the limit for one test.
const ROUNDS: u32 = 10;
/// The memory that a test may use, in MiB.
const MEMORY: u64 = 1024;
/// The size of the largest file that a test may write, in MiB.
const LARGEST_FILE: u64 = 64;
/// The harness's warning about the option for the results file.
const ABOUT_FILE: &str = "warning: `--logfile` is deprecated";
/// Prefixes of environment variables that are removed because they could change a result.
const SETTINGS: [&str; 4] = ["INSTA_", "RUST_LIB_BACKTRACE", "RUST_TEST_", "TESTKIT_"];

/// How to run the tests.
pub struct Run<'a> {
    /// The root of the crate's workspace.
    pub root: &'a Path,
    /// The crate's folder.
    pub folder: &'a Path,
    /// The folder for the snapshots that insta receives and for the harness's results.
    pub pending: &'a Path,
    /// Runs only the tests whose names contain this text; runs all if it is `None`.
    pub filter: Option<String>,
    /// How long a test may take.
    pub limit: Duration,
    /// How to start the test processes.
    pub programs: &'a Programs,
}

/// A test's name, and why it failed, if it did.
pub type Outcome = (String, Option<Failure>);

impl Run<'_> {
    /// Runs the tests of a program and returns their results.
    pub fn outcomes(&self, program: &Program, hear: Hear) -> Result<Vec<Outcome>> {
        let names = self.names(program)?;
        let deadline = Instant::now() + self.limit * ROUNDS;
        let next = AtomicUsize::new(0);
        let (sender, tested) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(names.len()) {
                let (sender, names, next) = (sender.clone(), &names, &next);
                scope.spawn(move || {
                    while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = self.test(program, name, deadline);
                        if sender.send((name, outcome)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let outcome = |(name, outcome): (&String, Result<Option<Failure>>)| {
                let failure = outcome?;
                tell(name, failure.as_ref(), hear);
                Ok((name.clone(), failure))
            };
            tested.into_iter().map(outcome).collect()
        })
    }

    /// The tests that the program lists. A line that names no function of the crate was
    /// printed by the program.
    fn names(&self, program: &Program) -> Result<Vec<String>> {
        let mut command = self.command(program)?;
        command.args(["--list", "--format", "terse"]);
        let listed = self.execute(command, Instant::now() + self.limit, || false)?;
        if !listed.status.is_some_and(|status| status.success()) {
            let (path, said) = (program.path.display(), listed.printed.trim());
            bail!("{path} does not list its tests: {said}");
        }
        let known = source::identifiers(self.folder)?;
        let names = program::listed(&listed.printed);
        let is_wanted = |name: &&str| is_known(name, &known) && self.is_wanted(program, name);
        Ok(names.filter(is_wanted).map(str::to_owned).collect())
    }

    /// The filter also matches the module's name: `users`.
    fn is_wanted(&self, program: &Program, test: &str) -> bool {
        let name = program.test_name(test);
        let filter = self.filter.as_ref();
        filter.is_none_or(|filter| name.contains(filter))
    }

    fn test(&self, program: &Program, name: &str, end: Instant) -> Result<Option<Failure>> {
        let now = Instant::now();
        if now >= end {
            let words = "it has not run, because the time for all tests was over";
            return Ok(Some(Failure::of(words)));
        }
        let results = tempfile::NamedTempFile::new_in(self.pending)?;
        let mut command = self.command(program)?;
        command
            .args(["--exact", name, "--nocapture", "--test-threads", "1"])
            .args(["--quiet", "--color", "never", "--logfile"])
            .arg(results.path());
        let has_result = || fs::metadata(results.path()).is_ok_and(|file| file.len() > 0);
        let ran = self.execute(command, end.min(now + self.limit), has_result)?;
        let result = fs::read_to_string(results.path())?;
        self.judge(name, &result, &ran)
    }

    fn judge(&self, name: &str, result: &str, ran: &Ran) -> Result<Option<Failure>> {
        let said = own_words(&ran.printed, name);
        Ok(
            match result.trim_end().strip_suffix(name).map(str::trim_end) {
                Some("ok") => None,
                Some("failed") => {
                    let comparison = comparison(self.root, self.pending, said)?;
                    Some(Failure::new(said, comparison))
                }
                Some(ignored) if ignored.starts_with("ignored") => {
                    Some(Failure::of("it is ignored, so it says nothing"))
                }
                // For example "failed: note: test did not panic as expected".
                Some(other) => Some(Failure::of(&format!("{other}\n{said}"))),
                None => Some(Failure::of(&format!("{}\n{said}", self.without_end(ran)))),
            },
        )
    }

    fn without_end(&self, ran: &Ran) -> String {
        let Some(status) = ran.status else {
            let seconds = self.limit.as_secs();
            return format!("it had not ended after {seconds} s, and was stopped");
        };
        // Rust prints this when an allocation fails.
        let memory = match ran.printed.contains("memory allocation of ") {
            true => format!("; a test may use {MEMORY} MiB of memory"),
            false => String::new(),
        };
        format!("it did not come to its end: the program stopped ({status}){memory}")
    }

    fn command(&self, program: &Program) -> Result<Command> {
        let mut command = limited(&program.path, self.limit)?;
        let names = std::env::vars_os().map(|(name, _)| name);
        for name in names {
            let text = name.to_string_lossy();
            if SETTINGS.iter().any(|setting| text.starts_with(setting)) {
                command.env_remove(&name);
            }
        }
        surround(&mut command, self.root, self.folder, self.pending);
        Ok(command)
    }

    /// Runs a program until it ends, until the deadline, or until it has finished its work
    /// and only a process that it started is left.
    fn execute(
        &self,
        mut command: Command,
        deadline: Instant,
        is_over: impl Fn() -> bool,
    ) -> Result<Ran> {
        let (reader, writer) = io::pipe()?;
        // One stream for both, so that the lines stay in order.
        command.stdout(writer.try_clone()?).stderr(writer);
        let program = self.programs.spawn(command);
        let program = program.context("a test program cannot be run")?;
        let output = Output::read(reader);
        let status = match output.has_ended(deadline, is_over) {
            true => program.wait_until(deadline)?,
            false => None,
        };
        program.stop();
        Ok(Ran {
            status,
            printed: output.text(),
        })
    }
}

/// The result of a process.
struct Ran {
    /// `None` if it was stopped.
    status: Option<ExitStatus>,
    printed: String,
}

/// The command for a program with limits, still without arguments.
#[cfg(unix)]
fn limited(program: &Path, limit: Duration) -> Result<Command> {
    let limits = Limits {
        memory: MEMORY,
        // CPU time adds up over all threads; the deadline stops a test earlier.
        seconds: limit.as_secs().saturating_add(1).saturating_mul(64),
        file: LARGEST_FILE,
        nice: 0,
    };
    limits.command(program)
}

/// The command for a program: only Unix has limits other than the time.
#[cfg(not(unix))]
fn limited(program: &Path, _: Duration) -> Result<Command> {
    Ok(Command::new(program))
}

/// Whether the last part of a test's name appears in the code.
fn is_known(name: &str, known: &HashSet<String>) -> bool {
    known.contains(name.rsplit("::").next().unwrap_or(name))
}

/// Reports a test's result as `cargo test` would print it.
fn tell(name: &str, failure: Option<&Failure>, hear: Hear) {
    let Some(failure) = failure else {
        return hear(Heard::Test(&format!("test {name} ... ok")));
    };
    hear(Heard::Test(&format!("test {name} ... FAILED")));
    for line in failure.said.lines() {
        hear(Heard::Test(line));
    }
}

/// The test's own output, without the lines that the harness adds.
fn own_words<'a>(printed: &'a str, name: &str) -> &'a str {
    let said = printed.trim_start().strip_prefix(ABOUT_FILE);
    let said = said.unwrap_or(printed).trim_start();
    let said = said.strip_prefix("running 1 test\n").unwrap_or(said);
    let end = said.rfind(&format!("{name} --- FAILED\n"));
    said[..end.unwrap_or(said.len())].trim()
}
