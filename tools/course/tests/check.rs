//! Tests `cargo course check`.

use std::fs;

use crate::common::{
    PAGE, Repository,
    student::{FAREWELL, LIBRARY, TEST, begun, finished, said, write_farewell},
};
use insta::assert_snapshot;

#[test]
fn the_compiler_is_quoted() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository.replace(LIBRARY, "\"hello\"", "7");
    let said = said(&repository, &[]);
    assert!(said.contains("Your chat does not compile yet."), "{said}");
    assert!(said.contains("--> src/lib.rs:5:"), "{said}");
    assert!(said.contains("fix the first error"), "{said}");
    assert!(!said.contains("Compiling"), "{said}");
    assert_eq!(said.matches("mismatched types").count(), 1, "{said}");
}

#[test]
fn it_says_what_is_missing_and_what_to_do() {
    assert_snapshot!(said(&begun(), &[]));
}

#[test]
fn a_finished_lesson_is_noted_and_the_next_one_offered() {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    assert_snapshot!(repository.course(&["check"]).passes(), @r"
    Lesson 01: Hello

    All 2 tests pass.

    Lesson 01 is done.

    Next     cargo course start 2
    ");
    assert!(
        repository
            .course(&["list"])
            .passes()
            .contains("done, you are here")
    );
}

#[test]
fn the_last_lesson_ends_the_course() {
    let said = finished().course(&["check"]).passes();
    assert!(
        said.contains("Lesson 02 is done, and it was the last one."),
        "{said}"
    );
}

#[test]
fn what_fails_and_is_not_new_is_told_apart() {
    let repository = finished();
    repository.replace(LIBRARY, "\"hello!\"", "\"hello to everybody and all\"");
    let said = said(&repository, &[]);
    let words = "Not new in this lesson, and failing:\n  - it is short (greeting)\n";
    assert!(said.contains(words), "{said}");
    assert!(
        said.contains("Still missing:\n  - it greets (greeting)\n"),
        "{said}"
    );
}

#[test]
fn a_tape_is_compared_with_the_one_received() {
    let repository = Repository::with_tape("a_tape_is_compared");
    repository.course(&["start", "2"]).passes();
    write_farewell(&repository);
    let tape = r#"
/// The recorded tape.
pub fn tape() -> String {
    ["== Ada joins", "Ada <- ack {\"ok\":{\"name\":\"Ada\"}}", "", "== Ada says hello",
     "Ada -> message:send {\"body\":\"hello\"}", "Ada <- ack {\"ok\":{\"id\":2}}", ""].join("\n")
}
"#;
    repository.append(LIBRARY, tape);
    assert_snapshot!(said(&repository, &["bob", "hears"]));
    let all = said(&repository, &[]);
    assert!(all.contains("received"), "{all}");
    assert!(!all.contains("right:"), "one at a time: {all}");
    let pending = repository.path("work/chat/tests/snapshots/chat__tape__bob_hears_ada.snap.new");
    assert!(!pending.exists());
}

#[test]
fn programs_get_a_line_of_json() {
    let json = said(&begun(), &["--json"]);
    assert_eq!(json.lines().count(), 1);
    let mut report: serde_json::Value = serde_json::from_str(&json).unwrap();
    // Otherwise the order of the keys would depend on serde_json's features.
    report.sort_all_objects();
    assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn a_test_is_chosen_by_words_of_its_name() {
    let repository = begun();
    let passed = repository.course(&["check", "says", "bye"]).passes();
    assert!(passed.contains("The test passes."), "{passed}");
    let part = said(&repository, &["greeting"]);
    assert!(part.contains("1 of 2 tests pass."), "{part}");
    let none = said(&repository, &["sings"]);
    assert!(
        none.contains("No test has \"sings\" in its name."),
        "{none}"
    );
}

#[test]
fn a_part_of_the_tests_does_not_make_a_lesson_done() {
    let repository = finished();
    repository.course(&["check", "it greets"]).passes();
    assert!(!repository.path("work/progress.json").exists());
    repository.course(&["check"]).passes();
    assert!(repository.path("work/progress.json").exists());
}

#[test]
fn a_test_that_does_not_end_is_stopped() {
    let repository = finished();
    repository.replace(FAREWELL, "\"bye\"", "loop {}");
    let said = said(&repository, &["--time-limit", "1"]);
    assert!(
        said.contains("Still missing:\n  - it says bye (farewell)\n"),
        "{said}"
    );
    assert!(
        said.contains("had not ended after 1 s, and was stopped"),
        "{said}"
    );
}

#[test]
fn a_program_that_ends_early_does_not_pass() {
    let repository = finished();
    repository.replace(
        FAREWELL,
        "\"bye\"",
        "eprintln!(\"gone\"); std::process::exit(0)",
    );
    let said = said(&repository, &[]);
    assert!(said.contains("it did not come to its end"), "{said}");
}

#[test]
fn an_ignored_test_does_not_pass() {
    let repository = finished();
    repository.replace(
        TEST,
        "#[test]\nfn it_greets",
        "#[test]\n#[ignore]\nfn it_greets",
    );
    let said = said(&repository, &[]);
    assert!(said.contains("it is ignored, so it says nothing"), "{said}");
    assert!(said.contains("tests/greeting.rs (changed)"), "{said}");
}

#[test]
fn a_test_of_your_turn_points_to_the_hint() {
    let repository = begun();
    assert!(said(&repository, &[]).contains("cargo course hint"));
    repository.replace(PAGE, "| turn | a louder", "| 3 | a louder");
    let of_a_step = said(&repository, &[]);
    assert!(!of_a_step.contains("Your turn"), "{of_a_step}");
    assert!(
        of_a_step.contains("cargo course hint --step 3"),
        "{of_a_step}"
    );
}

#[test]
fn progress_that_cannot_be_read_is_not_written_over() {
    let repository = finished();
    fs::write(repository.path("work/progress.json"), "[").unwrap();
    let ran = repository.course(&["check"]);
    ran.fails("work/progress.json is not valid");
    assert_eq!(repository.read("work/progress.json"), "[");
}

/// Broken tests come first, then the steps in order, the student's own, and "Your turn".
#[test]
fn the_failing_test_that_helps_is_shown_first() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    // The test whose name has a line of its own is the one that is shown.
    let shows = |name: &str, next: &str| {
        let said = said(&repository, &[]);
        let titles: Vec<&str> = said.lines().filter(|line| line.ends_with(')')).collect();
        let titles: Vec<&str> = titles
            .into_iter()
            .filter(|line| !line.starts_with(' '))
            .collect();
        assert_eq!(titles.first(), Some(&name), "{said}");
        assert!(said.contains(next), "{said}");
    };
    repository.replace(LIBRARY, "\"hello\"", "\"hello to everybody and all\"");
    shows("it is short (greeting)", "Not new in this lesson");
    repository.replace(LIBRARY, "\"hello to everybody and all\"", "\"hello\"");
    shows("it says bye (farewell)", "Step     1: read");
    write_farewell(&repository);
    let own = "#[test]\nfn a_guest_is_greeted() { assert_eq!(my_chat::greeting(), \"hi\"); }\n";
    repository.write("work/chat/tests/own.rs", own);
    repository.append("work/chat/tests/main.rs", "mod own;\n");
    let words = "Your own tests, and failing:\n  - a guest is greeted (own)\n";
    shows("a guest is greeted (own)", words);
    shows("a guest is greeted (own)", "Own      you wrote this test");
    repository.replace(LIBRARY, "\"hello\"", "\"hello to everybody and all\"");
    shows("it is short (greeting)", words);
    repository.replace(LIBRARY, "\"hello to everybody and all\"", "\"hello\"");
    repository.replace("work/chat/tests/own.rs", "hi", "hello");
    shows("it greets (greeting)", "cargo course hint (this test is");
}
