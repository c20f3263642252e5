//! Programs that end with the one that has started them, however that ends.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

#[cfg(target_os = "linux")]
use anyhow::Context;
use anyhow::Result;
use clap::Args;
use course::programs::become_program;

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
pub fn run(bound: &Bound) -> Result<ExitCode> {
    // It stays when the program becomes another one, as `cargo run` does in the end.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    become_program(&bound.program)
}
