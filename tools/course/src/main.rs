//! `cargo course`: starts, compares and proves the lessons.

use std::{io, path::PathBuf, process::ExitCode, str::FromStr, time::Duration};

use anstream::{AutoStream, ColorChoice};
use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

mod bound;
mod cargo;
mod carry;
mod catch_up;
mod check;
mod diff;
mod diff_html;
mod diff_text;
mod excerpt;
mod files;
mod grade;
mod graded;
mod hand_in;
mod highlight;
mod hint;
mod history;
mod inputs;
mod install;
mod keep;
mod lesson_tests;
mod lessons;
mod line_diff;
mod list;
mod manifest;
mod new;
mod page;
mod play;
mod programs;
mod progress;
mod prose;
mod renames;
mod restore;
mod schedule;
mod sequence;
mod signals;
mod slides;
mod standalone;
mod start;
mod steps;
mod verify;
mod work;
mod workshop;
mod workspace;

use lessons::Course;
use programs::Programs;
use work::Work;

/// Starts, compares and proves the lessons of this workshop.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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
    Check {
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
    },
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
    Diff {
        /// The lesson before; with --step, the lesson; `mine` for your chat.
        from: Compared,
        /// The lesson after; when left out, the next one, or that of your chat.
        to: Option<u32>,
        /// Shows what this step of lesson FROM changes.
        #[arg(long, value_name = "K", conflicts_with = "to")]
        step: Option<u32>,
        /// Writes a web page into this file instead of showing text.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
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
    /// Runs the tests of a lesson against a folder of submissions.
    ///
    /// Writes grades as CSV, JSON, JUnit XML and web pages. The exit status tells
    /// whether all could be graded, not whether they pass.
    Grade(grade::Options),
    /// Packs work/chat into one archive that you can hand in.
    HandIn {
        /// Your name; the one that git knows when left out.
        #[arg(long)]
        name: Option<String>,
    },
    /// Becomes another program within limits; for `grade`.
    #[command(hide = true)]
    Confined(grade::confined::Confined),
    /// Becomes another program that ends with this one's parent; for `serve`.
    #[command(hide = true)]
    Bound(bound::Bound),
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

/// One side of a comparison.
#[derive(Clone, Copy)]
enum Compared {
    /// The student's chat.
    Mine,
    /// A lesson.
    Lesson(u32),
}

impl FromStr for Compared {
    type Err = String;

    fn from_str(text: &str) -> Result<Compared, String> {
        match text {
            "mine" => Ok(Compared::Mine),
            number => number
                .parse()
                .map(Compared::Lesson)
                .map_err(|_| "name a lesson by its number, or your chat as `mine`".to_owned()),
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        // A reader that closes the pipe, as `head` does, has seen enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(command: Command) -> Result<ExitCode> {
    if let Command::Verify { list: true, .. } = command {
        verify::list()?;
        return Ok(ExitCode::SUCCESS);
    }
    // Inside its fence it could not even look for the repository.
    if let Command::Confined(confined) = &command {
        return grade::confined::run(confined);
    }
    if let Command::Bound(bound) = &command {
        return bound::run(bound);
    }
    let course = Course::find()?;
    // `restore` completes the move itself, and prints the chat's name.
    if !matches!(command, Command::Restore { .. })
        && let Err(error) = Work::of(&course).settle()
    {
        anstream::eprintln!("warning: {error:#}");
    }
    match command {
        Command::List {
            json,
            schedule: true,
        } => schedule::run(&course, json)?,
        Command::List { json, .. } => list::run(&course, json)?,
        Command::Start { number, keep: true } => keep::run(&course, number)?,
        Command::Start { number, .. } => start::run(&course, number)?,
        Command::Check {
            words,
            watch,
            json,
            browser,
            renew_tests,
            time_limit,
        } => {
            let words = words.join(" ");
            let options = check::Options {
                filter: (!words.is_empty()).then_some(words),
                limit: Duration::from_secs(time_limit),
                programs: Programs::of_terminal(),
                browser,
                colours: !json && AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            };
            return check::run(
                &course,
                &options,
                &check::Look {
                    watch,
                    json,
                    renew_tests,
                },
            );
        }
        Command::Hint {
            step: Some(step),
            json,
            ..
        } => hint::run_step(&course, step, json)?,
        Command::Hint { level, json, .. } => hint::run(&course, level, json)?,
        Command::CatchUp {
            number,
            step: Some(step),
        } => catch_up::run_step(&course, number, step)?,
        Command::CatchUp { number, .. } => catch_up::run(&course, number)?,
        Command::Restore { list: true, .. } => restore::list(&course)?,
        Command::Restore { name, .. } => restore::run(&course, name.as_deref())?,
        Command::Diff {
            from,
            to,
            step,
            html,
            ..
        } => {
            let html = html.as_deref();
            match (from, step) {
                (Compared::Lesson(number), Some(step)) => {
                    diff::run_step(&course, number, step, html)?;
                }
                (Compared::Lesson(number), None) => diff::run(&course, number, to, html)?,
                (Compared::Mine, None) => diff::run_mine(&course, to, html)?,
                (Compared::Mine, Some(_)) => {
                    bail!("a step is a lesson's: name its number in the place of `mine`")
                }
            }
        }
        Command::Slides { out } => slides::run(&course, &out)?,
        Command::Grade(options) => return grade::run(&course, &options),
        Command::HandIn { name } => hand_in::run(&course, name)?,
        Command::Confined(confined) => return grade::confined::run(&confined),
        Command::Bound(bound) => return bound::run(&bound),
        Command::Serve { port } => return workshop::run(course, port),
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
            return carry::run(&course, order);
        }
        Command::New { name } => new::run(&course, &name)?,
        Command::Verify {
            lesson: Some(number),
            quick,
            ..
        } => return verify::run_steps(&course, number, quick),
        Command::Verify { only, .. } => return verify::run(&course, &only),
    }
    Ok(ExitCode::SUCCESS)
}
