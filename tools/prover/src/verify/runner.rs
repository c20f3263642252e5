//! Builds and runs the tests of a scratch workspace.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    Report,
    scratch::{Member, Pairing, Scratch},
};
use course::{
    cargo::{
        cargo,
        messages::{Diagnostic, Message, Target},
    },
    check::program::{Ended, results, section},
    lesson_tests::{PROGRAM, TestName},
    lessons::Course,
    programs::Programs,
};

/// How long the tests of one lesson may take.
const LIMIT: Duration = Duration::from_secs(180);
/// Tests of a missing feature mostly wait, so more of them run than there are
/// processors.
const THREADS: &str = "8";

/// The results of a member's tests.
#[derive(Default)]
pub struct Results {
    /// The first error, if the library does not compile.
    pub broken_library: Option<Broken>,
    /// The first error, if the tests do not compile with it.
    pub broken_tests: Option<Broken>,
    /// Each test that ran: nothing, or why it failed.
    outcomes: BTreeMap<TestName, Option<String>>,
}

/// An error of the compiler.
#[derive(Clone)]
pub struct Broken {
    /// Without the place.
    pub message: String,
    /// `src/lib.rs:12`, if it is known.
    pub place: Option<String>,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let message = &self.message;
        match &self.place {
            Some(place) => write!(formatter, "{message} ({place})"),
            None => write!(formatter, "{message}"),
        }
    }
}

impl Results {
    /// Why the test failed; nothing when it passed.
    pub fn failure(&self, test: &TestName) -> Option<String> {
        let not_seen = || Some("it did not run to its end".into());
        self.outcomes.get(test).cloned().unwrap_or_else(not_seen)
    }

    /// Whether everything compiled; reports each failure.
    pub fn compiled(&self, course: &Course, pairing: &Pairing, report: &mut Report) -> bool {
        let (tests, code) = (pairing.tests, pairing.code);
        if let Some(error) = &self.broken_library {
            let to_do = "make the lesson compile";
            report.problem(course.shown(&code.path), error.to_string(), to_do);
        } else if let Some(error) = &self.broken_tests {
            let (from, on) = (tests.number, code.number);
            let what =
                format!("the tests of lesson {from:02} do not compile on lesson {on:02}: {error}");
            let to_do = "let tests call what both lessons have, as `chat::app()`";
            report.problem(course.shown(&tests.path), what, to_do);
        }
        self.broken_library.is_none() && self.broken_tests.is_none()
    }

    /// Every test that was seen to run.
    pub fn ran(&self) -> impl Iterator<Item = &TestName> {
        self.outcomes.keys()
    }
}

/// The results of a build, by member and target.
#[derive(Default)]
struct Build {
    executables: HashMap<(String, String), PathBuf>,
    errors: HashMap<(String, String), Broken>,
}

/// Runs the tests of each member; with `wanted`, only those that it chooses.
pub fn run<M: Member>(
    course: &Course,
    members: &[M],
    wanted: impl Fn(&M) -> Vec<TestName>,
) -> Result<Vec<Results>> {
    let scratch = Scratch::write(course, members)?;
    let names: Vec<String> = members.iter().map(M::name).collect();
    let build = build(course, &scratch, &names)?;
    let members = names.iter().zip(members);
    let run = |(name, member): (&String, &M)| run_member(&scratch, &build, name, &wanted(member));
    members.map(run).collect()
}

/// Builds all members at once, as far as they compile.
fn build(course: &Course, scratch: &Scratch, names: &[String]) -> Result<Build> {
    let output = cargo()
        .args([
            "build",
            "--tests",
            "--workspace",
            "--offline",
            "--keep-going",
        ])
        .arg("--message-format=json")
        .arg("--manifest-path")
        .arg(scratch.path().join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", &scratch.target)
        // Nothing is built twice here, so there is nothing to remember.
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(&course.root)
        .output()
        .context("cargo cannot be run")?;
    let mut build = Build::default();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        build.note(Message::read(line));
    }
    let foreign = build
        .errors
        .iter()
        .find(|error| !names.contains(&error.0.0));
    if let Some(((package, _), error)) = foreign {
        bail!("{package} does not compile: {error}");
    }
    if !output.status.success() && build.errors.is_empty() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(build)
}

impl Build {
    /// Notes one of cargo's messages: a program, or an error.
    fn note(&mut self, message: Message) {
        match message {
            Message::CompilerArtifact(artifact) => {
                if let Some(program) = artifact.executable {
                    let key = key(&artifact.manifest_path, artifact.target);
                    self.executables.insert(key, program);
                }
            }
            Message::CompilerMessage(complaint) if complaint.message.is_error() => {
                let key = key(&complaint.manifest_path, complaint.target);
                let error = Broken::read(&complaint.message, &key.0);
                self.errors.entry(key).or_insert(error);
            }
            _ => {}
        }
    }

    /// Programs are large, and these are not needed again.
    fn remove_programs(&self, member: &str) {
        for ((of, _), program) in &self.executables {
            if of == member {
                // One that stays goes with the target folder.
                let _ = fs::remove_file(program);
            }
        }
    }

    fn error(&self, member: &str, target: &str) -> Option<Broken> {
        self.errors
            .get(&(member.to_owned(), target.to_owned()))
            .cloned()
    }
}

/// The member, and the name of its target if that is a test program.
fn key(manifest: &Path, target: Target) -> (String, String) {
    let member = manifest.parent().and_then(Path::file_name);
    let is_test = target.kind.iter().any(|kind| kind == "test");
    let name = if is_test { target.name } else { String::new() };
    (
        member.unwrap_or_default().to_string_lossy().into_owned(),
        name,
    )
}

impl Broken {
    /// One of the compiler's errors, in a crate of the workspace.
    fn read(error: &Diagnostic, member: &str) -> Broken {
        let primary = error.spans.iter().find(|span| span.is_primary);
        let place = primary.and_then(|span| {
            let file = span.file_name.replace('\\', "/");
            let (_, path) = file.split_once(&format!("{member}/"))?;
            Some(format!("{path}:{}", span.line_start))
        });
        Broken {
            message: error.message.clone(),
            place,
        }
    }
}

fn run_member(
    scratch: &Scratch,
    build: &Build,
    member: &str,
    wanted: &[TestName],
) -> Result<Results> {
    let mut results = Results {
        broken_library: build.error(member, ""),
        ..Results::default()
    };
    let program = (member.to_owned(), PROGRAM.to_owned());
    if let Some(program) = build.executables.get(&program) {
        let names = wanted.iter().map(TestName::to_string).collect();
        let output = run_program(program, &scratch.member(member), names)?;
        results.outcomes = outcomes(&output);
        build.remove_programs(member);
    } else {
        let error = build.error(member, PROGRAM);
        let missing = || Broken {
            message: format!("there is no test program `{PROGRAM}`"),
            place: None,
        };
        results.broken_tests = Some(error.unwrap_or_else(missing));
    }
    Ok(results)
}

/// Runs a test program as `cargo test` would, and returns its output.
fn run_program(program: &Path, member: &Path, names: Vec<String>) -> Result<String> {
    let printed = member.join("printed.txt");
    let mut command = Command::new(program);
    command
        .args(["--test-threads", THREADS, "--exact", "--color", "never"])
        .args(names)
        .current_dir(member)
        .env("CARGO_MANIFEST_DIR", member)
        .env("INSTA_UPDATE", "no")
        .env("INSTA_FORCE_PASS", "0")
        .env("RUST_BACKTRACE", "0")
        .env_remove("INSTA_WORKSPACE_ROOT")
        .stdin(Stdio::null())
        .stdout(File::create(&printed)?)
        .stderr(Stdio::null());
    let running = Programs::of_terminal().spawn(command);
    let running = running.with_context(|| program.display().to_string())?;
    running.wait_until(Instant::now() + LIMIT)?;
    Ok(String::from_utf8_lossy(&fs::read(&printed)?).into_owned())
}

fn outcomes(printed: &str) -> BTreeMap<TestName, Option<String>> {
    let outcome = |(name, ended): (&str, Ended)| {
        let failure = match ended {
            Ended::Passed => None,
            Ended::Failed => Some(reason(printed, name)),
            Ended::Ignored => Some("it is ignored".into()),
        };
        Some((TestName::parse(name)?, failure))
    };
    results(printed).into_iter().filter_map(outcome).collect()
}

/// The line below "panicked at" in the test's output.
fn reason(printed: &str, test: &str) -> String {
    let said = section(printed, test);
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let first = lines.clone().next();
    let panicked = lines.any(|line| line.contains("panicked at"));
    let line = if panicked { lines.next() } else { first };
    line.unwrap_or("it failed").trim().to_owned()
}
