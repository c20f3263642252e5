//! `cargo course start`

use std::fs;

use crate::common::{MANIFEST, Repository};
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
    let note = "[package.metadata.course]\nlesson = 2\n";
    assert!(manifest.contains(note), "{manifest}");
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
    let ran = repository.cargo(&["run"]);
    assert_eq!(ran.out, "hello\n", "{}", ran.error);
    let tests = repository.cargo(&["test", "greeting"]);
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
    let repository = Repository::with_page("| step | behaviour", "| when | behaviour");
    let [own, insta] = [
        "[dev-dependencies]\n",
        "[dev-dependencies]\ninsta.workspace = true\n",
    ];
    repository.replace("lessons/01-hello/Cargo.toml", own, insta);
    repository.append(MANIFEST, "b.workspace = true\ntestkit.workspace = true\n");
    repository.course(&["start", "2"]).passes();
    let manifest = repository.read("work/chat/Cargo.toml");
    let expected = "b.workspace = true\ninsta.workspace = true\ntestkit.workspace = true\n";
    assert!(manifest.contains(expected), "{manifest}");
}

#[test]
fn what_was_there_is_kept_and_named() {
    let repository = Repository::new();
    repository.write("work/chat/mine.rs", "mine");
    let said = repository.course(&["start", "2"]).passes();
    let kept = repository.kept();
    assert_eq!(kept.len(), 1);
    assert_snapshot!(said.replace(&kept[0], "[time]"));
    assert_eq!(
        repository.read(&format!("work/kept/{}/mine.rs", kept[0])),
        "mine"
    );
    assert!(!repository.path("work/chat/mine.rs").exists());
}

#[test]
fn each_start_keeps_what_the_one_before_made() {
    let repository = Repository::new();
    for _ in 0..3 {
        repository.course(&["start", "2"]).passes();
    }
    assert_eq!(repository.kept().len(), 2);
}

/// A `start` is killed while it builds the new folder.
#[test]
fn a_half_built_folder_is_built_anew() {
    let repository = Repository::new();
    repository.write("work/chat/mine.rs", "mine");
    repository.write("work/.fresh/src/half.rs", "");
    repository.course(&["start", "2"]).passes();
    assert!(!repository.path("work/chat/src/half.rs").exists());
    assert_eq!(repository.kept().len(), 1);
}

/// A `start` is killed after it has put the old folder aside.
#[test]
fn a_start_is_finished_by_the_next_one() {
    let repository = Repository::new();
    repository.write("work/kept/2026-01-02-030405/mine.rs", "mine");
    repository.write("work/.fresh/Cargo.toml", "");
    repository.course(&["start", "2"]).passes();
    assert!(repository.path("work/chat/src/lib.rs").is_file());
    assert_eq!(repository.kept(), ["2026-01-02-030405"]);
    assert_eq!(
        repository.read("work/kept/2026-01-02-030405/mine.rs"),
        "mine"
    );
}

#[test]
fn two_do_not_move_folders_at_once() {
    let repository = Repository::new();
    repository.write("work/chat/mine.rs", "mine");
    repository.write("work/kept/.lock", "");
    let lock = fs::File::open(repository.path("work/kept/.lock")).unwrap();
    lock.lock().unwrap();
    repository
        .course(&["start", "2"])
        .fails("another `cargo course` is changing work/");
    lock.unlock().unwrap();
    repository.course(&["start", "2"]).passes();
}

#[test]
fn a_start_that_fails_moves_nothing() {
    let repository = Repository::new();
    repository.append(MANIFEST, "not toml");
    repository.write("work/chat/mine.rs", "mine");
    assert!(!repository.course(&["start", "2"]).is_ok);
    assert_eq!(repository.read("work/chat/mine.rs"), "mine");
    assert!(repository.kept().is_empty());
}

#[test]
fn a_lesson_that_does_not_exist_is_refused_with_those_that_do() {
    let repository = Repository::new();
    let ran = repository.course(&["start", "3"]);
    ran.fails("there is no lesson 03; the lessons are 01-hello, 02-farewell");
    assert!(!repository.path("work/chat").exists());
}
