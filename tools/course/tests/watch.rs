//! Tests `cargo course check --watch`.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use crate::common::Repository;

/// Far longer than any check takes, with a build on a busy machine; reached only if no check
/// starts.
const DEADLINE: Duration = Duration::from_secs(600);

/// A running `check --watch`, which is stopped when this value is dropped.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(repository: &Repository) -> Watch {
        let mut command = repository.command("", &["check", "--watch"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = out.lines().map_while(Result::ok);
            while lines.next().is_some_and(|line| sender.send(line).is_ok()) {}
        });
        Watch { child, lines }
    }

    /// The output up to the line that it waits for the next save.
    fn report(&self) -> String {
        let mut report = String::new();
        loop {
            let line = self.lines.recv_timeout(DEADLINE).unwrap();
            if line.starts_with("Waiting for you") {
                return report;
            }
            report += &(line + "\n");
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn every_save_is_checked() {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    let watch = Watch::start(&repository);
    assert!(watch.report().contains("Lesson 01 is done."));
    repository.replace("work/chat/src/lib.rs", "\"hello\"", "\"hullo\"");
    assert!(watch.report().contains("- it greets (greeting)"));
    repository.replace("work/chat/src/lib.rs", "\"hullo\"", "\"hello\"");
    assert!(watch.report().contains("Lesson 01 is done."));
}

#[test]
fn another_lesson_is_watched_when_it_is_started() {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    let watch = Watch::start(&repository);
    assert!(watch.report().contains("Lesson 01 is done."));
    repository.course(&["start", "2"]).passes();
    assert!(watch.report().contains("Lesson 02: Farewell"));
}

/// Files that a check, an editor or git writes do not start another check.
#[test]
fn only_what_the_tests_depend_on_is_checked_again() {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    let writes = "fn it_greets() {\n    let now = format!(\"{:?}\", std::time::Instant::now());\n    \
                  std::fs::write(\"tests/log.txt\", &now).unwrap();\n    \
                  std::fs::write(\"log.txt\", &now).unwrap();\n";
    repository.replace("work/chat/tests/greeting.rs", "fn it_greets() {\n", writes);
    let watch = Watch::start(&repository);
    // A file in `tests/` that changes may be a save; the second check knows that it isn't.
    watch.report();
    for file in [
        "src/.lib.rs.swp",
        "src/lib.rs~",
        "src/4913.tmp",
        ".git/index.lock",
        "target/debug/x",
        "notes.md",
    ] {
        repository.write(&format!("work/chat/{file}"), "x");
    }
    // Saving a file without a change starts no check either.
    let library = repository.read("work/chat/src/lib.rs");
    repository.write("work/chat/src/lib.rs", &library);
    repository.replace("work/chat/src/lib.rs", "\"hello\"", "\"hullo\"");
    // The next report is about the last change, so no check came before it.
    let report = watch.report();
    assert!(
        report.trim_start().starts_with("Lesson 01") && report.contains("- it greets (greeting)"),
        "{report}"
    );
    assert_eq!(report.matches("Lesson 01: Hello").count(), 1, "{report}");
}
