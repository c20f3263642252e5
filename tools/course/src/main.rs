//! `cargo course`: what students run, and the way to all other tools.

use std::{io, process::ExitCode, time::Duration};

use anstream::{AutoStream, ColorChoice};
use anyhow::Result;
use clap::{Parser, Subcommand};
use course::{
    catch_up, check, cli, diff, hand_in, hint, keep, lessons::Course, limits, list,
    programs::Programs, restore, start,
};

mod tools;

/// Starts, compares and proves the lessons of this workshop.
#[derive(Parser)]
#[command(name = cli::NAME, bin_name = cli::NAME)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Here(Here),
    #[command(flatten)]
    Elsewhere(tools::Command),
    /// Becomes another program within limits; for `check`.
    #[command(hide = true)]
    Limited(limits::Limited),
}

/// The commands that this program runs itself.
#[derive(Subcommand)]
enum Here {
    /// Shows each lesson, and how far you are.
    List {
        /// Writes JSON, for programs.
        #[arg(long)]
        json: bool,
        /// Shows when what is done in a class, from the minutes of slides and lessons.
        #[arg(long)]
        schedule: bool,
    },
    /// Puts what lesson N begins with, with its tests, into work/chat.
    ///
    /// A chat that is there already moves to work/kept.
    Start {
        /// The lesson that you begin.
        number: u32,
        /// Continues with your own chat: merges the lesson's start into it.
        #[arg(long)]
        keep: bool,
    },
    /// Runs the tests of work/chat, and says what is missing and what to do.
    Check(Check),
    /// Shows the next hint for "Your turn" of your lesson.
    Hint {
        /// 1 says where, 2 says what, 3 is nearly the solution.
        level: Option<usize>,
        /// Shows what this step of your lesson changes instead.
        #[arg(long, value_name = "K", conflicts_with = "level")]
        step: Option<u32>,
        /// Writes JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Puts the finished lesson N into work/chat; what is there already is kept.
    CatchUp {
        /// The lesson that you want to have finished.
        number: u32,
        /// Stops after this step of the lesson.
        #[arg(long, value_name = "K")]
        step: Option<u32>,
    },
    /// Brings back a chat that was put aside; what is in work/chat is kept.
    Restore {
        /// Its name in work/kept; the last one when left out.
        name: Option<String>,
        /// Lists what can be brought back.
        #[arg(long, conflicts_with = "name")]
        list: bool,
    },
    /// Shows what changes from one lesson to another, or from your chat to a lesson.
    Diff(diff::Options),
    /// Packs work/chat into one archive that you can hand in.
    HandIn {
        /// Your name; the one that git knows when left out.
        #[arg(long)]
        name: Option<String>,
    },
}

/// The options of `cargo course check`.
#[derive(clap::Args)]
struct Check {
    /// Words of the names of the tests to run; all when left out.
    words: Vec<String>,
    /// Checks again whenever you save a file.
    #[arg(long)]
    watch: bool,
    /// Writes a line of JSON a run, for programs.
    #[arg(long)]
    json: bool,
    /// Tests the page, too, when all other tests pass; needs Chromium.
    #[arg(long, conflicts_with = "words")]
    browser: bool,
    /// Puts the lesson's tests back first; your chat before is kept.
    #[arg(long)]
    renew_tests: bool,
    /// Stops a test that takes longer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    time_limit: u64,
    /// Stops a build that takes longer.
    #[arg(long, value_name = "SECONDS", default_value_t = check::BUILD_LIMIT.as_secs())]
    build_limit: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(tools::arguments());
    cli::end(run(arguments.command))
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Here(Here::List { schedule: true, .. }) => tools::run(tools::WORKSHOP),
        Command::Here(Here::Diff(options)) if options.html.is_some() => tools::run(tools::WORKSHOP),
        Command::Here(command) => command.run(),
        Command::Elsewhere(command) => tools::run(command.tool()),
        Command::Limited(limited) => limited.run(),
    }
}

impl Here {
    fn run(self) -> Result<ExitCode> {
        let course = match self {
            // It completes a move itself, and prints the chat's name.
            Here::Restore { .. } => Course::find()?,
            _ => cli::open()?,
        };
        match self {
            Here::List { json, .. } => list::run(&course, json)?,
            Here::Start { number, keep: true } => keep::run(&course, number)?,
            Here::Start { number, .. } => start::run(&course, number)?,
            Here::Check(options) => return options.run(&course),
            Here::Hint {
                step: Some(step),
                json,
                ..
            } => hint::run_step(&course, step, json)?,
            Here::Hint { level, json, .. } => hint::run(&course, level, json)?,
            Here::CatchUp {
                number,
                step: Some(step),
            } => catch_up::run_step(&course, number, step)?,
            Here::CatchUp { number, .. } => catch_up::run(&course, number)?,
            Here::Restore { list: true, .. } => restore::list(&course)?,
            Here::Restore { name, .. } => restore::run(&course, name.as_deref())?,
            Here::Diff(options) => diff::run(&course, &options)?,
            Here::HandIn { name } => hand_in::run(&course, name)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Check {
    fn run(&self, course: &Course) -> Result<ExitCode> {
        let words = self.words.join(" ");
        let options = check::Options {
            filter: (!words.is_empty()).then_some(words),
            limit: Duration::from_secs(self.time_limit),
            build_limit: Duration::from_secs(self.build_limit),
            programs: Programs::of_terminal(),
            browser: self.browser,
            colours: !self.json && AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        let look = check::Look {
            watch: self.watch,
            json: self.json,
            renew_tests: self.renew_tests,
        };
        check::run(course, &options, &look)
    }
}
