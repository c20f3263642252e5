//! Runs programs with limited resources.
//!
//! A tool limits another program: it starts itself as the hidden command `limited`, sets
//! the limits for its own process, and then replaces itself with the program. Nothing can
//! lift the limits again.

use std::{
    env,
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::programs::become_program;

/// The limits of a program's resources.
#[derive(Args, Clone, Debug, Default)]
pub struct Limits {
    /// MiB of memory.
    #[arg(long)]
    pub memory: u64,
    /// Seconds of CPU time.
    #[arg(long)]
    pub seconds: u64,
    /// The largest file that it may write, in MiB.
    #[arg(long)]
    pub file: u64,
    /// The niceness of the process: 0 to 19.
    #[arg(long)]
    pub nice: i32,
}

/// The hidden command: becomes another program with limits.
#[derive(Args)]
pub struct Limited {
    #[command(flatten)]
    limits: Limits,
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

/// The hidden command: becomes a program that ends with its parent.
#[derive(Args)]
pub struct Bound {
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

impl Limits {
    /// A command that runs `program` with these limits; arguments can be added to it.
    pub fn command(&self, program: &Path) -> Result<Command> {
        through_this_program("limited", &self.words(), program.as_os_str())
    }

    /// The limits as arguments of the hidden command.
    pub fn words(&self) -> Vec<OsString> {
        let numbers = [
            ("--memory", self.memory.to_string()),
            ("--seconds", self.seconds.to_string()),
            ("--file", self.file.to_string()),
            ("--nice", self.nice.to_string()),
        ];
        let words = numbers.into_iter();
        words
            .flat_map(|(name, number)| [name.into(), number.into()])
            .collect()
    }

    /// Limits this process.
    #[cfg(unix)]
    pub fn set(&self) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, nice, setrlimit};
        const MIB: u64 = 1024 * 1024;
        let exactly = |number| Rlimit {
            current: Some(number),
            maximum: Some(number),
        };
        end_with_parent()?;
        setrlimit(Resource::Core, exactly(0))?;
        setrlimit(Resource::Data, exactly(self.memory * MIB))?;
        setrlimit(Resource::Fsize, exactly(self.file * MIB))?;
        setrlimit(
            Resource::Cpu,
            Rlimit {
                current: Some(self.seconds),
                maximum: Some(self.seconds + 1),
            },
        )?;
        nice(self.nice)?;
        Ok(())
    }

    /// Limits this process: impossible here.
    #[cfg(not(unix))]
    pub fn set(&self) -> io::Result<()> {
        let words = "submissions are graded on Linux or macOS; on Windows use WSL";
        Err(io::Error::new(io::ErrorKind::Unsupported, words))
    }
}

/// The program of `command`, to be given arguments. On Linux it ends when this program
/// is killed. To the system its parent is the thread that starts it, which so must last
/// as long as the program.
pub fn bound(command: &Command) -> Result<Command> {
    through_this_program("bound", &[], command.get_program())
}

fn through_this_program(name: &str, limits: &[OsString], program: &OsStr) -> Result<Command> {
    let this = env::current_exe().context("this program does not find itself")?;
    let mut command = Command::new(this);
    command.arg(name).args(limits).arg("--").arg(program);
    Ok(command)
}

/// If the parent is killed, this process ends, too.
fn end_with_parent() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    Ok(())
}

impl Limited {
    /// Replaces this process with the program; returns only if that fails.
    pub fn run(&self) -> Result<ExitCode> {
        self.limits.set().context("the limits cannot be set")?;
        become_program(&self.program)
    }
}

impl Bound {
    /// Replaces this process with the program; returns only if that fails.
    pub fn run(&self) -> Result<ExitCode> {
        // It stays when the program becomes another one, as `cargo run` does in the end.
        end_with_parent()?;
        become_program(&self.program)
    }
}
