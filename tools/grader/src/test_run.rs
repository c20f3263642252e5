//! Runs the lesson's tests in their own process against servers in separate processes,
//! one for each test. The results come from the test program's output, which no server
//! can write to.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs::File,
    io::{Read, Seek},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::show::Building;
use course::{
    check::{
        build::{self, Build},
        failure::Failure,
        program::{self, Ended, comparison, results, section, surround},
    },
    lesson_tests::PROGRAM,
    lessons::{Course, Lesson},
    programs::{Program, Programs},
};

/// Tests mostly wait for responses, so more of them run than there are processors.
const AT_ONCE: &str = "32";
/// MiB of output, or of a snapshot, that the test program may write.
const LARGEST_FILE: u64 = 4;
/// MiB of memory for the test program. A server that sends more makes it stop.
const MEMORY: u64 = 1024;
const MIB: u64 = 1024 * 1024;
const ALL: &str = "all tests";

/// The test program of a lesson.
pub struct TestRun {
    root: PathBuf,
    folder: PathBuf,
    program: PathBuf,
    programs: Programs,
    /// The names of all tests, sorted.
    pub names: Vec<String>,
}

/// A server to be tested.
pub struct Server {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// The folder with everything that belongs to it.
    pub folder: PathBuf,
    /// The memory limit in MiB.
    pub memory: u64,
    /// The time limit of all tests together.
    pub limit: Duration,
}

impl Server {
    /// The program and its arguments, one a line.
    pub fn line(&self) -> OsString {
        self.words.join(OsStr::new("\n"))
    }
}

impl TestRun {
    /// Builds the lesson's own tests.
    pub fn of(course: &Course, lesson: &Lesson, programs: &Programs) -> Result<TestRun> {
        let building = Building::begin("the lesson's tests");
        let built = build::build(&lesson.path, false, programs, &mut building.hear())?;
        let built = match built {
            Build::Programs(built) => built,
            Build::Broken(said) => bail!("the lesson's own tests cannot be built:\n{said}"),
        };
        let mut built = built.into_iter();
        let program = built.find(|program| program.target == PROGRAM);
        let mut test_run = TestRun {
            root: course.root.clone(),
            folder: lesson.path.clone(),
            program: program.context("the lesson has no test program")?.path,
            programs: programs.clone(),
            names: Vec::new(),
        };
        test_run.names = test_run.list()?;
        Ok(test_run)
    }

    fn list(&self) -> Result<Vec<String>> {
        let listed = Command::new(&self.program)
            .args(["--list", "--format", "terse"])
            .output()
            .context("the lesson's tests cannot be listed")?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        let mut names: Vec<String> = program::listed(&listed).map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// The failure of each test against the server; `None` for a test that passes.
    pub fn run(&self, server: &Server, space: &Path) -> Result<Vec<Option<Failure>>> {
        let deadline = Instant::now() + server.limit;
        let ran = self.execute(&["--test-threads", AT_ONCE], server, deadline, space)?;
        let results = results(&ran.printed);
        let judge = |name: &String| match (results.get(name.as_str()), ran.status) {
            (Some(Ended::Passed), _) => Ok(None),
            (Some(Ended::Failed), _) => self.failure(name, &ran).map(Some),
            (Some(Ended::Ignored), _) => Ok(Some(Failure::of("it is ignored"))),
            (None, None) => Ok(Some(late(ALL, server.limit))),
            // Another test crashed the test program, so this one runs again alone.
            (None, Some(_)) => self.run_alone(name, server, deadline, space),
        };
        self.names.iter().map(judge).collect()
    }

    fn run_alone(
        &self,
        name: &str,
        server: &Server,
        deadline: Instant,
        space: &Path,
    ) -> Result<Option<Failure>> {
        if Instant::now() >= deadline {
            return Ok(Some(late(ALL, server.limit)));
        }
        let words = ["--exact", name, "--test-threads", "1"];
        let ran = self.execute(&words, server, deadline, space)?;
        Ok(match ran.status {
            Some(status) if status.success() => None,
            Some(_) => Some(self.failure(name, &ran)?),
            None => Some(late(ALL, server.limit)),
        })
    }

    fn execute(
        &self,
        words: &[&str],
        server: &Server,
        deadline: Instant,
        space: &Path,
    ) -> Result<Ran> {
        let pending = tempfile::tempdir_in(space)?;
        let mut printed = tempfile::tempfile_in(space)?;
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .args(["--color", "never"])
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .env("TMPDIR", space)
            .env("TESTKIT_SERVER", server.line())
            .stdout(printed.try_clone()?)
            .stderr(Stdio::null());
        surround(&mut command, &self.root, &self.folder, pending.path());
        let program = self.programs.spawn(command)?;
        limit(&program, server)?;
        Ok(Ran {
            status: program.wait_until(deadline)?,
            printed: read(&mut printed)?,
            pending,
        })
    }

    fn failure(&self, name: &str, ran: &Ran) -> Result<Failure> {
        let said = section(&ran.printed, name);
        if said.is_empty() {
            return Ok(Failure::of("the test was stopped: it received too much"));
        }
        let comparison = comparison(&self.root, ran.pending.path(), said)?;
        Ok(Failure::new(said, comparison))
    }
}

/// The outcome of a run of the test program.
struct Ran {
    /// `None` if it was stopped at the deadline.
    status: Option<ExitStatus>,
    printed: String,
    /// The folder with the pending snapshots that insta wrote.
    pending: TempDir,
}

/// The failure of a test that was stopped when the time for `all` of them was over.
pub fn late(all: &str, limit: Duration) -> Failure {
    Failure::of(&format!(
        "it had not ended when the {} s for {all} were over",
        limit.as_secs()
    ))
}

/// Limits the test program from outside. It is the lesson's own code, so it needs no other
/// confinement.
#[cfg(target_os = "linux")]
fn limit(program: &Program, server: &Server) -> Result<()> {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let limits = [
        (Resource::Data, server.memory.max(MEMORY) * MIB),
        (Resource::Fsize, LARGEST_FILE * MIB),
    ];
    let id = i32::try_from(program.id()).ok().and_then(Pid::from_raw);
    for (resource, most) in limits {
        let most = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        match prlimit(id, resource, most) {
            // The process has ended already.
            Err(rustix::io::Errno::SRCH) => {}
            limited => drop(limited?),
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn limit(_: &Program, _: &Server) -> Result<()> {
    Ok(())
}

/// Reads the output, whose size the file limit bounds.
fn read(printed: &mut File) -> Result<String> {
    printed.rewind()?;
    let mut bytes = Vec::new();
    printed.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
