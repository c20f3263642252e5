//! `cargo course verify`: tests-named

use crate::common::Repository;

const GREETING_TEST: &str = "lessons/02-farewell/tests/greeting.rs";
const RETIRED: &str = "- `greeting::it_greets`: the greeting\n  is louder now.\n";

#[test]
fn a_named_test_exists() {
    for name in ["farewell::it_says_by", "goodbye::it_says_bye"] {
        let row = format!("| 2 | more | `{name}` |\n| 2 | a farewell");
        let repository = Repository::with_page("| 2 | a farewell", &row);
        let words = format!("README.md:81: there is no test `{name}`");
        repository.verify("tests-named").fails(&words);
    }
}

#[test]
fn a_new_test_is_named() {
    let repository = Repository::with_page("`farewell::it_says_bye`", "it");
    repository
        .verify("tests-named")
        .fails("the new test `farewell::it_says_bye` is in no row");
}

#[test]
fn a_new_test_has_a_row_with_its_step() {
    let repository = Repository::with_page("| step | behaviour", "| when | behaviour");
    repository
        .verify("tests-named")
        .fails("the new test `farewell::it_says_bye` is in no row");
    let repository = Repository::with_page("| 2 | a farewell", "Also: | a farewell");
    repository
        .verify("tests-named")
        .fails("the new test `farewell::it_says_bye` is in no row");
}

#[test]
fn all_tests_of_the_first_lesson_are_new() {
    let repository = Repository::new();
    repository.replace(
        "lessons/01-hello/README.md",
        "`greeting::it_is_short`",
        "it",
    );
    let words = "lessons/01-hello/README.md: the new test `greeting::it_is_short` is in no row";
    repository.verify("tests-named").fails(words);
}

#[test]
fn a_test_with_a_changed_body_is_new() {
    let repository = Repository::new();
    repository.replace(GREETING_TEST, "len() < 20", "len() < 10");
    repository
        .verify("tests-named")
        .fails("the new test `greeting::it_is_short` is in no row");
}

#[test]
fn a_test_with_another_comment_or_layout_is_not_new() {
    let repository = Repository::new();
    repository.replace(
        GREETING_TEST,
        "len() < 20",
        "len()\n        // Why.\n        < 20",
    );
    repository.replace(GREETING_TEST, "fn it_is_short", "/// Why.\nfn it_is_short");
    repository.verify("tests-named").passes();
}

#[test]
fn a_test_with_a_changed_snapshot_is_new() {
    for name in ["it_is_short", "it_is_short-2", "it_is_short@narrow"] {
        let repository = Repository::new();
        let snapshot = |lesson: &str, text: &str| {
            let path = format!("lessons/{lesson}/tests/snapshots/chat__greeting__{name}.snap");
            repository.write(&path, &format!("---\nsource: {lesson}\n---\n{text}\n"));
        };
        snapshot("01-hello", "lesson-01");
        snapshot("02-farewell", "lesson-02");
        repository.verify("tests-named").passes();
        snapshot("02-farewell", "other");
        repository
            .verify("tests-named")
            .fails("`greeting::it_is_short` is in no row");
    }
}

#[test]
fn a_snapshot_with_a_name_belongs_to_the_test_that_names_it() {
    let repository = Repository::new();
    for file in ["lessons/01-hello/tests/greeting.rs", GREETING_TEST] {
        repository.replace(file, "len() < 20", "len() < \"page\".len() * 5");
    }
    repository.verify("tests-named").passes();
    repository.write(
        "lessons/02-farewell/tests/snapshots/chat__greeting__page.snap",
        "new\n",
    );
    repository
        .verify("tests-named")
        .fails("`greeting::it_is_short` is in no row");
}

#[test]
fn a_test_that_a_list_alone_retires_is_not_named() {
    let repository = Repository::with_page("`greeting::it_greets` |", "it |");
    repository
        .verify("tests-named")
        .fails("the new test `greeting::it_greets` is in no row");
}

#[test]
fn a_bullet_without_a_reason_cannot_be_read() {
    for bullet in [
        "- `greeting::it_greets`:\n",
        "- `greeting::it_greets` why\n",
        "- it: why\n",
    ] {
        let repository = Repository::with_page(RETIRED, bullet);
        let words = "this bullet under `### Retired tests` cannot be read";
        repository.verify("tests-named").fails(words);
    }
}

#[test]
fn a_snapshot_without_a_test_is_named() {
    let repository = Repository::new();
    let folder = "lessons/02-farewell/tests/snapshots";
    repository.write(
        &format!("{folder}/chat__greeting__it_was_renamed.snap"),
        "---\n---\nHi\n",
    );
    repository.verify("tests-named").fails(
        "no test compares anything with tests/snapshots/chat__greeting__it_was_renamed.snap",
    );
}
