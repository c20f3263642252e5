//! Tests the rules of a lesson's page in Chromium, against the server of a submission.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    build::SYSTEM,
    confined::{Confinement, Network},
    show::Building,
    test_run::{self, Server},
};
use course::{
    check::{
        browser::{self, PageTests},
        failure::Failure,
        output::Output,
        program::listed,
    },
    lessons::{Course, Lesson},
    limits::Limits,
    programs::Programs,
};

/// MiB of memory for each process of Chromium: several times as much as a chat needs.
const MEMORY: u64 = 2048;
/// MiB: the largest file that Chromium may write.
const LARGEST_FILE: u64 = 256;
/// Files of the system that Chromium reads, besides programs and libraries.
const READ: [&str; 4] = ["/dev", "/proc", "/sys", "/var/cache/fontconfig"];
/// Files that Chromium writes, besides its own.
const WRITTEN: [&str; 2] = ["/dev/null", "/dev/shm"];

/// The rules of a lesson's page, as a test program.
pub struct PageRun {
    tests: PageTests,
    root: PathBuf,
    programs: Programs,
    /// The time limit for all rules of a page.
    limit: Duration,
    /// The names of the rules, sorted.
    pub names: Vec<String>,
}

impl PageRun {
    /// Builds the tests of the page.
    pub fn of(
        course: &Course,
        lesson: &Lesson,
        limit: Duration,
        programs: &Programs,
    ) -> Result<PageRun> {
        let building = Building::begin("the tests of the page");
        let tests = PageTests::build(course, lesson, false, programs, &mut building.hear())?;
        let mut names = list(&tests)?;
        names.sort();
        if names.is_empty() {
            bail!("the page of lesson {:02} has no rules", lesson.number);
        }
        Ok(PageRun {
            tests,
            root: course.root.clone(),
            programs: programs.clone(),
            limit,
            names,
        })
    }

    /// The failure of each rule on the server's page; `None` for a rule that holds.
    pub fn run(&self, server: &Server, space: &Path) -> Result<Vec<Option<Failure>>> {
        let results = tempfile::NamedTempFile::new_in(space)?;
        let mut command = self.command(server, space)?;
        self.tests
            .complete(&mut command, &server.line(), results.path());
        // A pipe: a server that may write no files may not write to one here either.
        command.stderr(Stdio::piped());
        let program = self.programs.spawn(command)?;
        let said = program.stderr().map(Output::read);
        let status = program.wait_until(Instant::now() + self.limit)?;
        drop(program);
        let outcomes = browser::read(&fs::read_to_string(results.path())?);
        let mut outcomes: HashMap<String, Option<Failure>> = outcomes.into_iter().collect();
        if let (Some(status), true) = (status, outcomes.is_empty()) {
            let said = said.map(|said| said.text()).unwrap_or_default();
            bail!("the page was not tested ({status}): {}", said.trim());
        }
        let without_result = || match status {
            None => test_run::late("all rules of the page", self.limit),
            Some(status) => Failure::of(&format!("its test did not end: {status}")),
        };
        let names = self.names.iter();
        let outcome = |name: &String| {
            let outcome = outcomes.remove(name);
            outcome.unwrap_or_else(|| Some(without_result()))
        };
        Ok(names.map(outcome).collect())
    }

    /// Starts the test program, and with it Chromium, which runs the submission's scripts,
    /// in a confined process.
    fn command(&self, server: &Server, space: &Path) -> Result<Command> {
        let this = env::current_exe().context("this program does not find itself")?;
        let mut read: Vec<PathBuf> = READ.map(PathBuf::from).into();
        read.extend(["lessons", "tools/browser"].map(|folder| self.root.join(folder)));
        let mut execute: Vec<PathBuf> = SYSTEM.map(PathBuf::from).into();
        execute.extend([this, self.tests.program.clone(), server.folder.clone()]);
        let mut write: Vec<PathBuf> = WRITTEN.map(PathBuf::from).into();
        write.push(space.to_owned());
        let confinement = Confinement {
            limits: Limits {
                // The server, which is confined once more, may not have higher limits.
                memory: MEMORY.max(server.memory),
                seconds: self.limit.max(server.limit).as_secs().saturating_mul(2),
                file: LARGEST_FILE,
                nice: 0,
            },
            read,
            execute,
            write,
            network: Network::Open,
        };
        let words = confinement.around(&self.tests.program)?;
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", space)
            .env("TMPDIR", space);
        Ok(command)
    }
}

/// The names of the lesson's rules, as the results have them.
fn list(tests: &PageTests) -> Result<Vec<String>> {
    let asked = Command::new(&tests.program)
        .args(["--list", "--format", "terse", &tests.filter])
        .stderr(Stdio::null())
        .output()
        .context("the tests of the page cannot be listed")?;
    let printed = String::from_utf8_lossy(&asked.stdout);
    Ok(listed(&printed).map(browser::page_name).collect())
}
