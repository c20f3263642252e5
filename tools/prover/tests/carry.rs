//! `cargo course carry N`

use crate::common::{
    Repository,
    carried::{commit, git, repository, status},
};
use insta::assert_snapshot;

const FIRST: &str = "lessons/01-hello/src/lib.rs";
const SECOND: &str = "lessons/02-farewell/src/lib.rs";
const THIRD: &str = "lessons/03-again/src/lib.rs";
const FINAL: &str = "final/src/lib.rs";
const STATE: &str = ".git/course-carry.json";

/// Lesson 1 says more about the chat, at a place that all stages share.
fn change_first(repository: &Repository) {
    repository.replace(FIRST, "//! A chat.", "//! A chat of lesson_01.");
}

/// From lesson 3 on there are other words where lesson 1 is about to change.
fn prepare_conflict(repository: &Repository) {
    repository.replace(THIRD, "//! A chat.", "//! The third chat.");
    repository.replace(FINAL, "//! A chat.", "//! The third chat.");
    commit(repository);
    change_first(repository);
}

#[test]
fn a_change_goes_through_all_stages_under_their_names() {
    let repository = repository();
    change_first(&repository);
    repository.write("lessons/01-hello/src/wave.rs", "//! From lesson_01.\n");
    repository.append("lessons/01-hello/README.md", "\nMore.\n");
    assert_snapshot!(repository.course(&["carry", "1"]).passes());
    assert!(
        repository
            .read(SECOND)
            .starts_with("//! A chat of lesson_02.\n")
    );
    assert!(repository.read(SECOND).contains("pub mod farewell;"));
    assert!(
        repository
            .read(THIRD)
            .starts_with("//! A chat of lesson_03.\n")
    );
    assert!(
        repository
            .read(FINAL)
            .starts_with("//! A chat of make_chat.\n")
    );
    assert_eq!(
        repository.read("lessons/03-again/src/wave.rs"),
        "//! From lesson_03.\n"
    );
    assert!(!repository.path("final/src/wave.rs").exists());
    assert!(!repository.path(STATE).exists());
    assert!(git(&repository, &["for-each-ref", "refs/worktree"]).is_empty());
}

#[test]
fn a_new_test_file_is_carried_with_its_line() {
    let repository = repository();
    let test = "#[test]\nfn everybody_waves() {}\n";
    repository.write("lessons/01-hello/tests/wave.rs", test);
    repository.append("lessons/01-hello/tests/main.rs", "mod wave;\n");
    repository.course(&["carry", "1"]).passes();
    for lesson in ["02-farewell", "03-again"] {
        let list = repository.read(&format!("lessons/{lesson}/tests/main.rs"));
        assert!(
            list.ends_with("mod farewell;\nmod greeting;\nmod wave;\n"),
            "{list}"
        );
        assert_eq!(
            repository.read(&format!("lessons/{lesson}/tests/wave.rs")),
            test
        );
    }
    assert!(!repository.path("final/tests/wave.rs").exists());
}

#[test]
fn the_last_commit_is_carried_when_nothing_else_has_changed() {
    let repository = repository();
    change_first(&repository);
    commit(&repository);
    repository.course(&["carry", "1"]).passes();
    assert!(
        repository
            .read(THIRD)
            .starts_with("//! A chat of lesson_03.\n")
    );
}

#[test]
fn what_an_author_has_carried_by_hand_goes_on() {
    let repository = repository();
    for lesson in ["01-hello", "02-farewell"] {
        repository.append(&format!("lessons/{lesson}/src/main.rs"), "// By hand.\n");
    }
    let said = repository.course(&["carry", "1"]).passes();
    assert!(said.contains("src/main.rs: has it already"), "{said}");
    let third = repository.read("lessons/03-again/src/main.rs");
    assert!(third.ends_with("// By hand.\n"), "{third}");
}

#[test]
fn a_removed_file_is_removed() {
    let repository = repository();
    repository.write("lessons/01-hello/src/wave.rs", "//! Wave.\n");
    repository.write("lessons/02-farewell/src/wave.rs", "//! Wave.\n");
    commit(&repository);
    repository.remove("lessons/01-hello/src/wave.rs");
    repository.course(&["carry", "1"]).passes();
    assert!(!repository.path("lessons/02-farewell/src/wave.rs").exists());
}

#[test]
fn without_a_change_there_is_nothing_to_carry() {
    let repository = repository();
    repository.replace(SECOND, "//! A chat.", "//! Another.");
    commit(&repository);
    repository
        .course(&["carry", "1"])
        .fails("lessons/01-hello has no change");
    assert!(!repository.path(STATE).exists());
}

#[test]
fn a_dry_run_tells_of_conflicts_and_changes_nothing() {
    let repository = repository();
    prepare_conflict(&repository);
    let before = status(&repository);
    let ran = repository.course(&["carry", "1", "--dry-run"]);
    assert!(!ran.is_ok);
    assert_snapshot!(ran.out);
    assert_eq!(status(&repository), before);
    assert!(!repository.path(STATE).exists());
}

#[test]
fn it_stops_at_a_conflict_and_goes_on_when_that_is_resolved() {
    let repository = repository();
    prepare_conflict(&repository);
    let ran = repository.course(&["carry", "1"]);
    assert!(!ran.is_ok);
    assert_snapshot!(ran.out);
    assert_snapshot!(repository.read(THIRD));
    assert!(repository.read(FINAL).starts_with("//! The third chat.\n"));
    repository
        .course(&["carry", "1"])
        .fails("a carry of lesson 01 is under way");
    repository
        .course(&["carry", "--continue"])
        .fails("Resolve the conflicts in:");
    let resolved = repository.read(SECOND).replace("lesson_02", "many words");
    repository.write(THIRD, &resolved);
    repository.course(&["carry", "--continue"]).passes();
    assert!(
        repository
            .read(FINAL)
            .starts_with("//! A chat of many words.\n")
    );
    assert!(!repository.path(STATE).exists());
}

#[test]
fn an_aborted_carry_leaves_everything_as_it_was() {
    let repository = repository();
    prepare_conflict(&repository);
    repository.append(SECOND, "// Not committed.\n");
    repository.write("lessons/01-hello/src/wave.rs", "//! New.\n");
    let before = (
        status(&repository),
        repository.read(SECOND),
        repository.read(THIRD),
    );
    assert!(!repository.course(&["carry", "1"]).is_ok);
    assert_ne!(repository.read(SECOND), before.1);
    repository.replace(THIRD, "<<<<<<< ", "my words ");
    repository.write("lessons/02-farewell/src/.wave.rs.half", "//!");
    let said = repository.course(&["carry", "--abort"]).passes();
    let after = (
        status(&repository),
        repository.read(SECOND),
        repository.read(THIRD),
    );
    assert_eq!(after, before);
    let tree = said
        .split(' ')
        .next_back()
        .unwrap()
        .trim()
        .replace("PATH", THIRD);
    assert!(git(&repository, &["show", &tree]).contains("my words"));
    repository
        .course(&["carry", "--continue"])
        .fails("no carry is under way");
}

#[test]
fn a_stage_whose_tests_fail_stops_it() {
    let repository = repository();
    repository.replace(FIRST, "\"hello\"", "\"hullo\"");
    repository
        .course(&["carry", "1"])
        .fails("the tests of lesson-01 fail");
    assert!(!repository.read(SECOND).contains("hullo"));
    repository.replace(FIRST, "\"hullo\"", "\"hello\"");
    repository.append(FIRST, "// Said loudly.\n");
    repository.course(&["carry", "--continue"]).passes();
    assert!(repository.read(THIRD).contains("// Said loudly."));
}

/// A carry is killed while it writes the files of a stage.
#[test]
fn a_killed_carry_is_finished() {
    let repository = repository();
    prepare_conflict(&repository);
    repository.append(FIRST, "// More.\n");
    assert!(!repository.course(&["carry", "1"]).is_ok);
    let state = repository.read(STATE);
    let conflicting = repository.read(THIRD);
    let killed = state
        .replace("\"is_merged\": true", "\"is_merged\": false")
        .replace(
            "\"lessons/03-again/src/lib.rs\"\n  ],\n  \"written\"",
            "],\n  \"written\"",
        );
    assert_ne!(killed, state);
    for is_written in [true, false] {
        repository.write(STATE, &killed);
        repository.write("lessons/03-again/src/.lib.rs.half", "//!");
        if !is_written {
            git(&repository, &["checkout", "-q", "--", THIRD]);
        }
        repository
            .course(&["carry", "--continue"])
            .fails("Resolve the conflicts in:");
        assert_eq!(repository.read(THIRD), conflicting);
        assert!(!status(&repository).contains("half"));
    }
}

/// A carry is killed, and an author goes on by hand before the next run.
#[test]
fn what_was_changed_since_is_not_written_over() {
    let repository = repository();
    prepare_conflict(&repository);
    assert!(!repository.course(&["carry", "1"]).is_ok);
    repository.replace(STATE, "\"is_merged\": true", "\"is_merged\": false");
    repository.write(THIRD, "//! By hand.\n");
    repository
        .course(&["carry", "--continue"])
        .fails("was changed since the carry began");
    assert_eq!(repository.read(THIRD), "//! By hand.\n");
}
