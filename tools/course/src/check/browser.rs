//! Tests the page itself: runs a lesson's rules from `tools/browser` in Chromium, against the
//! student's chat.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{
    Hear, Heard, Options,
    build::{Build, Plan},
    failure::Failure,
    output::Output,
    run::Outcome,
};
use crate::{
    lessons::{Course, Lesson},
    programs::Programs,
};

/// The crate with the tests, relative to the repository's root, and the name of its program.
const CRATE: &str = "tools/browser";
const PROGRAM: &str = "lessons";
/// The prefix in the names of page tests.
pub const PAGE: &str = "page::";
/// The browsers that the tests look for; one of them is enough.
const BROWSERS: [&str; 5] = [
    "/usr/lib/chromium/chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const DRIVER: &str = "chromedriver";
/// A lesson's rules usually take half a minute.
const LIMIT: Duration = Duration::from_secs(600);

/// Whether this course has tests of the pages.
pub fn is_there(course: &Course) -> bool {
    course.root.join(CRATE).join("Cargo.toml").is_file()
}

/// Fails if this machine lacks something that the page tests need.
pub fn expect_browser(course: &Course) -> Result<()> {
    let to_do = "on Debian and Ubuntu, run `apt install chromium chromium-driver`";
    if !is_there(course) {
        bail!("this course has no tests of pages: {CRATE} is missing");
    }
    if !is_program(DRIVER) {
        bail!("the page cannot be tested, because {DRIVER} is not installed; {to_do}");
    }
    if !BROWSERS.iter().any(|name| is_program(name)) {
        bail!("the page cannot be tested, because Chromium is not installed; {to_do}");
    }
    Ok(())
}

fn is_program(name: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

/// The tests of a lesson's page, as a program that takes another program as the server.
pub struct PageTests {
    /// The path of the executable.
    pub program: PathBuf,
    folder: PathBuf,
    /// Which of the tests belong to the lesson: the beginning of their names.
    pub filter: String,
}

impl PageTests {
    /// Builds the tests.
    pub fn build(
        course: &Course,
        lesson: &Lesson,
        colours: bool,
        programs: &Programs,
        hear: Hear,
    ) -> Result<PageTests> {
        let folder = course.root.join(CRATE);
        let plan = Plan {
            folder: &folder,
            test: Some(PROGRAM),
            limit: None,
            colours,
            programs,
        };
        let (built, _) = plan.build(hear)?;
        let tests = match built {
            Build::Programs(programs) => programs.into_iter().next(),
            Build::Broken(said) => bail!("the tests of the page cannot be built:\n{said}"),
        };
        Ok(PageTests {
            program: tests.context("cargo has built no tests of the page")?.path,
            folder,
            filter: format!("lesson_{:02}::", lesson.number),
        })
    }

    /// Completes the command that starts the program: it tests `server`, a program and its
    /// arguments, one a line, and writes its results to a file.
    pub fn complete(&self, command: &mut Command, server: &OsStr, results: &Path) {
        command
            .arg(&self.filter)
            .args(["--format", "json", "--logfile"])
            .arg(results)
            .env("BROWSER_TESTS", "required")
            .env("LESSON_PROGRAM", server)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
    }
}

/// Tests the lesson's page against this program: each rule with its result.
pub fn outcomes(
    course: &Course,
    lesson: &Lesson,
    program: &Path,
    options: &Options,
    hear: Hear,
) -> Result<Vec<Outcome>> {
    hear(Heard::Doing(
        "   Compiling the tests of the page; the first time this takes some minutes",
    ));
    let tests = PageTests::build(course, lesson, options.colours, &options.programs, hear)?;
    hear(Heard::Doing("     Testing the page in Chromium"));
    let results = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(&tests.program);
    tests.complete(&mut command, program.as_os_str(), results.path());
    command.stderr(Stdio::piped());
    let child = options.programs.spawn(command)?;
    let said = child.stderr().map(Output::read);
    let is_ended = child.wait_until(Instant::now() + LIMIT)?.is_some();
    let outcomes = read(&fs::read_to_string(results.path())?);
    match (is_ended, outcomes.is_empty()) {
        (false, _) => bail!("the page was not tested within {} s", LIMIT.as_secs()),
        (true, true) => {
            let said = said.map(|said| said.text()).unwrap_or_default();
            bail!("the page was not tested: {}", said.trim())
        }
        (true, false) => Ok(outcomes),
    }
}

/// Reads the results: one line of JSON for each.
pub fn read(results: &str) -> Vec<Outcome> {
    let events = results.lines();
    let events = events.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let outcome = |event: Value| {
        let is_end = event["type"] == "test" && event["event"] != "started";
        let name = page_name(event["name"].as_str()?);
        is_end.then(|| (name, failure(&event)))
    };
    events.filter_map(outcome).collect()
}

/// The name that a rule has among the lesson's tests: `page::enter_sends`.
pub fn page_name(test: &str) -> String {
    let rule = test.rsplit("::").next().unwrap_or(test);
    format!("{PAGE}{rule}")
}

fn failure(event: &Value) -> Option<Failure> {
    let said = event["stdout"].as_str().unwrap_or_default().trim();
    let said = said.strip_prefix("Error: \"").unwrap_or(said);
    let said = said.strip_suffix('"').unwrap_or(said);
    match event["event"].as_str() {
        Some("ok") => None,
        Some("failed") => Some(Failure::of(said)),
        _ => Some(Failure::of("it did not run")),
    }
}
