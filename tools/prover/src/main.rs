//! `cargo course verify`, `carry` and `new`: for the authors of lessons.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use course::cli;

mod carry;
mod new;
mod prose;
mod verify;

/// Proves that lessons, pages and tests belong together, and changes them together.
#[derive(Parser)]
#[command(name = cli::NAME, bin_name = cli::NAME)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes a change of lesson N through all later stages.
    Carry {
        /// The lesson that you have changed.
        #[arg(required_unless_present_any = ["continue", "abort"])]
        number: Option<u32>,
        /// Tells where it would conflict, and changes nothing.
        #[arg(long, requires = "number")]
        dry_run: bool,
        /// Goes on after you have resolved a conflict or mended a test.
        #[arg(long, conflicts_with_all = ["number", "abort"])]
        r#continue: bool,
        /// Puts back what the carry has changed.
        #[arg(long, conflicts_with = "number")]
        abort: bool,
    },
    /// Makes the next stage: the last one under a new name, with a page to fill.
    New {
        /// Its number and name, as 08-private-messages.
        #[arg(value_name = "NN-NAME")]
        name: String,
    },
    /// Proves that lessons, pages and tests belong together.
    Verify {
        /// Runs this check alone; more than one may be named.
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
        /// Follows the page of this lesson alone (with `--only steps`), and tells of
        /// each block where it goes.
        #[arg(long, value_name = "N", requires = "only")]
        lesson: Option<u32>,
        /// Replays the lesson's page without building anything.
        #[arg(long, requires = "lesson")]
        quick: bool,
        /// Lists the checks.
        #[arg(long)]
        list: bool,
    },
}

fn main() -> ExitCode {
    cli::end(run(Arguments::parse().command))
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Carry {
            number,
            dry_run,
            abort,
            ..
        } => {
            let order = match (number, dry_run, abort) {
                (Some(number), true, _) => carry::Order::DryRun(number),
                (Some(number), false, _) => carry::Order::Begin(number),
                (None, _, true) => carry::Order::Abort,
                (None, _, false) => carry::Order::Continue,
            };
            carry::run(&cli::open()?, order)
        }
        Command::New { name } => {
            new::run(&cli::open()?, &name)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify { list: true, .. } => {
            verify::list()?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify {
            lesson: Some(number),
            quick,
            ..
        } => verify::run_steps(&cli::open()?, number, quick),
        Command::Verify { only, .. } => verify::run(&cli::open()?, &only),
    }
}
