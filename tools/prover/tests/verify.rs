//! `cargo course verify` as a whole

use std::fs;

use crate::common::Repository;
use insta::assert_snapshot;

#[test]
fn a_sound_course_passes_every_check() {
    let repository = Repository::new();
    assert_snapshot!(repository.course(&["verify"]).passes());
}

#[test]
fn all_checks_run_although_one_fails() {
    let repository = Repository::new();
    repository.remove("lessons/02-farewell/client");
    let ran = repository.course(&["verify"]);
    assert!(!ran.is_ok);
    assert_snapshot!(ran.out);
}

#[test]
fn the_scratch_workspace_is_gone_afterwards() {
    let repository = Repository::new();
    repository.verify("new").passes();
    let left = fs::read_dir(repository.path("target/course")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn the_checks_can_be_listed() {
    let repository = Repository::new();
    assert_snapshot!(repository.course(&["verify", "--list"]).passes());
}

#[test]
fn an_unknown_check_is_refused_with_those_that_exist() {
    let repository = Repository::new();
    let words = "there is no check grammar; the checks are shape, frozen";
    repository.verify("grammar").fails(words);
    let both = ["verify", "--only", "shape", "--only", "grammar"];
    repository.course(&both).fails(words);
}

#[test]
fn several_checks_run_when_they_are_named() {
    let repository = Repository::new();
    let both = ["verify", "--only", "links", "--only", "shape"];
    assert_snapshot!(repository.course(&both).passes(), @r"
    shape        ok (0.0 s)
    links        ok (0.0 s)
    ");
}

#[test]
fn a_check_that_cannot_go_on_says_why() {
    let repository = Repository::new();
    repository.append("lessons/02-farewell/tests/farewell.rs", "fn {\n");
    repository.verify("tests-named").fails("tests/farewell.rs");
}
