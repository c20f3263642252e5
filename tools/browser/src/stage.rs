//! The stage of a test: a program that runs, and browser windows that show it.

use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use futures_util::future::join_all;

use crate::{
    chromium::{LOOK_EVERY, PATIENCE},
    failure, repository,
    server::{Program, Server},
    window::{Steps, Window},
};

/// The chat's smallest page: it loads nothing else.
const SHORT_PAGE: &str = "/health/live";

/// A server, and the windows that are open.
#[derive(Debug)]
pub struct Stage {
    test: String,
    /// The lesson's number; the finished chat comes after the last one.
    pub lesson: u8,
    program: Program,
    server: Mutex<Server>,
    address: String,
    windows: Mutex<Vec<Window>>,
    steps: Steps,
    may_fail_to_load: AtomicBool,
}

impl Stage {
    /// Starts a program for a test.
    pub fn set_up(test: &str, program: Program) -> Self {
        let server = Server::start(program, test);
        Self {
            test: test.to_owned(),
            lesson: match program {
                Program::Lesson(number) => number,
                _ => repository::last_lesson() + 1,
            },
            program,
            address: server.address().to_owned(),
            server: Mutex::new(server),
            windows: Mutex::default(),
            steps: Steps::default(),
            may_fail_to_load: AtomicBool::new(false),
        }
    }

    /// Opens a browser that shows nothing yet.
    pub async fn blank(&self, name: &str) -> Window {
        self.blank_at(name, &self.address).await
    }

    /// Opens a browser that shows nothing yet, and will open the pages of another
    /// address: that of something that stands before the server.
    pub async fn blank_at(&self, name: &str, address: &str) -> Window {
        let window = Window::launch(name, address, self.steps.clone()).await;
        self.lock_windows().push(window.clone());
        window
    }

    /// Opens a browser on the chat.
    pub async fn visitor(&self, name: &str) -> Window {
        let window = self.blank(name).await;
        window.open("/").await;
        window
    }

    /// Opens two browsers on the chat.
    pub async fn visitors(&self, names: [&str; 2]) -> [Window; 2] {
        tokio::join!(self.visitor(names[0]), self.visitor(names[1])).into()
    }

    /// Opens a browser and enters the chat, by joining once there is a form for it.
    pub async fn person(&self, name: &str) -> Window {
        let window = self.guest(name).await;
        self.enter(&window).await;
        window
    }

    /// Two people in the chat; the first was there first.
    pub async fn people(&self, names: [&str; 2]) -> [Window; 2] {
        let windows: [Window; 2] = tokio::join!(self.guest(names[0]), self.guest(names[1])).into();
        for window in &windows {
            self.enter(window).await;
        }
        windows
    }

    /// Closes a window, whose page must have had no errors.
    pub async fn close(&self, window: Window) {
        let errors = failure::page_errors(&window, self.ignores_network()).await;
        assert!(errors.is_empty(), "a page had errors: {errors:?}");
        self.lock_windows().retain(|open| open.name != window.name);
        window.close().await;
    }

    /// Where the server's pages are, as in `http://127.0.0.1:40123`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The folder in which the server runs.
    pub fn folder(&self) -> PathBuf {
        self.lock_server().folder().to_owned()
    }

    /// Ends the server; browsers may complain that they cannot reach it.
    pub fn stop_server(&self) {
        self.allow_failed_requests();
        self.note("The server stops");
        self.lock_server().stop();
    }

    /// Lets the server end by itself, as an update does, and waits until it has.
    pub fn ask_server_to_stop(&self) {
        self.allow_failed_requests();
        self.note("The server is asked to stop");
        self.lock_server().ask_to_end();
    }

    /// Starts the server again where it was.
    pub fn start_server(&self) {
        self.note("The server starts");
        self.lock_server().start_again();
    }

    /// Presses Ctrl+C where the server runs, and waits for its exit status.
    pub async fn interrupt_server(&self) -> Option<i32> {
        self.allow_failed_requests();
        self.note("Ctrl+C is pressed");
        self.lock_server().interrupt();
        let mut status = None;
        self.until("the server has ended", || {
            status = self.lock_server().exit_status();
            status.is_some()
        })
        .await;
        status?.code()
    }

    /// Starts the program once more, where it cannot run: its exit status, and
    /// what it says on the error stream.
    pub async fn fails_to_start(&self, port: &str) -> (Option<i32>, String) {
        self.note(&format!("The program is started on port {port}"));
        let mut command = self.lock_server().command(port);
        let ended = tokio::task::spawn_blocking(move || command.output()).await;
        let Ok(Ok(ended)) = ended else {
            panic!("the program does not start: {ended:?}")
        };
        let words = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
        (ended.status.code(), words)
    }

    /// The port on which the server listens.
    pub fn port(&self) -> String {
        self.lock_server().port().to_owned()
    }

    /// Waits until the server has written a line that contains all of these.
    pub async fn server_writes(&self, words: &[&str]) {
        self.note(&format!("The server is to write {words:?}"));
        self.until(&format!("a line with {words:?}"), || {
            let log = self.lock_server().log();
            log.iter()
                .any(|line| words.iter().all(|word| line.contains(word)))
        })
        .await;
    }

    async fn until(&self, what: &str, mut is_met: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_met() {
            assert!(Instant::now() < deadline, "waited in vain: {what}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Starts the server again where it was, with a setting in its environment.
    pub fn start_server_with(&self, setting: &'static str, value: &'static str) {
        self.note(&format!("The server starts with {setting}={value}"));
        let mut server = self.lock_server();
        server.set(setting, value);
        server.start_again();
    }

    /// Starts the server where it was, but with nothing of what people did there.
    pub fn start_new_chat(&self) {
        self.note("The server starts with a new chat");
        self.lock_server().start_empty();
    }

    /// Holds back all answers.
    pub fn pause_server(&self) {
        self.note("The server pauses");
        self.lock_server().pause();
    }

    /// Lets the answers go.
    pub fn resume_server(&self) {
        self.note("The server resumes");
        self.lock_server().resume();
    }

    /// Browsers report each answer like 404 as an error: here it is meant.
    pub fn allow_failed_requests(&self) {
        self.may_fail_to_load.store(true, Ordering::Relaxed);
    }

    /// Closes everything. A test that succeeded fails when a page had errors.
    pub async fn tear_down(&self, result: Result<(), String>) -> Result<(), String> {
        let windows = std::mem::take(&mut *self.lock_windows());
        let mut errors = Vec::new();
        for window in &windows {
            errors.extend(failure::page_errors(window, self.ignores_network()).await);
        }
        let result = result.and(match errors.is_empty() {
            true => Ok(()),
            false => Err("a page had errors".to_owned()),
        });
        let result = match result {
            Ok(()) => Ok(()),
            Err(reason) => Err(self.tell(&reason, &errors, &windows).await),
        };
        join_all(windows.into_iter().map(Window::close)).await;
        result
    }

    async fn tell(&self, reason: &str, errors: &[String], windows: &[Window]) -> String {
        let steps = self
            .steps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let log = self.lock_server().log();
        let pictures = failure::pictures(&self.test, windows).await;
        let sections = [
            failure::section("what was done", &steps),
            failure::section("errors in the pages", errors),
            failure::section("what the server wrote", &log),
            failure::section("pictures", &pictures),
        ];
        format!("{reason}\n{}", sections.concat())
    }

    /// Signs up or joins, once there is a form for it; waits for the connection,
    /// once there is one.
    pub async fn enter(&self, window: &Window) {
        if self.program == Program::Chat {
            window.arrives().await;
        } else if self.lesson >= 3 {
            window.join(&window.name).await;
        } else if self.lesson == 2 {
            window.connects().await;
        }
    }

    /// Opens a browser on the page from which people enter.
    async fn guest(&self, name: &str) -> Window {
        let window = self.blank(name).await;
        let page = match self.program {
            Program::Chat => SHORT_PAGE,
            _ => "/",
        };
        window.open(page).await;
        window
    }

    fn ignores_network(&self) -> bool {
        self.may_fail_to_load.load(Ordering::Relaxed)
    }

    fn note(&self, step: &str) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(step.to_owned());
    }

    fn lock_server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_windows(&self) -> MutexGuard<'_, Vec<Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
