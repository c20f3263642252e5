//! Child processes that another part of the tool can stop.

#[cfg(target_os = "linux")]
use std::fs;
use std::{
    ffi::OsString,
    io,
    process::{ChildStderr, ChildStdout, Command, ExitCode, ExitStatus},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use process_wrap::std::{ChildWrapper, CommandWrap};

/// How often to check whether a program has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Programs that are stopped together. Clones share them.
#[derive(Clone)]
pub struct Programs {
    in_groups: bool,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    is_stopped: bool,
    running: Vec<Child>,
}

type Child = Arc<Mutex<Running>>;

struct Running {
    process: Box<dyn ChildWrapper>,
    /// Whether it was reaped: then its process id may belong to another program.
    has_ended: bool,
}

/// A running program; dropping this value stops it.
pub struct Program {
    programs: Programs,
    child: Child,
}

impl Programs {
    /// Programs of a command in a terminal: Ctrl+C there reaches them too.
    pub fn of_terminal() -> Programs {
        Programs::new(false)
    }

    /// Programs each of which is stopped with everything that it has started.
    pub fn in_groups() -> Programs {
        Programs::new(true)
    }

    fn new(in_groups: bool) -> Programs {
        Programs {
            in_groups,
            shared: Arc::default(),
        }
    }

    /// Starts a program, unless these programs have already been stopped.
    pub fn spawn(&self, command: Command) -> io::Result<Program> {
        let mut command = CommandWrap::from(command);
        if self.in_groups {
            own_group(&mut command);
        }
        let mut shared = lock(&self.shared);
        if shared.is_stopped {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "it was stopped"));
        }
        let child = Arc::new(Mutex::new(Running {
            process: command.spawn()?,
            has_ended: false,
        }));
        shared.running.push(Arc::clone(&child));
        Ok(Program {
            programs: self.clone(),
            child,
        })
    }

    /// Stops all that run, and lets none start any more.
    pub fn stop(&self) {
        let running = {
            let mut shared = lock(&self.shared);
            shared.is_stopped = true;
            std::mem::take(&mut shared.running)
        };
        for child in running {
            kill(&child);
        }
    }

    /// Whether the programs have been stopped.
    pub fn is_stopped(&self) -> bool {
        lock(&self.shared).is_stopped
    }
}

impl Program {
    /// Its number.
    pub fn id(&self) -> u32 {
        lock(&self.child).process.id()
    }

    /// Takes the program's standard output, if it is piped and not taken yet.
    pub fn stdout(&self) -> Option<ChildStdout> {
        lock(&self.child).process.stdout().take()
    }

    /// Takes the program's standard error, if it is piped and not taken yet.
    pub fn stderr(&self) -> Option<ChildStderr> {
        lock(&self.child).process.stderr().take()
    }

    /// Waits until the program ends. It polls, so that a thread that stops the program
    /// never has to wait for this one.
    pub fn wait(&self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.end()? {
                return Ok(status);
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits for its end until the deadline; then it is stopped, and there is no
    /// exit status.
    pub fn wait_until(&self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        while Instant::now() < deadline {
            if let Some(status) = self.end()? {
                return Ok(Some(status));
            }
            thread::sleep(LOOK_EVERY);
        }
        self.stop();
        Ok(None)
    }

    /// Its exit status, if it has ended.
    fn end(&self) -> io::Result<Option<ExitStatus>> {
        let mut child = lock(&self.child);
        let status = child.process.try_wait()?;
        child.has_ended |= status.is_some();
        Ok(status)
    }

    /// Stops it, with all processes that it has started.
    pub fn stop(&self) {
        kill(&self.child);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let mut shared = lock(&self.programs.shared);
        shared
            .running
            .retain(|child| !Arc::ptr_eq(child, &self.child));
        drop(shared);
        kill(&self.child);
    }
}

/// Stops the program until it is reaped: even if it has ended by itself, processes that it
/// has started may still run.
fn kill(child: &Child) {
    let mut child = lock(child);
    if child.has_ended {
        return;
    }
    let started = descendants(child.process.id());
    if let Err(error) = child.process.kill() {
        tracing::warn!(%error, "a program could not be stopped");
    }
    child.has_ended = true;
    started.into_iter().for_each(kill_process);
}

/// The processes that a process has started, and those that they have started. Without a
/// group of their own nothing else stops them: cargo leaves its compilers and build scripts
/// behind.
#[cfg(target_os = "linux")]
fn descendants(process: u32) -> Vec<u32> {
    // Nothing can be read of a process that has just ended.
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter();
    let threads = threads.flatten().flatten();
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let lists: Vec<String> = lists.collect();
    let children = lists.iter().flat_map(|list| list.split_whitespace());
    let children = children.filter_map(|child| child.parse().ok());
    children
        .flat_map(|child| [vec![child], descendants(child)].concat())
        .collect()
}

#[cfg(target_os = "linux")]
fn kill_process(process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    if let Some(process) = process {
        // It may have ended with the process that had started it.
        let _ = kill_process(process, Signal::KILL);
    }
}

/// Elsewhere only a group stops them.
#[cfg(not(target_os = "linux"))]
fn descendants(_: u32) -> Vec<u32> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn kill_process(_: u32) {}

/// Replaces this process with the program; returns only if that fails.
#[cfg(unix)]
pub fn become_program(words: &[OsString]) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let (name, arguments) = words.split_first().context("there is no program")?;
    let error = Command::new(name).args(arguments).exec();
    Err(error).with_context(|| name.to_string_lossy().into_owned())
}

/// Runs the program in the place of this one, and ends as it does.
#[cfg(not(unix))]
pub fn become_program(words: &[OsString]) -> Result<ExitCode> {
    let (name, arguments) = words.split_first().context("there is no program")?;
    let status = Command::new(name).args(arguments).status();
    let status = status.with_context(|| name.to_string_lossy().into_owned())?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(unix)]
fn own_group(command: &mut CommandWrap) {
    command.wrap(process_wrap::std::ProcessGroup::leader());
}

#[cfg(windows)]
fn own_group(command: &mut CommandWrap) {
    command.wrap(process_wrap::std::JobObject);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
