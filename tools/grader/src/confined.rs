//! Runs programs with limited resources and access only to the files that they need.
//!
//! As with [`Limits`], this program confines itself, as the hidden command `confined`, and
//! then replaces itself with the other one.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use course::{limits::Limits, programs::become_program};

/// The limits of a program's resources, and what it may reach.
#[derive(Args, Clone, Debug)]
pub struct Confinement {
    #[command(flatten)]
    pub limits: Limits,
    /// A path that may be read.
    #[arg(long)]
    pub read: Vec<PathBuf>,
    /// A path that may be read and executed.
    #[arg(long)]
    pub execute: Vec<PathBuf>,
    /// A path that may be read and written.
    #[arg(long)]
    pub write: Vec<PathBuf>,
    /// The parts of the network that it may use.
    #[arg(long, value_enum, default_value_t)]
    pub network: Network,
}

/// The parts of the network that a program may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub enum Network {
    /// Listen on a port that the system chooses, and connect to nothing.
    #[default]
    FreePort,
    /// Listen on any port, and connect to nothing.
    AnyPort,
    /// Anything.
    Open,
}

/// The hidden command.
#[derive(Args)]
pub struct Confined {
    #[command(flatten)]
    confinement: Confinement,
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

impl Confinement {
    /// The command line that starts `program` in this confinement.
    pub fn around(&self, program: &Path) -> Result<Vec<OsString>> {
        let this = env::current_exe().context("this program does not find itself")?;
        let mut words = vec![this.into_os_string(), "confined".into()];
        words.extend(self.limits.words());
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
        // A value of this type always has a name.
        let network = self.network.to_possible_value();
        let network = network.context("the network has no name")?;
        words.extend(["--network".into(), network.get_name().into()]);
        words.extend(["--".into(), program.into()]);
        Ok(words)
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
    let Confined {
        confinement,
        program,
    } = confined;
    let limited = confinement.limits.set();
    limited.context("the limits cannot be set")?;
    fence::enter(confinement)?;
    become_program(program)
}

/// Landlock: a process gives up access to files and to the network.
#[cfg(target_os = "linux")]
mod fence {
    use anyhow::{Context, Result};
    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, NetPort, Ruleset, RulesetAttr,
        RulesetCreated, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
    };

    use super::{Confinement, Network};

    /// The first version that also blocks signals and abstract sockets to the outside.
    const VERSION: ABI = ABI::V6;

    pub fn is_whole() -> bool {
        ruleset(CompatLevel::HardRequirement, Network::FreePort).is_ok()
    }

    pub fn enter(reach: &Confinement) -> Result<()> {
        let read = AccessFs::from_read(VERSION) & !AccessFs::Execute;
        let execute = AccessFs::from_read(VERSION);
        let write = AccessFs::from_all(VERSION) & !AccessFs::Execute;
        let fence = ruleset(CompatLevel::BestEffort, reach.network)
            .and_then(|fence| fence.add_rules(path_beneath_rules(&reach.read, read)))
            .and_then(|fence| fence.add_rules(path_beneath_rules(&reach.execute, execute)))
            .and_then(|fence| fence.add_rules(path_beneath_rules(&reach.write, write)))
            .and_then(|fence| match reach.network {
                // Port 0 lets the system choose a free port.
                Network::FreePort => fence.add_rule(NetPort::new(0, AccessNet::BindTcp)),
                Network::AnyPort | Network::Open => Ok(fence),
            })
            .and_then(RulesetCreated::restrict_self);
        fence.context("the fence cannot be put up")?;
        Ok(())
    }

    fn ruleset(level: CompatLevel, network: Network) -> Result<RulesetCreated, RulesetError> {
        let files = Ruleset::default()
            .set_compatibility(level)
            .handle_access(AccessFs::from_all(VERSION))?;
        let all = match network {
            Network::FreePort => files.handle_access(AccessNet::from_all(VERSION))?,
            Network::AnyPort => files.handle_access(AccessNet::ConnectTcp)?,
            Network::Open => files,
        };
        all.scope(Scope::from_all(VERSION))?.create()
    }
}

#[cfg(not(target_os = "linux"))]
mod fence {
    pub fn is_whole() -> bool {
        false
    }

    pub fn enter(_: &super::Confinement) -> anyhow::Result<()> {
        Ok(())
    }
}
