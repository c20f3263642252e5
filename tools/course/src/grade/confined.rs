//! Runs programs with limited resources and access only to the files that they need.
//!
//! This program confines another one: it starts as the hidden command `confined`, sets
//! the limits for its own process, and then replaces itself with the program. Nothing can
//! lift the limits again.

use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

/// The limits of a program's resources and file access.
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
    /// Restricts access to the given paths and blocks outgoing connections.
    #[arg(long)]
    pub fenced: bool,
    /// A path that may be read.
    #[arg(long)]
    pub read: Vec<PathBuf>,
    /// A path that may be read and executed.
    #[arg(long)]
    pub execute: Vec<PathBuf>,
    /// A path that may be read and written.
    #[arg(long)]
    pub write: Vec<PathBuf>,
}

/// The hidden command.
#[derive(Args)]
pub struct Confined {
    #[command(flatten)]
    limits: Limits,
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

impl Limits {
    /// The command line that starts `program` with these limits.
    pub fn around(&self, program: &Path) -> Result<Vec<OsString>> {
        let this = env::current_exe().context("this program does not find itself")?;
        let mut words = vec![this.into_os_string(), "confined".into()];
        let numbers = [
            ("--memory", self.memory.to_string()),
            ("--seconds", self.seconds.to_string()),
            ("--file", self.file.to_string()),
            ("--nice", self.nice.to_string()),
        ];
        for (name, number) in numbers {
            words.extend([name.into(), number.into()]);
        }
        if self.fenced {
            words.push("--fenced".into());
        }
        let paths = [
            ("--read", &self.read),
            ("--execute", &self.execute),
            ("--write", &self.write),
        ];
        for (name, paths) in paths {
            for path in paths {
                words.extend([name.into(), path.into()]);
            }
        }
        words.extend(["--".into(), program.into()]);
        Ok(words)
    }

    /// A command that runs `program` with these limits; arguments can be added to it.
    pub fn command(&self, program: &Path) -> Result<Command> {
        let words = self.around(program)?;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        Ok(command)
    }
}

/// A warning if this system cannot confine programs.
pub fn what_is_missing() -> Option<&'static str> {
    (!fence::is_whole()).then_some(
        "not confined: this system has no Landlock of version 6 or later, so a submission \
         can read and write what the grader can",
    )
}

/// Replaces this process with the program; returns only if that fails.
pub fn run(confined: &Confined) -> Result<ExitCode> {
    let Confined { limits, program } = confined;
    let (name, arguments) = program.split_first().context("there is no program")?;
    limit(limits).context("the limits cannot be set")?;
    if limits.fenced {
        fence::enter(limits)?;
    }
    let mut command = Command::new(name);
    command.args(arguments);
    Err(become_it(command)).with_context(|| name.to_string_lossy().into_owned())
}

#[cfg(unix)]
fn become_it(mut command: Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(&mut command)
}

#[cfg(not(unix))]
fn become_it(_: Command) -> io::Error {
    unsupported()
}

#[cfg(unix)]
fn limit(limits: &Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, nice, setrlimit};
    const MIB: u64 = 1024 * 1024;
    let exactly = |number| Rlimit {
        current: Some(number),
        maximum: Some(number),
    };
    #[cfg(target_os = "linux")]
    // If the grader is killed, this process ends, too.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::Data, exactly(limits.memory * MIB))?;
    setrlimit(Resource::Fsize, exactly(limits.file * MIB))?;
    setrlimit(
        Resource::Cpu,
        Rlimit {
            current: Some(limits.seconds),
            maximum: Some(limits.seconds + 1),
        },
    )?;
    nice(limits.nice)?;
    Ok(())
}

#[cfg(not(unix))]
fn limit(_: &Limits) -> io::Result<()> {
    Err(unsupported())
}

#[cfg(not(unix))]
fn unsupported() -> io::Error {
    let words = "submissions are graded on Linux or macOS; on Windows use WSL";
    io::Error::new(io::ErrorKind::Unsupported, words)
}

/// Landlock: a process gives up access to files and to the network.
#[cfg(target_os = "linux")]
mod fence {
    use anyhow::{Context, Result};
    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, NetPort, Ruleset, RulesetAttr,
        RulesetCreated, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
    };

    use super::Limits;

    /// The first version that also blocks signals and abstract sockets to the outside.
    const VERSION: ABI = ABI::V6;

    pub fn is_whole() -> bool {
        ruleset(CompatLevel::HardRequirement).is_ok()
    }

    pub fn enter(limits: &Limits) -> Result<()> {
        let read = AccessFs::from_read(VERSION) & !AccessFs::Execute;
        let execute = AccessFs::from_read(VERSION);
        let write = AccessFs::from_all(VERSION) & !AccessFs::Execute;
        let fence = ruleset(CompatLevel::BestEffort)
            .and_then(|fence| fence.add_rules(path_beneath_rules(&limits.read, read)))
            .and_then(|fence| fence.add_rules(path_beneath_rules(&limits.execute, execute)))
            .and_then(|fence| fence.add_rules(path_beneath_rules(&limits.write, write)))
            // Port 0 lets the system choose a free port.
            .and_then(|fence| fence.add_rule(NetPort::new(0, AccessNet::BindTcp)))
            .and_then(RulesetCreated::restrict_self);
        fence.context("the fence cannot be put up")?;
        Ok(())
    }

    fn ruleset(level: CompatLevel) -> Result<RulesetCreated, RulesetError> {
        Ruleset::default()
            .set_compatibility(level)
            .handle_access(AccessFs::from_all(VERSION))?
            .handle_access(AccessNet::from_all(VERSION))?
            .scope(Scope::from_all(VERSION))?
            .create()
    }
}

#[cfg(not(target_os = "linux"))]
mod fence {
    pub fn is_whole() -> bool {
        false
    }

    pub fn enter(_: &super::Limits) -> anyhow::Result<()> {
        Ok(())
    }
}
