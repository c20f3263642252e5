//! Builds a submission, and looks at which files the compiler has read for it.

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader, Read, Seek},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use regex::Regex;

use super::{confined::Limits, sandbox::Sandbox, show::Building};
use crate::programs::Programs;

/// What the compiler needs for a lesson, several times over.
const MEMORY: u64 = 4096;
const LARGEST_FILE: u64 = 1024;
/// A server that is asked something goes before a compiler.
const NICE: i32 = 10;
/// How much of what cargo says is kept.
const KEPT: u64 = 64 * 1024;
/// What else a compiler and a linker read, or run.
const SYSTEM: [&str; 6] = ["/usr", "/bin", "/lib", "/lib64", "/etc", "/opt"];
/// Everything else that the environment holds is nobody's business.
const VARIABLES: [&str; 7] = [
    "CARGO_HOME",
    "CARGO_NET_OFFLINE",
    "HOME",
    "LANG",
    "PATH",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
];

/// How to build.
pub struct Builder {
    /// Where the compiler is.
    toolchain: PathBuf,
    /// The system that it compiles for: this one.
    target: String,
    cargo_home: PathBuf,
    /// How much what a submission depends on is optimized.
    level: &'static str,
    /// How long it may take.
    pub limit: Duration,
    /// How to start it.
    pub programs: Programs,
}

/// What came of it.
pub enum Build {
    /// The server.
    Server(PathBuf),
    /// What cargo said, because something does not compile.
    Broken(String),
    /// It took too long.
    Late,
    /// A file that was read although it is not the submission's.
    ReadsOutside(PathBuf),
}

impl Builder {
    /// Builds with the compiler that the repository is built with.
    pub fn new(
        root: &Path,
        is_optimized: bool,
        limit: Duration,
        programs: Programs,
    ) -> Result<Builder> {
        let asked = Command::new("rustc")
            .args(["--print", "sysroot", "--print", "host-tuple"])
            .current_dir(root)
            .output()
            .context("rustc cannot be run")?;
        if !asked.status.success() {
            bail!("rustc: {}", String::from_utf8_lossy(&asked.stderr).trim());
        }
        let answers = String::from_utf8_lossy(&asked.stdout);
        let mut answers = answers.lines().map(str::trim);
        let (Some(toolchain), Some(target)) = (answers.next(), answers.next()) else {
            bail!("rustc does not say where it is, and for which system it compiles");
        };
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
        Ok(Builder {
            toolchain: toolchain.into(),
            target: target.to_owned(),
            cargo_home: home.context("cargo has no home")?,
            // Built once and run for every test of every submission, so it pays in a
            // class: a server works less and is linked faster.
            level: if is_optimized { "1" } else { "0" },
            limit,
            programs,
        })
    }

    /// Builds the lesson's own code with all that it needs, outside of any fence,
    /// and cuts the lock file down to what is used.
    pub fn build_lesson(&self, sandbox: &Sandbox, building: &Building) -> Result<()> {
        let mut command = Command::new(self.cargo());
        command
            .args(["build", "--offline"])
            .args(self.dependencies())
            .stderr(Stdio::piped());
        self.surround(&mut command, sandbox);
        // Cargo counts better than its lines can be counted.
        command
            .env("CARGO_TERM_PROGRESS_WHEN", "always")
            .env("CARGO_TERM_PROGRESS_WIDTH", "80");
        let program = self
            .programs
            .spawn(command)
            .context("cargo cannot be run")?;
        let said = program.stderr().context("cargo has no error stream")?;
        let said = follow(said, building)?;
        match program.wait()?.success() {
            true => Ok(()),
            false => bail!("the lesson's own code cannot be built:\n{}", said.trim()),
        }
    }

    /// Builds a submission inside its fence.
    pub fn build(&self, sandbox: &Sandbox) -> Result<Build> {
        let limits = self.limits(sandbox);
        let mut command = limits.command(&self.cargo())?;
        command
            .args(["build", "--offline", "--locked", "--quiet"])
            .args(self.dependencies());
        self.run(command, sandbox, self.limit)
    }

    fn dependencies(&self) -> [String; 2] {
        let profile = format!("profile.dev.package.\"*\".opt-level = {}", self.level);
        ["--config".to_owned(), profile]
    }

    /// Not the one in the path, which may be a shim that looks for this one.
    fn cargo(&self) -> PathBuf {
        self.toolchain.join("bin/cargo")
    }

    fn limits(&self, sandbox: &Sandbox) -> Limits {
        let workspace = sandbox.workspace();
        // The grader's own configuration of cargo.
        let configuration = workspace.ancestors().map(|folder| folder.join(".cargo"));
        let mut read: Vec<PathBuf> = configuration.filter(|path| path.is_dir()).collect();
        read.extend([self.cargo_home.clone(), workspace.clone()]);
        let mut execute: Vec<PathBuf> = SYSTEM.map(PathBuf::from).into();
        execute.push(self.toolchain.clone());
        Limits {
            memory: MEMORY,
            seconds: self.limit.as_secs().saturating_mul(2),
            file: LARGEST_FILE,
            nice: NICE,
            fenced: true,
            read,
            execute,
            write: vec![sandbox.target(), sandbox.temporary(), "/dev/null".into()],
        }
    }

    fn run(&self, mut command: Command, sandbox: &Sandbox, limit: Duration) -> Result<Build> {
        let mut said = tempfile::tempfile()?;
        self.surround(&mut command, sandbox);
        command.stdout(Stdio::null()).stderr(said.try_clone()?);
        let program = self
            .programs
            .spawn(command)
            .context("cargo cannot be run")?;
        let Some(status) = program.wait_until(Instant::now() + limit)? else {
            return Ok(Build::Late);
        };
        if !status.success() {
            return Ok(Build::Broken(kept(&mut said)?));
        }
        let built = sandbox.target().join(&self.target).join("debug");
        if let Some(file) = read_outside(sandbox, &built.join("deps"))? {
            return Ok(Build::ReadsOutside(file));
        }
        let server = built.join(sandbox.program());
        match server.is_file() {
            true => Ok(Build::Server(server)),
            false => bail!("cargo has built no server at {}", server.display()),
        }
    }

    fn surround(&self, command: &mut Command, sandbox: &Sandbox) {
        let kept = VARIABLES.into_iter();
        let kept = kept.filter_map(|name| Some((name, env::var_os(name)?)));
        command
            .env_clear()
            .envs(kept)
            .env("RUSTC", self.toolchain.join("bin/rustc"))
            // What the grader's own configuration of cargo says of these is for other
            // programs; a wrapper, or a folder of its own, is out of reach in the fence.
            .env("CARGO_BUILD_TARGET", &self.target)
            .env("CARGO_BUILD_BUILD_DIR", sandbox.target())
            .env("RUSTC_WRAPPER", "")
            .env("RUSTC_WORKSPACE_WRAPPER", "")
            .env("RUSTFLAGS", "")
            .env("CARGO_TARGET_DIR", sandbox.target())
            // Most of a submission is like the lesson's own code.
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env("CARGO_TERM_COLOR", "never")
            .env("TMPDIR", sandbox.temporary())
            .current_dir(sandbox.workspace())
            .stdin(Stdio::null());
    }
}

/// What cargo says, without its bar; the bar shows how far it is.
fn follow(said: impl Read, building: &Building) -> Result<String> {
    let bar = Regex::new(r"^ *Building \[.*\] (\d+)/(\d+)")?;
    let mut kept = String::new();
    // Cargo writes one bar over the other.
    for line in BufReader::new(said).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        for part in line.split('\r').filter(|part| !part.trim().is_empty()) {
            let counted = bar.captures(part);
            let number = |at: usize| counted.as_ref()?[at].parse::<u64>().ok();
            match (number(1), number(2)) {
                (Some(done), Some(all)) => building.is_at(done, all),
                _ if (kept.len() as u64) < KEPT => kept.push_str(&format!("{part}\n")),
                _ => {}
            }
        }
    }
    Ok(kept)
}

fn kept(said: &mut File) -> Result<String> {
    said.rewind()?;
    let mut start = Vec::new();
    said.take(KEPT).read_to_end(&mut start)?;
    Ok(String::from_utf8_lossy(&start).trim().to_owned())
}

/// The first file that the compiler has read outside of the submission: it names
/// all files that it reads (`include!`, `#[path]`, templates) for cargo.
fn read_outside(sandbox: &Sandbox, lists: &Path) -> Result<Option<PathBuf>> {
    let workspace = sandbox.workspace();
    let chat = sandbox.chat().canonicalize()?;
    for entry in fs::read_dir(lists)? {
        let path = entry?.path();
        if path.extension().is_none_or(|end| end != "d") {
            continue;
        }
        for file in read_files(&fs::read_to_string(&path)?) {
            let file = workspace.join(file);
            // What is gone meanwhile cannot be told to be the submission's.
            if !file
                .canonicalize()
                .is_ok_and(|file| file.starts_with(&chat))
            {
                return Ok(Some(file));
            }
        }
    }
    Ok(None)
}

/// Each file that was read has a line of its own in the compiler's list, ending
/// with a colon.
fn read_files(list: &str) -> impl Iterator<Item = String> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let files = lines.filter_map(|line| line.strip_suffix(':'));
    files.map(|file| file.replace("\\ ", " "))
}
