//! `cargo course start`

mod common;

use std::fs;

use common::{MANIFEST, Repository};
use insta::assert_snapshot;

#[test]
fn it_says_what_to_do_next() {
    let repository = Repository::new();
    assert_snapshot!(repository.course(&["start", "2"]).passes());
}

#[test]
fn the_stage_before_meets_the_tests_of_the_lesson() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    let library = repository.read("work/chat/src/lib.rs");
    assert_eq!(library, repository.read("lessons/01-hello/src/lib.rs"));
    assert!(repository.path("work/chat/tests/farewell.rs").is_file());
    assert!(repository.path("work/chat/templates/page.html").is_file());
    assert!(!repository.path("work/chat/README.md").exists());
}

#[test]
fn the_crate_gets_a_name_of_its_own_everywhere() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    let manifest = repository.read("work/chat/Cargo.toml");
    assert!(
        manifest.contains("name = \"my-chat\"\nversion"),
        "{manifest}"
    );
    assert!(manifest.contains("name = \"my_chat\""), "{manifest}");
    assert!(
        repository
            .read("work/chat/src/main.rs")
            .contains("my_chat::greeting()")
    );
    assert!(
        repository
            .read("work/chat/tests/main.rs")
            .contains("use my_chat as chat;")
    );
}

#[test]
fn what_is_started_runs_and_its_tests_tell_what_is_missing() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    let ran = repository.cargo(&["run", "-p", "my-chat"]);
    assert_eq!(ran.out, "hello\n", "{}", ran.error);
    let tests = repository.cargo(&["test", "-p", "my-chat", "greeting"]);
    tests.fails("test greeting::it_greets ... FAILED");
}

#[test]
fn snapshots_are_found_under_the_new_name() {
    let repository = Repository::new();
    let snapshot = "---\nsource: lessons/02-farewell/tests/greeting.rs\n---\nhello!\n";
    repository.write(
        "lessons/02-farewell/tests/snapshots/chat__greeting__page.snap",
        snapshot,
    );
    repository.course(&["start", "2"]).passes();
    let copied = repository.read("work/chat/tests/snapshots/chat__greeting__page.snap");
    assert!(copied.ends_with("---\nhello!\n"), "{copied}");
}

#[test]
fn the_first_lesson_begins_with_an_empty_app() {
    let repository = Repository::new();
    repository.write("lessons/01-hello/src/server.rs", "//! Listens.\n");
    repository.course(&["start", "1"]).passes();
    assert_snapshot!(repository.read("work/chat/src/lib.rs"));
    assert!(repository.path("work/chat/src/server.rs").is_file());
    assert!(repository.path("work/chat/tests/greeting.rs").is_file());
    assert!(!repository.path("work/chat/templates").exists());
}

#[test]
fn the_first_lesson_needs_no_server_file() {
    let repository = Repository::new();
    repository.course(&["start", "1"]).passes();
    assert!(
        !repository
            .read("work/chat/src/lib.rs")
            .contains("mod server")
    );
}

#[test]
fn dependencies_that_only_the_tests_need_are_added_in_order() {
    let repository = Repository::new();
    let before = "lessons/01-hello/Cargo.toml";
    repository.append(before, "insta.workspace = true\n");
    repository.append(MANIFEST, "b.workspace = true\ntestkit.workspace = true\n");
    repository.course(&["start", "2"]).passes();
    let manifest = repository.read("work/chat/Cargo.toml");
    let expected = "b.workspace = true\ninsta.workspace = true\ntestkit.workspace = true\n";
    assert!(manifest.ends_with(expected), "{manifest}");
}

#[test]
fn work_that_exists_is_not_touched() {
    let repository = Repository::new();
    repository.write("work/chat/mine.rs", "mine");
    let ran = repository.course(&["start", "2"]);
    let root = repository.path("").canonicalize().unwrap();
    assert_snapshot!(ran.error.replace(root.to_str().unwrap(), "[repository]"));
    assert!(!ran.is_ok);
    assert_eq!(repository.read("work/chat/mine.rs"), "mine");
    assert!(!repository.path("work/chat/Cargo.toml").exists());
}

#[test]
fn work_put_aside_as_told_is_not_in_the_way() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository.rename("work/chat", "../chat-before-lesson-2");
    repository.course(&["start", "2"]).passes();
    let checked = repository.cargo(&["check", "-p", "my-chat"]);
    assert!(checked.is_ok, "{}", checked.error);
    repository
        .course(&["start", "2"])
        .fails("mv work/chat ../chat-before-lesson-2-2");
}

#[test]
fn a_start_that_fails_leaves_nothing_behind() {
    let repository = Repository::new();
    repository.append("lessons/01-hello/Cargo.toml", "not toml");
    assert!(!repository.course(&["start", "2"]).is_ok);
    assert!(!repository.path("work/chat").exists());
    let left = fs::read_dir(repository.path("target/course")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn a_lesson_that_does_not_exist_is_refused_with_those_that_do() {
    let repository = Repository::new();
    let ran = repository.course(&["start", "3"]);
    ran.fails("there is no lesson 03; the lessons are 01-hello, 02-farewell");
    assert!(!repository.path("work/chat").exists());
}
