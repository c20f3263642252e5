//! The program of a lesson, of the finished chat or of the workshop, as a process.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use crate::repository;

const GREETINGS: [&str; 2] = ["Make Chat is at ", "The workshop is at "];
/// Names a program to be tested as a lesson's, a student's own chat, and its arguments, one
/// a line.
const LESSON_PROGRAM: &str = "LESSON_PROGRAM";
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A program that the repository builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The lesson with this number.
    Lesson(u8),
    /// The finished chat.
    Chat,
    /// The slides: pages in a folder, which no process serves.
    Slides,
    /// `cargo course serve`, in a copy of the repository.
    Workshop,
    /// The same in this repository, where it changes nothing but what is built.
    Play,
}

/// A running program. It ends with this value.
#[derive(Debug)]
pub struct Server {
    program: Program,
    data: TempDir,
    settings: Vec<(&'static str, &'static str)>,
    /// Where it runs: for the workshop, in a repository of its own.
    folder: PathBuf,
    address: String,
    process: Option<Child>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a program on a free port, with no data, for a test of that name.
    pub fn start(program: Program, test: &str) -> Self {
        let path = program.path();
        assert!(
            path.exists(),
            "{} is missing: run `cargo build --workspace` first",
            path.display()
        );
        let data = empty_folder();
        let folder = match program {
            Program::Workshop => repository::copy(test),
            Program::Play => repository::root(),
            _ => data.path().to_owned(),
        };
        let mut server = Self {
            program,
            data,
            settings: Vec::new(),
            folder,
            address: String::new(),
            process: None,
            log: Arc::default(),
        };
        match program {
            Program::Slides => server.export_slides(),
            _ => server.launch("0"),
        }
        server
    }

    /// Where the pages are, as in `http://127.0.0.1:40123`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The folder in which it runs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The server's output so far.
    pub fn log(&self) -> Vec<String> {
        self.lock_log().clone()
    }

    /// Ends the process at once, as a crash would. A workshop is asked to end: it
    /// stops what it has started.
    pub fn stop(&mut self) {
        if matches!(self.program, Program::Workshop | Program::Play) {
            self.ask_to_end();
        }
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself; then there is nothing to end.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Asks the process to end, and waits until it has.
    pub fn ask_to_end(&mut self) {
        let Some(process) = &mut self.process else {
            return;
        };
        if matches!(process.try_wait(), Ok(None)) {
            self.interrupt();
        }
        // Without an end there is nothing to wait for.
        let _ = self.process.take().map(|mut process| process.wait());
    }

    /// Starts the program again on the port and with the data that it had.
    pub fn start_again(&mut self) {
        assert!(self.process.is_none(), "the server is running already");
        let port = self.port().to_owned();
        self.launch(&port);
    }

    /// Sends the process what Ctrl+C sends.
    pub fn interrupt(&self) {
        self.signal("-INT");
    }

    /// The exit status of a process that has ended by itself.
    pub fn exit_status(&mut self) -> Option<ExitStatus> {
        self.process.as_mut()?.try_wait().ok()?
    }

    /// Adds a setting to the environment of the next start.
    pub fn set(&mut self, setting: &'static str, value: &'static str) {
        self.settings.push((setting, value));
    }

    /// Starts the program again on the port that it had, with no data.
    pub fn start_empty(&mut self) {
        self.data = empty_folder();
        self.folder = self.data.path().to_owned();
        self.start_again();
    }

    /// Holds the process still: connections stay open, nothing is answered.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets a process that was held still go on.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn export_slides(&mut self) {
        let path = self.program.path();
        let mut export = Command::new(&path);
        export.args(["slides", "--out"]).arg(self.data.path());
        let exported = export.output();
        assert!(
            exported.as_ref().is_ok_and(|done| done.status.success()),
            "{} does not export the slides: {exported:?}",
            path.display()
        );
        self.address = format!("file://{}", self.data.path().display());
    }

    /// How the program is started on a port.
    pub fn command(&self, port: &str) -> Command {
        let mut command = Command::new(self.program.path());
        command
            .args(self.program.arguments(port))
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target_dir())
            .env("PORT", port)
            .env("MAKE_CHAT_LISTEN", format!("127.0.0.1:{port}"))
            .env("MAKE_CHAT_DATA", self.data.path())
            // Tests write faster than people.
            .env("MAKE_CHAT_REQUESTS_PER_SECOND", "1000")
            .env_remove("DATABASE_URL")
            // A page asks for many files, and a line for each takes its time.
            .env("RUST_LOG", "info,tower_http=warn")
            .envs(self.settings.iter().copied())
            .env("NO_COLOR", "1");
        command
    }

    /// The port on which it listens.
    pub fn port(&self) -> &str {
        self.address.rsplit(':').next().unwrap_or("0")
    }

    fn launch(&mut self, port: &str) {
        let started = self.command(port).stdout(Stdio::piped()).spawn();
        let path = self.program.path();
        let mut process =
            started.unwrap_or_else(|error| panic!("{} does not start: {error}", path.display()));
        let output = process.stdout.take();
        self.process = Some(process);
        let address = output.and_then(|output| self.read_address(output));
        self.address = address.unwrap_or_else(|| {
            panic!("the server does not say where it is: {:#?}", self.log());
        });
    }

    /// Reads on for ever: a full pipe would hold the server up.
    fn read_address(&self, output: ChildStdout) -> Option<String> {
        let (found, address) = mpsc::channel();
        let log = Arc::clone(&self.log);
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let mut greetings = GREETINGS.iter();
                if let Some(address) = greetings.find_map(|words| line.strip_prefix(words)) {
                    // Nobody waits any more when the server was too slow.
                    let _ = found.send(address.to_owned());
                }
                log.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
            }
        });
        address.recv_timeout(START_TIMEOUT).ok()
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().map_or(0, Child::id).to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(
            sent.as_ref().is_ok_and(ExitStatus::success),
            "the server was not sent {signal}: {sent:?}"
        );
    }

    fn lock_log(&self) -> MutexGuard<'_, Vec<String>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Program {
    /// How its tests are called.
    pub fn name(self) -> String {
        match self {
            Self::Lesson(number) => format!("lesson_{number:02}"),
            Self::Chat => "chat".to_owned(),
            Self::Slides => "slides".to_owned(),
            Self::Workshop => "workshop".to_owned(),
            Self::Play => "play".to_owned(),
        }
    }

    /// Its arguments on the command line.
    fn arguments(self, port: &str) -> Vec<String> {
        match self {
            Self::Workshop | Self::Play => ["serve", "--port", port].map(str::to_owned).into(),
            Self::Lesson(_) => given_words().into_iter().skip(1).collect(),
            _ => Vec::new(),
        }
    }

    /// The programs lie beside the folder of this test, in `target/debug`.
    fn path(self) -> PathBuf {
        if let (Self::Lesson(_), Some(program)) = (self, given_words().first()) {
            return program.into();
        }
        let name = match self {
            Self::Lesson(number) => format!("lesson-{number:02}"),
            Self::Chat => "make-chat".to_owned(),
            Self::Slides | Self::Workshop | Self::Play => "workshop".to_owned(),
        };
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        target_dir().join("debug").join(file)
    }
}

/// The words of `LESSON_PROGRAM`; none if it is not set.
fn given_words() -> Vec<String> {
    let words = env::var_os(LESSON_PROGRAM).unwrap_or_default();
    let words = words.to_string_lossy();
    words.lines().map(str::to_owned).collect()
}

fn empty_folder() -> TempDir {
    TempDir::new().unwrap_or_else(|error| panic!("no temporary folder: {error}"))
}

/// Cargo's target folder, found from where this program lies in it:
/// `target/debug/deps/lessons-0123456789abcdef`.
pub fn target_dir() -> PathBuf {
    let this = env::current_exe().unwrap_or_default();
    let target = this.ancestors().nth(3).map(Path::to_owned);
    target.unwrap_or_else(|| "target".into())
}
