//! Tests how `cargo course check` treats the lesson's test files and the student's own.

use crate::common::{
    Repository,
    student::{TEST, begun, finished, said},
};
use insta::assert_snapshot;

const TEST_LIST: &str = "work/chat/tests/main.rs";
const OWN: &str = "work/chat/tests/own.rs";
const OWN_TEST: &str = "#[test]\nfn mine() {}\n";

#[test]
fn a_changed_test_is_named_and_not_written_over() {
    let repository = begun();
    repository.replace(TEST, "\"hello!\"", "\"hello\"");
    repository.remove("work/chat/tests/farewell.rs");
    repository.replace(TEST_LIST, "mod farewell;\n", "");
    let said = repository.course(&["check"]).passes();
    assert_snapshot!(said);
    assert!(repository.read(TEST).contains("\"hello\""));
    assert!(!repository.path("work/progress.json").exists());
}

#[test]
fn the_lessons_tests_come_back_when_asked_for() {
    let repository = begun();
    repository.replace(TEST, "\"hello!\"", "\"hello\"");
    repository.write(OWN, OWN_TEST);
    repository.append(TEST_LIST, "mod own;\n");
    let said = said(&repository, &["--renew-tests"]);
    assert!(said.contains("The lesson's tests are back."), "{said}");
    assert!(said.contains("- it greets (greeting)"), "{said}");
    assert!(said.contains("3 of 4 tests pass."), "{said}");
    let kept = repository.read(&kept(&repository, "tests/greeting.rs"));
    assert!(kept.contains("\"hello\""));
}

/// The target of a link also belongs to the student, but isn't in the folder that is kept.
#[cfg(unix)]
#[test]
fn tests_come_back_without_being_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let repository = begun();
    for (link, elsewhere) in [
        (TEST, "../mine.rs"),
        ("work/chat/tests/snapshots", "../mine"),
    ] {
        repository.write("../mine/own.snap", "mine");
        repository.write("../mine.rs", "// Mine.\n");
        if repository.path(link).exists() {
            repository.remove(link);
        }
        symlink(repository.path(elsewhere), repository.path(link)).unwrap();
    }
    symlink("src", repository.path("work/chat/code")).unwrap();
    let snapshot = "lessons/02-farewell/tests/snapshots/own.snap";
    repository.write(snapshot, "the lesson's");
    let said = said(&repository, &["--renew-tests"]);
    assert!(said.contains("The lesson's tests are back."), "{said}");
    assert_eq!(repository.read("../mine.rs"), "// Mine.\n");
    assert_eq!(repository.read("../mine/own.snap"), "mine");
    assert!(repository.read(TEST).contains("it_greets"));
    let renewed = repository.read("work/chat/tests/snapshots/own.snap");
    assert_eq!(renewed, "the lesson's");
    assert_eq!(
        repository.read(&kept(&repository, "tests/greeting.rs")),
        "// Mine.\n"
    );
    let code = repository.path("work/chat/code").read_link().unwrap();
    assert_eq!(code.to_str().unwrap(), "src");
}

#[test]
fn the_chat_of_before_is_kept_whole_when_its_tests_come_back() {
    let repository = begun();
    repository.replace(TEST, "\"hello!\"", "\"hello\"");
    let others = ["Cargo.lock", "tests/snapshots/one.snap.new", "target/mine"];
    for file in others {
        repository.write(&format!("work/chat/{file}"), file);
    }
    std::fs::create_dir(repository.path("work/chat/empty")).unwrap();
    said(&repository, &["--renew-tests"]);
    for file in others {
        assert_eq!(repository.read(&kept(&repository, file)), file);
        assert_eq!(repository.read(&format!("work/chat/{file}")), file);
    }
    assert!(repository.path(&kept(&repository, "empty")).is_dir());
    assert!(repository.path("work/chat/empty").is_dir());
}

/// The path of a file in the only chat that was put aside.
fn kept(repository: &Repository, file: &str) -> String {
    format!("work/kept/{}/{file}", repository.kept()[0])
}

#[test]
fn tests_of_their_own_are_welcome() {
    let repository = finished();
    repository.write(OWN, OWN_TEST);
    let list = "mod greeting;\n// Mine.\nmod own;\n";
    repository.replace(TEST_LIST, "mod greeting;\n", list);
    let said = repository.course(&["check"]).passes();
    assert!(said.contains("All 4 tests pass."), "{said}");
    assert!(said.contains("Lesson 02 is done"), "{said}");
}

#[test]
fn a_test_file_that_does_not_run_is_named() {
    let repository = finished();
    repository.write(OWN, OWN_TEST);
    let said = repository.course(&["check"]).passes();
    let words = "does not name these, so they do not run:\n  \
                 - tests/own.rs (add the line `mod own;`)\n";
    assert!(said.contains(words), "{said}");
    assert!(said.contains("Lesson 02 is done"), "{said}");
}

#[test]
fn a_test_program_of_their_own_runs_too() {
    let repository = finished();
    repository.write(OWN, OWN_TEST);
    let program = "\n[[test]]\nname = \"own\"\n";
    repository.append("work/chat/Cargo.toml", program);
    let said = repository.course(&["check", "own"]).passes();
    assert!(said.contains("The test passes."), "{said}");
    assert!(!said.contains("do not run"), "{said}");
}

#[test]
fn a_list_that_leaves_out_a_lessons_file_is_changed() {
    for other in ["", "#[cfg(any())]\nmod farewell;\n"] {
        let repository = finished();
        repository.replace(TEST_LIST, "mod farewell;\n", other);
        let said = repository.course(&["check"]).passes();
        assert!(said.contains("All 2 tests pass."), "{said}");
        assert!(said.contains("tests/main.rs (changed)"), "{said}");
        assert!(said.contains("does not count as done"), "{said}");
    }
}

#[test]
fn a_list_that_comes_back_keeps_files_of_their_own() {
    let repository = finished();
    repository.write(OWN, OWN_TEST);
    repository.replace(TEST_LIST, "mod farewell;\n", "mod own;\n");
    let said = repository.course(&["check", "--renew-tests"]).passes();
    assert!(said.contains("All 4 tests pass."), "{said}");
    assert!(said.contains("Lesson 02 is done"), "{said}");
}

#[test]
fn a_missing_test_file_is_named_beside_the_compilers_words() {
    let repository = finished();
    repository.remove("work/chat/tests/farewell.rs");
    let missing = said(&repository, &[]);
    assert!(missing.contains("Your chat does not compile"), "{missing}");
    assert!(missing.contains("tests/farewell.rs (missing)"), "{missing}");
    repository.course(&["check", "--renew-tests"]).passes();
}
