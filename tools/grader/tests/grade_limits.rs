//! `cargo course grade`: time limits, and errors of the grader.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use crate::common::{
    Repository,
    handed_in::rows,
    small_chat::{LIBRARY, MAIN, copy_lesson, course, hand_in},
};

/// Many times as long as it takes to build and test the small lesson.
const LIMIT: &str = "10";
const BIND: &str = "    let listener";
/// A server that never prints its address.
const PARKS: &str =
    "    loop { std::thread::park(); }\n    #[allow(unreachable_code)]\n    let listener";
/// Code that takes the compiler forever.
const COMPILES_FOR_EVER: &str =
    "#[allow(long_running_const_eval)]\nconst _: () = loop {};\n\n/// The answer to";

/// Starts grading with one job, so that submissions are graded in order of their names.
fn begin(repository: &Repository, temporary: &str) -> Child {
    let words = ["grade", "handed-in", "--lesson", "2", "--jobs", "1"];
    let mut command = repository.command("", &[&words[..], &["--time-limit", LIMIT]].concat());
    command.env("TMPDIR", repository.path(temporary));
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn whoever_takes_too_long_is_stopped() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    hand_in(&repository, "bob", MAIN, BIND, PARKS);
    hand_in(
        &repository,
        "cy",
        LIBRARY,
        "/// The answer to",
        COMPILES_FOR_EVER,
    );
    let mut grading = begin(&repository, "");
    assert!(grading.wait().unwrap().success());
    let rows = rows(&repository);
    assert!(rows.contains("\nada,passed,1,1,1,0,"), "{rows}");
    let late = "\nbob,failed,0,1,0,1,it had not ended when the 10 s for all tests were over";
    assert!(rows.contains(late), "{rows}");
    let late = "\ncy,not-built,0,1,0,0,it did not compile within 10 s\n";
    assert!(rows.contains(late), "{rows}");
}

/// The folder for temporary files disappears while Bob's submission, which runs until the
/// time limit, is graded.
#[test]
fn what_the_grader_cannot_do_is_not_the_students_fault() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    hand_in(&repository, "bob", MAIN, BIND, PARKS);
    copy_lesson(&repository, "handed-in/eve");
    repository.write("temporary/README", "");
    let mut grading = begin(&repository, "temporary");
    let mut said = BufReader::new(grading.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("ada: 1 point") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "Ada is never ready");
    }
    fs::remove_dir_all(repository.path("temporary")).unwrap();
    said.read_to_string(&mut line).unwrap();
    assert!(!grading.wait().unwrap().success());
    let rows = rows(&repository);
    assert!(rows.contains("\nada,passed,1,1,1,0,"), "{rows}");
    assert!(rows.contains("\neve,not-graded,0,1,0,0,"), "{rows}");
}
