//! `cargo course check`: a student's code that runs while it is compiled has limits, too.

#[cfg(target_os = "linux")]
use std::{
    thread,
    time::{Duration, Instant},
};

use crate::common::student::{self, LIBRARY, finished};

const SCRIPT: &str = "work/chat/build.rs";
/// Far more than the system takes to end a process that is killed.
#[cfg(target_os = "linux")]
const END: Duration = Duration::from_secs(30);

/// The output of a check of a chat with this build script.
fn said(code: &str, words: &[&str]) -> String {
    let repository = finished();
    repository.write(SCRIPT, &format!("fn main() {{ {code} }}\n"));
    let said = student::said(&repository, words);
    assert!(said.contains("Your chat does not compile yet."), "{said}");
    said
}

#[test]
fn a_build_script_runs_within_its_time() {
    let repository = finished();
    repository.write(SCRIPT, "fn main() {}\n");
    let words = ["check", "--build-limit", "3600"];
    let done = repository.course(&words).passes();
    assert!(done.contains("Lesson 02 is done"), "{done}");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_has_an_end() {
    // Nothing is written into it, so it takes no memory of the machine.
    let script = said("loop { std::mem::forget(vec![0_u8; 1 << 30]) }", &[]);
    let words = "  - a program of the build may use 4096 MiB of memory\n";
    assert!(script.contains(words), "{script}");
}

#[cfg(unix)]
#[test]
fn files_have_an_end() {
    let code = "std::fs::File::create(std::env::var(\"OUT_DIR\").unwrap() + \"/big\")\
                .unwrap().set_len(1 << 40).unwrap()";
    let script = said(code, &[]);
    let words = "  - a program of the build may write files of 1024 MiB\n";
    assert!(script.contains(words), "{script}");
}

#[test]
fn an_endless_constant_is_stopped() {
    let repository = finished();
    let code = "\n#[allow(long_running_const_eval)]\npub const END: () = loop {};\n";
    repository.append(LIBRARY, code);
    // Which of the two limits it reaches first depends on the machine.
    let said = student::said(&repository, &["--build-limit", "12"]);
    assert!(said.contains("Your chat does not compile yet."), "{said}");
    assert!(said.contains(" s, and was stopped\n"), "{said}");
}

/// It sleeps, so only the time on the clock counts.
#[cfg(target_os = "linux")]
#[test]
fn a_build_script_that_waits_is_stopped() {
    let code = "std::fs::write(\"script\", std::process::id().to_string()).unwrap(); \
                loop { std::thread::park() }";
    let repository = finished();
    repository.write(SCRIPT, &format!("fn main() {{ {code} }}\n"));
    let said = student::said(&repository, &["--build-limit", "10"]);
    let words = "error: the build had not ended after 10 s, and was stopped\n";
    assert!(said.contains(words), "{said}");
    if repository.path("work/chat/script").is_file() {
        let process = repository.read("work/chat/script");
        let is_left = || {
            let program = std::fs::read_link(format!("/proc/{process}/exe"));
            program.is_ok_and(|program| program.starts_with(repository.built("")))
        };
        // It is killed with its group, and the system takes a moment to end it.
        let deadline = Instant::now() + END;
        while is_left() {
            assert!(Instant::now() < deadline, "the build script still runs");
            thread::yield_now();
        }
    }
}
