//! Programs that may use so much and touch only what they need.
//!
//! A program is confined by this one: it is started as the hidden command
//! `confined`, takes the limits upon itself, and then becomes the program. Nothing
//! takes the limits off again.

use std::{
    env,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

/// What a program may use and touch.
#[derive(Args, Clone, Debug, Default)]
pub struct Limits {
    /// MiB of memory.
    #[arg(long)]
    pub memory: u64,
    /// Seconds of processor time.
    #[arg(long)]
    pub seconds: u64,
    /// MiB of the largest file that it may write.
    #[arg(long)]
    pub file: u64,
    /// How much it lets others go first: 0 to 19.
    #[arg(long)]
    pub nice: i32,
    /// Touches nothing but the paths named here, and connects to nothing.
    #[arg(long)]
    pub fenced: bool,
    /// May be read.
    #[arg(long)]
    pub read: Vec<PathBuf>,
    /// May be read and run.
    #[arg(long)]
    pub execute: Vec<PathBuf>,
    /// May be read and written to.
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
    /// The words that start `program` with these limits.
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

    /// `program` with these limits, to be given arguments.
    pub fn command(&self, program: &Path) -> Result<Command> {
        let words = self.around(program)?;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        Ok(command)
    }
}

/// What of this the system cannot do, in words.
pub fn what_is_missing() -> Option<&'static str> {
    (!fence::is_whole()).then_some(
        "not confined: this system has no Landlock of version 6 or later, so a submission \
         can read and write what the grader can",
    )
}

/// Becomes the program; returns only when that fails.
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
    // Whoever judges may be killed itself: then this ends, too.
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

    /// Since this version signals and abstract sockets stay inside, too.
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
            // Port 0 stands for one that the system chooses.
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
