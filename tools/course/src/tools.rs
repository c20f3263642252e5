//! The programs that run the other commands. Each is a crate of its own, so that what a
//! student needs compiles without a server, a grader and a prover.

use std::{
    env,
    ffi::{OsStr, OsString},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use course::{cargo::cargo, programs::become_program};

/// The workspace that this program is compiled from.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");

/// The tool that shows the workshop as pages.
pub const WORKSHOP: &str = "workshop";

/// The commands of the other tools, for the list of all commands.
#[derive(Subcommand)]
pub enum Command {
    /// Shows the workshop as web pages: lessons, differences, checks.
    #[command(disable_help_flag = true)]
    Serve(Passed),
    /// Writes the slides of all lessons as a site that needs no network.
    #[command(disable_help_flag = true)]
    Slides(Passed),
    /// Runs the tests of a lesson against a folder of submissions.
    #[command(disable_help_flag = true)]
    Grade(Passed),
    /// Takes a change of lesson N through all later stages.
    #[command(disable_help_flag = true)]
    Carry(Passed),
    /// Makes the next stage: the last one under a new name, with a page to fill.
    #[command(disable_help_flag = true)]
    New(Passed),
    /// Proves that lessons, pages and tests belong together.
    #[command(disable_help_flag = true)]
    Verify(Passed),
}

/// Arguments that only the other program reads.
#[derive(Args)]
pub struct Passed {
    /// They are not read here: [`run`] passes all arguments of this program.
    #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
    _words: Vec<OsString>,
}

/// This program's arguments, with `help COMMAND` as `COMMAND --help`, which the other
/// programs understand.
pub fn arguments() -> Vec<OsString> {
    let mut words: Vec<OsString> = env::args_os().collect();
    if words.len() == 3 && words[1] == "help" {
        words.remove(1);
        words.push("--help".into());
    }
    words
}

impl Command {
    /// The tool that runs it: the name of the package and of the program.
    pub fn tool(&self) -> &'static str {
        match self {
            Command::Serve(_) | Command::Slides(_) => WORKSHOP,
            Command::Grade(_) => "grader",
            Command::Carry(_) | Command::New(_) | Command::Verify(_) => "prover",
        }
    }
}

/// Becomes the tool of that name, which gets the same arguments.
pub fn run(tool: &str) -> Result<ExitCode> {
    let this = env::current_exe().context("this program does not find itself")?;
    let neighbour = this.with_file_name(format!("{tool}{}", env::consts::EXE_SUFFIX));
    let mut words = match is_of_cargo() || !neighbour.is_file() {
        true => through_cargo(tool),
        false => vec![neighbour.into()],
    };
    words.extend(arguments().into_iter().skip(1));
    become_program(&words)
}

/// Whether cargo has started this program. Then cargo starts the tool, too, and builds it
/// first if it is older than its code. Without cargo, as on CI, the program beside this
/// one is as new as this one.
fn is_of_cargo() -> bool {
    env::var_os("CARGO").is_some()
}

/// Cargo's own words say what is built, and how far it is.
fn through_cargo(tool: &str) -> Vec<OsString> {
    let cargo = cargo();
    let words = ["run", "--manifest-path", WORKSPACE, "--package", tool, "--"];
    let words = words.map(OsStr::new).into_iter();
    [cargo.get_program()]
        .into_iter()
        .chain(words)
        .map(OsStr::to_owned)
        .collect()
}
