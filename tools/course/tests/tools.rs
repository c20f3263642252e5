//! The commands that other programs run.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

/// Prints its arguments, and ends in its own way.
const SCRIPT: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n";

fn write_program(path: &Path) {
    fs::write(path, SCRIPT).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// The lines that the script has printed for `course` with these words.
fn passed(ran: Output) -> Vec<String> {
    assert_eq!(ran.status.code(), Some(7), "{ran:?}");
    let said = String::from_utf8(ran.stdout).unwrap();
    said.lines().map(str::to_owned).collect()
}

#[test]
fn cargo_runs_another_tool_with_the_same_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = folder.path().join("cargo");
    write_program(&cargo);
    for (tool, words) in [
        ("grader", &["grade", "a b", "--lesson=5", "--", "-x"][..]),
        ("grader", &["grade", "--help"]),
        ("prover", &["verify", "--only", "steps"]),
        ("prover", &["carry", "--nothing-is-called-so"]),
        ("prover", &["new", "08-more"]),
        ("workshop", &["serve", "--port", "0"]),
        ("workshop", &["slides", "--out", "site"]),
        ("workshop", &["diff", "1", "2", "--html", "page.html"]),
        ("workshop", &["list", "--json", "--schedule"]),
    ] {
        let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
        let ran = course.args(words).env("CARGO", &cargo).output().unwrap();
        let passed = passed(ran);
        assert_eq!(passed[..2], ["run", "--manifest-path"], "{words:?}");
        assert!(Path::new(&passed[2]).is_file(), "{passed:?}");
        assert_eq!(passed[3..6], ["--package", tool, "--"], "{words:?}");
        assert_eq!(passed[6..], *words);
    }
}

#[test]
fn help_on_a_command_comes_from_its_program() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = folder.path().join("cargo");
    write_program(&cargo);
    let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
    course.args(["help", "grade"]).env("CARGO", &cargo);
    let passed = passed(course.output().unwrap());
    assert_eq!(passed[4..], ["grader", "--", "grade", "--help"]);
}

#[test]
fn without_cargo_the_program_beside_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let course = folder.path().join("course");
    fs::copy(env!("CARGO_BIN_EXE_course"), &course).unwrap();
    write_program(&folder.path().join("prover"));
    let mut course = Command::new(course);
    course.args(["verify", "--list"]).env_remove("CARGO");
    assert_eq!(passed(course.output().unwrap()), ["verify", "--list"]);
}
