//! `cargo course hint [LEVEL]`

use crate::common::{PAGE, Repository};
use insta::assert_snapshot;

fn started() -> Repository {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository
}

#[test]
fn hints_come_one_after_the_other() {
    let repository = started();
    let hint = || repository.course(&["hint"]).passes();
    assert_snapshot!([hint(), hint(), hint(), hint()].join("----\n"));
}

#[test]
fn a_level_is_shown_when_asked_for() {
    let repository = started();
    let second = repository.course(&["hint", "2"]).passes();
    assert!(second.contains("hint 2 of 3: what"), "{second}");
    let first = repository.course(&["hint", "1"]).passes();
    assert!(first.contains("Look at `src/lib.rs`."), "{first}");
    let next = repository.course(&["hint"]).passes();
    assert!(next.contains("hint 3 of 3"), "{next}");
}

#[test]
fn links_are_words_in_a_terminal() {
    let hint = "Look at [`src/lib.rs`](../glossary.md#crate), and [read](https://example.org/a).";
    let repository = Repository::with_page("Look at `src/lib.rs`.", hint);
    repository.course(&["start", "2"]).passes();
    let said = repository.course(&["hint", "1"]).passes();
    let words = "Look at `src/lib.rs`, and read (https://example.org/a).\n";
    assert!(said.contains(words), "{said}");
    let json = repository.course(&["hint", "1", "--json"]).passes();
    assert!(json.contains(hint), "{json}");
}

#[test]
fn a_level_that_does_not_exist_is_refused() {
    let repository = started();
    for level in ["0", "4"] {
        let ran = repository.course(&["hint", level]);
        ran.fails(&format!("there is no hint {level}; the hints are 1 to 3"));
    }
    let next = repository.course(&["hint"]).passes();
    assert!(next.contains("hint 1 of 3"), "{next}");
}

#[test]
fn each_lesson_counts_its_own_hints() {
    let repository = started();
    repository.course(&["hint"]).passes();
    repository.course(&["start", "1"]).passes();
    let first = repository.course(&["hint"]).passes();
    assert!(first.contains("Lesson 01, your turn, hint 1 of 3"));
    repository.course(&["start", "2"]).passes();
    let second = repository.course(&["hint"]).passes();
    assert!(second.contains("Lesson 02, your turn, hint 2 of 3"));
}

#[test]
fn programs_get_json() {
    assert_snapshot!(started().course(&["hint", "--json"]).passes(), @r#"{"lesson":2,"level":1,"levels":3,"about":"where","text":"Look at `src/lib.rs`."}"#);
}

#[test]
fn without_a_chat_it_says_how_to_begin() {
    Repository::new()
        .course(&["hint"])
        .fails("there is no work/chat; `cargo course start N` begins lesson N");
}

#[test]
fn a_chat_that_was_put_aside_is_pointed_out() {
    let repository = started();
    repository.rename("work/chat", "work/kept/2026-01-02-030405");
    repository
        .course(&["hint"])
        .fails("`cargo course restore` brings back what you had");
}

#[test]
fn a_chat_that_tells_no_lesson_is_told_how() {
    let repository = started();
    repository.replace("work/chat/Cargo.toml", "lesson = 2\n", "");
    repository
        .course(&["hint"])
        .fails("[package.metadata.course]\n    lesson = 1");
}

#[test]
fn a_page_without_hints_says_so() {
    let repository = started();
    repository.replace(PAGE, "<summary>Hint", "<summary>Clue");
    repository
        .course(&["hint"])
        .fails("the page of lesson 02 has no hints");
}
