//! Programs that end with the one that has started them, however that ends.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

/// The hidden command: becomes a program that ends with its parent.
#[derive(Args)]
pub struct Bound {
    /// The program and its arguments.
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

/// The program of `command`, to be given arguments. On Linux it ends when this program
/// is killed. To the system its parent is the thread that starts it, which so must last
/// as long as the program.
#[cfg(target_os = "linux")]
pub fn bound(command: &Command) -> Result<Command> {
    let this = std::env::current_exe().context("this program does not find itself")?;
    let mut bound = Command::new(this);
    bound.args(["bound", "--"]).arg(command.get_program());
    Ok(bound)
}

/// The program of `command`, to be given arguments.
#[cfg(not(target_os = "linux"))]
pub fn bound(command: &Command) -> Result<Command> {
    Ok(Command::new(command.get_program()))
}

/// Becomes the program; returns only when that fails.
#[cfg(target_os = "linux")]
pub fn run(bound: &Bound) -> Result<ExitCode> {
    use rustix::process::{Signal, set_parent_process_death_signal};
    use std::os::unix::process::CommandExt;
    let (name, arguments) = bound.program.split_first().context("there is no program")?;
    // It stays when the program becomes another one, as `cargo run` does in the end.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let error = Command::new(name).args(arguments).exec();
    Err(error).with_context(|| name.to_string_lossy().into_owned())
}

/// Only Linux can bind a program to its parent.
#[cfg(not(target_os = "linux"))]
pub fn run(_: &Bound) -> Result<ExitCode> {
    anyhow::bail!("this works on Linux only")
}
