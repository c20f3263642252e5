//! Runs programs with limited resources.
//!
//! A tool limits another program: it starts itself as the hidden command `limited`, sets
//! the limits for its own process, and then replaces itself with the program. Nothing can
//! lift the limits again.

use std::{
    env,
    ffi::OsString,
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

impl Limits {
    /// A command that runs `program` with these limits; arguments can be added to it.
    pub fn command(&self, program: &Path) -> Result<Command> {
        let this = env::current_exe().context("this program does not find itself")?;
        let mut command = Command::new(this);
        command
            .arg("limited")
            .args(self.words())
            .arg("--")
            .arg(program);
        Ok(command)
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
        #[cfg(target_os = "linux")]
        // If the tool is killed, this process ends, too.
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
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

/// Replaces this process with the program; returns only if that fails.
pub fn run(limited: &Limited) -> Result<ExitCode> {
    limited.limits.set().context("the limits cannot be set")?;
    become_program(&limited.program)
}
