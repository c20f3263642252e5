//! `cargo course list`

use crate::common;
use crate::common::Repository;
use insta::assert_snapshot;

#[test]
fn every_lesson_is_listed_with_its_title_and_folder() {
    let repository = Repository::new();
    assert_snapshot!(repository.course(&["list"]).passes());
}

#[test]
fn the_two_parts_are_listed_below_their_titles() {
    let repository = Repository::with_part_two();
    assert_snapshot!(repository.course(&["list"]).passes());
}

#[test]
fn the_repository_is_found_from_a_folder_inside_it() {
    let repository = Repository::new();
    let from_inside = repository.course_in("lessons/01-hello/src", &["list"]);
    assert_eq!(from_inside.passes(), repository.course(&["list"]).passes());
}

#[test]
fn a_lesson_whose_page_has_no_title_is_listed_too() {
    let repository = Repository::new();
    repository.remove(common::PAGE);
    let listed = repository.course(&["list"]).passes();
    assert!(
        listed.contains("02  (no title yet)  lessons/02-farewell"),
        "{listed}"
    );
}

#[test]
fn it_shows_what_is_done_and_where_the_student_is() {
    let repository = Repository::new();
    repository.write("work/progress.json", r#"{ "done": [1] }"#);
    repository.course(&["start", "2"]).passes();
    assert_snapshot!(repository.course(&["list"]).passes());
}

#[test]
fn programs_get_json() {
    let repository = Repository::new();
    repository.course(&["start", "1"]).passes();
    assert_snapshot!(repository.course(&["list", "--json"]).passes());
}

#[test]
fn progress_that_cannot_be_read_is_an_error_and_stays() {
    let repository = Repository::new();
    repository.write("work/progress.json", "[");
    repository
        .course(&["list"])
        .fails("work/progress.json is not valid");
    assert_eq!(repository.read("work/progress.json"), "[");
}

#[test]
fn outside_of_a_repository_the_program_says_what_it_looks_for() {
    let repository = Repository::new();
    repository.remove("lessons");
    repository
        .course(&["list"])
        .fails("there is no folder above it with Cargo.toml and lessons/");
}

#[test]
fn it_says_why_it_does_not_know_where_the_student_is() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository.replace("work/chat/Cargo.toml", "lesson = 2", "lesson = \"two\"");
    let ran = repository.course(&["list"]);
    assert!(ran.is_ok && ran.out.contains("02  Farewell"), "{}", ran.out);
    let why = "where you are is not known: work/chat does not say which lesson it is for";
    assert!(ran.error.contains(why), "{}", ran.error);
}
