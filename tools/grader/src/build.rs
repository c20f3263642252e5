//! Builds a submission and checks which files the compiler read.

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

use super::{
    confined::{Confinement, Network},
    sandbox::Sandbox,
    show::Building,
};
use course::{limits::Limits, programs::Programs};

/// MiB: several times as much as the compiler needs for a lesson.
const MEMORY: u64 = 4096;
const LARGEST_FILE: u64 = 1024;
/// A server that handles a request takes precedence over a compiler.
const NICE: i32 = 10;
/// The number of bytes of cargo's output to keep.
const KEPT: u64 = 64 * 1024;
/// System folders from which a compiler, a linker and a browser read and run files.
pub const SYSTEM: [&str; 6] = ["/usr", "/bin", "/lib", "/lib64", "/etc", "/opt"];
/// The only environment variables that a build receives.
const VARIABLES: [&str; 7] = [
    "CARGO_HOME",
    "CARGO_NET_OFFLINE",
    "HOME",
    "LANG",
    "PATH",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
];

/// Builds submissions.
pub struct Builder {
    /// The folder of the Rust toolchain.
    toolchain: PathBuf,
    /// The target to compile for: this system.
    target: String,
    cargo_home: PathBuf,
    /// The optimization level of the dependencies.
    level: &'static str,
    /// The time limit of a build.
    pub limit: Duration,
    /// Starts the processes and stops them.
    pub programs: Programs,
}

/// The result of a build.
pub enum Build {
    /// The path of the server.
    Server(PathBuf),
    /// It does not compile; this is cargo's output.
    Broken(String),
    /// It took too long.
    Late,
    /// The compiler read this file, which is not part of the submission.
    ReadsOutside(PathBuf),
}

impl Builder {
    /// Uses the toolchain of the repository.
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
            bail!("rustc did not print its sysroot and its target");
        };
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
        Ok(Builder {
            toolchain: toolchain.into(),
            target: target.to_owned(),
            cargo_home: home.context("cargo has no home")?,
            // Dependencies are built once and run for every test of every submission, so
            // optimizing them pays off: servers run and link faster.
            level: if is_optimized { "1" } else { "0" },
            limit,
            programs,
        })
    }

    /// Builds the lesson's own code and its dependencies, without confinement, and
    /// reduces the lock file to the dependencies in use.
    pub fn build_lesson(&self, sandbox: &Sandbox, building: &Building) -> Result<()> {
        let mut command = Command::new(self.cargo());
        command
            .args(["build", "--offline"])
            .args(self.dependencies())
            .stderr(Stdio::piped());
        self.surround(&mut command, sandbox);
        // Cargo's progress bar counts crates more reliably than its lines do.
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

    /// Builds a submission in a confined process.
    pub fn build(&self, sandbox: &Sandbox) -> Result<Build> {
        let words = self.confinement(sandbox).around(&self.cargo())?;
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .args(["build", "--offline", "--locked", "--quiet"])
            .args(self.dependencies());
        self.run(command, sandbox, self.limit)
    }

    fn dependencies(&self) -> [String; 2] {
        let profile = format!("profile.dev.package.\"*\".opt-level = {}", self.level);
        ["--config".to_owned(), profile]
    }

    /// The toolchain's own cargo: the one in `PATH` may be a shim that looks for this one.
    fn cargo(&self) -> PathBuf {
        self.toolchain.join("bin/cargo")
    }

    fn confinement(&self, sandbox: &Sandbox) -> Confinement {
        let workspace = sandbox.workspace();
        // The grader's own cargo configuration.
        let configuration = workspace.ancestors().map(|folder| folder.join(".cargo"));
        let mut read: Vec<PathBuf> = configuration.filter(|path| path.is_dir()).collect();
        read.extend([self.cargo_home.clone(), workspace.clone()]);
        let mut execute: Vec<PathBuf> = SYSTEM.map(PathBuf::from).into();
        execute.push(self.toolchain.clone());
        Confinement {
            limits: Limits {
                memory: MEMORY,
                seconds: self.limit.as_secs().saturating_mul(2),
                file: LARGEST_FILE,
                nice: NICE,
            },
            read,
            execute,
            write: vec![sandbox.target(), sandbox.temporary(), "/dev/null".into()],
            network: Network::default(),
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
            // These override the grader's own cargo configuration, which is meant for other
            // programs: the confined process cannot reach its wrappers and build folders.
            .env("CARGO_BUILD_TARGET", &self.target)
            .env("CARGO_BUILD_BUILD_DIR", sandbox.target())
            .env("RUSTC_WRAPPER", "")
            .env("RUSTC_WORKSPACE_WRAPPER", "")
            .env("RUSTFLAGS", "")
            .env("CARGO_TARGET_DIR", sandbox.target())
            // Most of a submission equals the lesson's own code, so incremental builds help.
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env("CARGO_TERM_COLOR", "never")
            .env("TMPDIR", sandbox.temporary())
            .current_dir(sandbox.workspace())
            .stdin(Stdio::null());
    }
}

/// Cargo's output without its progress bar, which updates `building` instead.
fn follow(said: impl Read, building: &Building) -> Result<String> {
    let bar = Regex::new(r"^ *Building \[.*\] (\d+)/(\d+)")?;
    let mut kept = String::new();
    // Cargo overwrites its progress bar, with a carriage return before each update.
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

/// The first file outside the submission that the compiler read. The compiler lists
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
            // A file that no longer exists cannot be attributed to the submission.
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

/// The files in a dependency list. The compiler gives each file that it read a line of
/// its own, which ends with a colon.
fn read_files(list: &str) -> impl Iterator<Item = String> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let files = lines.filter_map(|line| line.strip_suffix(':'));
    files.map(|file| file.replace("\\ ", " "))
}
