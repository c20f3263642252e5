//! Whatever the repository's folder is called, and whatever is set in the environment.

use std::process::Command;

use crate::common::{
    Ran, Repository,
    student::{self, LIBRARY, finished},
};

#[test]
fn any_folder_will_do() {
    for name in ["my course [1]", "Übung & 中文", "it's {so} #3"] {
        let repository = Repository::in_folder(name);
        repository.course(&["catch-up", "1"]).passes();
        repository.course(&["check"]).passes();
        repository.course(&["start", "2", "--keep"]).passes();
        student::write_farewell(&repository);
        let said = student::said(&repository, &[]);
        assert!(said.contains("2 of 3 tests pass."), "{said}");
        repository.replace(LIBRARY, "\"hello\"", "\"hello!\"");
        let done = repository.course(&["check"]).passes();
        assert!(!done.contains("The grader would not take"), "{done}");
        repository.course(&["diff", "mine"]).passes();
        repository.course(&["restore"]).passes();
        repository.course(&["check"]).passes();
        repository.verify("steps").passes();
        let tested = repository.cargo_in("", &["test", "--workspace"]);
        assert!(tested.is_ok, "{}", tested.error);
    }
}

/// The linker of Linux does not write into such a folder, others do.
#[test]
fn a_folder_in_which_nothing_can_be_built_is_named() {
    let repository = Repository::in_folder("100%25");
    repository.course(&["catch-up", "1"]).passes();
    let ran = repository.course(&["check"]);
    let words = "100%25/course/work/chat has a % in its name: the linker may not find it";
    assert!(ran.is_ok || ran.out.contains(words), "{}", ran.out);
}

#[test]
fn settings_of_cargo_do_no_harm() {
    let repository = finished();
    let host = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output();
    let host = String::from_utf8(host.unwrap().stdout).unwrap();
    for (name, value) in [
        ("CARGO_BUILD_TARGET", host.trim()),
        ("CARGO_TERM_VERBOSE", "true"),
        ("CARGO_TERM_QUIET", "true"),
        ("CARGO_TERM_PROGRESS_WHEN", "always"),
        ("CARGO_BUILD_JOBS", "1"),
        ("RUSTFLAGS", "--cap-lints warn"),
        ("RUST_MIN_STACK", "4000000"),
        ("RUST_LOG", "trace"),
    ] {
        let mut command = repository.command("", &["check"]);
        command
            .env(name, value)
            .env("CARGO_TERM_PROGRESS_WIDTH", "40");
        let ran = Ran::from(command.output().unwrap());
        assert!(
            ran.is_ok && ran.error.is_empty(),
            "{name}: {}{}",
            ran.out,
            ran.error
        );
        assert!(ran.out.contains("Lesson 02 is done"), "{name}: {}", ran.out);
    }
}

#[test]
fn a_setting_with_which_nothing_can_be_built_is_named() {
    let repository = finished();
    for (name, value) in [("RUSTC_WRAPPER", "/no/wrapper"), ("RUSTFLAGS", "--no-flag")] {
        let mut command = repository.command("", &["check"]);
        let ran = Ran::from(command.env(name, value).output().unwrap());
        assert!(!ran.is_ok && ran.error.is_empty(), "{}", ran.error);
        let words = format!("keeps cargo from building:\n  - {name}={value} is set");
        assert!(ran.out.contains(&words), "{}", ran.out);
    }
}
