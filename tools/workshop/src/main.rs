//! `cargo course serve`, `slides`, `list --schedule` and `diff … --html`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use course::{cli, diff, limits};
use workshop::{diff_html, schedule, serve, slides};

/// Shows the workshop as pages.
#[derive(Parser)]
#[command(name = cli::NAME, bin_name = cli::NAME)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows when what is done in a class, from the minutes of slides and lessons.
    List {
        /// Writes JSON, for programs.
        #[arg(long)]
        json: bool,
        /// Without it, `cargo course` lists the lessons.
        #[arg(long, required = true)]
        schedule: bool,
    },
    /// Writes what changes from one lesson to another, or from your chat to a lesson.
    Diff(diff::Options),
    /// Writes the slides of all lessons as a site that needs no network.
    Slides {
        /// The folder to write into: a new one, an empty one, or one written before.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Shows the workshop as web pages: lessons, differences, checks.
    ///
    /// Only this machine can reach it. Ctrl+C ends it, with all that it has started.
    Serve {
        /// Where it listens; 0 takes any free port.
        #[arg(long, default_value_t = 4000)]
        port: u16,
    },
    /// Becomes another program within limits; for checks.
    #[command(hide = true)]
    Limited(limits::Limited),
    /// Becomes another program that ends with this one's parent; for Play.
    #[command(hide = true)]
    Bound(limits::Bound),
}

fn main() -> ExitCode {
    cli::end(run(Arguments::parse().command))
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::List { json, .. } => schedule::run(&cli::open()?, json)?,
        Command::Diff(options) => {
            let file = options.html.as_deref();
            let file = file.context("without --html, `cargo course` shows it itself")?;
            diff_html::run(&cli::open()?, &options, file)?;
        }
        Command::Slides { out } => slides::run(&cli::open()?, &out)?,
        Command::Serve { port } => return serve::run(cli::open()?, port),
        Command::Limited(limited) => return limited.run(),
        Command::Bound(bound) => return bound.run(),
    }
    Ok(ExitCode::SUCCESS)
}
