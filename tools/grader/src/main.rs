//! `cargo course grade`: runs a lesson's tests against a folder of submissions.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use course::cli;

mod archive;
mod build;
mod build_cache;
mod code_pages;
mod confined;
mod events;
mod expression;
mod find_chat;
mod grade;
mod grader;
mod orphans;
mod page_run;
mod points;
mod reason;
mod report;
mod result;
mod roster;
mod sandbox;
mod show;
mod submissions;
mod summary;
mod test_run;
mod who;

/// Grades submissions.
#[derive(Parser)]
#[command(name = cli::NAME, bin_name = cli::NAME)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the tests of a lesson against a folder of submissions.
    ///
    /// Writes grades as CSV, JSON, JUnit XML and web pages. The exit status tells
    /// whether all could be graded, not whether they pass.
    Grade(grade::Options),
    /// Becomes another program within limits; for `grade`.
    #[command(hide = true)]
    Confined(confined::Confined),
}

fn main() -> ExitCode {
    cli::end(run(Arguments::parse().command))
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Grade(options) => grade::run(&cli::open()?, &options),
        // Inside its fence it could not even look for the repository.
        Command::Confined(confined) => confined::run(&confined),
    }
}
