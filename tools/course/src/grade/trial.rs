//! The lesson's tests, each in a process of its own, against a server that is
//! another process. A test has passed when its process ends with status 0; nothing
//! else is read as a result.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs::File,
    io::{Read, Seek},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};

use crate::{
    check::{
        Heard,
        build::{self, Build},
        failure::Failure,
        program::{comparison, section, surround},
    },
    lesson_tests::PROGRAM,
    lessons::{Course, Lesson},
    programs::{Program, Programs},
};

/// Most tests wait for an answer, so more of them run than there are processors.
const AT_ONCE: usize = 16;
/// How much of what a test prints is read.
const KEPT: u64 = 256 * 1024;
/// A snapshot that is larger is not compared line by line.
const LARGEST_FILE: u64 = 4;
/// A test that is sent more than this is stopped.
const MEMORY: u64 = 1024;
const MIB: u64 = 1024 * 1024;

/// The test program of a lesson.
pub struct Trial {
    root: PathBuf,
    folder: PathBuf,
    program: PathBuf,
    programs: Programs,
    /// Every test, by name.
    pub names: Vec<String>,
}

/// A server to be tested.
pub struct Server {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// MiB of memory that it may use.
    pub memory: u64,
    /// How long all tests may take.
    pub limit: Duration,
}

impl Trial {
    /// Builds the lesson's own tests.
    pub fn of(course: &Course, lesson: &Lesson, programs: &Programs) -> Result<Trial> {
        let built = build::build(&lesson.path, false, programs, &mut |_: Heard| {})?;
        let built = match built {
            Build::Programs(built) => built,
            Build::Broken(said) => bail!("the lesson's own tests cannot be built:\n{said}"),
        };
        let mut built = built.into_iter();
        let program = built.find(|program| program.target == PROGRAM);
        let mut trial = Trial {
            root: course.root.clone(),
            folder: lesson.path.clone(),
            program: program.context("the lesson has no test program")?.path,
            programs: programs.clone(),
            names: Vec::new(),
        };
        trial.names = trial.list()?;
        Ok(trial)
    }

    fn list(&self) -> Result<Vec<String>> {
        let listed = Command::new(&self.program)
            .args(["--list", "--format", "terse"])
            .output()
            .context("the lesson's tests cannot be listed")?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        let names = listed
            .lines()
            .filter_map(|line| line.strip_suffix(": test"));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// Why each test fails against the server, or nothing for one that passes.
    pub fn run(&self, server: &Server, space: &Path) -> Result<Vec<Option<Failure>>> {
        let deadline = Instant::now() + server.limit;
        let next = AtomicUsize::new(0);
        let work = || {
            let mut ran = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(name) = self.names.get(index) else {
                    return Ok(ran);
                };
                ran.push((index, self.run_one(name, server, deadline, space)?));
            }
        };
        let ran: Result<Vec<_>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
            let ends = workers.into_iter().map(|worker| {
                let end = worker.join();
                end.map_err(|_| anyhow!("a test could not be run"))?
            });
            ends.collect()
        });
        let mut ran: Vec<_> = ran?.into_iter().flatten().collect();
        ran.sort_by_key(|(index, _)| *index);
        Ok(ran.into_iter().map(|(_, failure)| failure).collect())
    }

    fn run_one(
        &self,
        name: &str,
        server: &Server,
        deadline: Instant,
        space: &Path,
    ) -> Result<Option<Failure>> {
        let seconds = server.limit.as_secs();
        if Instant::now() >= deadline {
            let words = format!("it was not run: the {seconds} seconds for all tests were over");
            return Ok(Some(Failure::of(&words)));
        }
        let pending = tempfile::tempdir_in(space)?;
        let mut printed = tempfile::tempfile_in(space)?;
        let mut command = Command::new(&self.program);
        command
            .args(["--exact", name, "--test-threads", "1", "--color", "never"])
            .env_clear()
            .envs(env::var_os("PATH").map(|path| ("PATH", path)))
            .env("TMPDIR", space)
            .env("TESTKIT_SERVER", server.words.join(OsStr::new("\n")))
            .stdout(printed.try_clone()?)
            .stderr(Stdio::null());
        surround(&mut command, &self.root, &self.folder, pending.path());
        let program = self.programs.spawn(command)?;
        limit(&program, server)?;
        let failure = match program.wait_until(deadline)? {
            Some(status) if status.success() => return Ok(None),
            Some(_) => self.failure(name, &read(&mut printed)?, pending.path())?,
            None => Failure::of(&format!(
                "it had not ended when the {seconds} seconds for all tests were over"
            )),
        };
        Ok(Some(failure))
    }

    fn failure(&self, name: &str, printed: &str, pending: &Path) -> Result<Failure> {
        let said = section(printed, name);
        if said.is_empty() {
            return Ok(Failure::of("the test was stopped: it was sent too much"));
        }
        let comparison = comparison(&self.root, pending, said)?;
        Ok(Failure::new(said, comparison))
    }
}

/// From outside: the test program is the lesson's own, and needs no fence.
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
            // It has ended already.
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

fn read(printed: &mut File) -> Result<String> {
    printed.rewind()?;
    let mut start = Vec::new();
    printed.take(KEPT).read_to_end(&mut start)?;
    Ok(String::from_utf8_lossy(&start).into_owned())
}
