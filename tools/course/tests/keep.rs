//! `cargo course start N --keep`

use std::fs;

use crate::common::{
    Repository,
    student::{FAREWELL, LIBRARY, said},
};

const MINE: &str = "work/chat/src/mine.rs";

/// Lesson 1 finished in a way of one's own.
fn own_chat() -> Repository {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    repository.write(MINE, "//! Mine.\n");
    repository.append(LIBRARY, "\npub mod mine;\n");
    repository.course(&["check"]).passes();
    repository
}

#[test]
fn the_next_lesson_comes_into_the_own_chat() {
    let repository = own_chat();
    repository.replace(
        "work/chat/Cargo.toml",
        "[dev-dependencies]",
        "# Mine.\n[dev-dependencies]",
    );
    let said_first = repository.course(&["start", "2", "--keep"]).passes();
    assert!(
        said_first.contains("work/chat holds your own chat, with what lesson 02"),
        "{said_first}"
    );
    assert!(!said_first.contains("<<<<<<<"), "{said_first}");
    assert_eq!(repository.read(MINE), "//! Mine.\n");
    assert!(repository.read(LIBRARY).contains("pub mod mine;"));
    let manifest = repository.read("work/chat/Cargo.toml");
    assert!(
        manifest.contains("# Mine.") && manifest.contains("lesson = 2"),
        "{manifest}"
    );
    let checked = said(&repository, &[]);
    assert!(checked.contains("- it says bye (farewell)"), "{checked}");
    assert!(!checked.contains("not as the lesson has them"), "{checked}");
    assert_eq!(repository.kept().len(), 1);
}

#[test]
fn a_conflict_is_marked_and_nothing_is_lost() {
    let repository = own_chat();
    let given = "lessons/02-farewell/client/main.js";
    let manifest = "\n[package.metadata.course]\ngiven = [\"client/*\"]\n";
    repository.append("lessons/02-farewell/Cargo.toml", manifest);
    repository.write(given, "start(2);\n");
    repository.write("work/chat/client/main.js", "start(mine);\r\n");
    let said = repository.course(&["start", "2", "--keep"]).passes();
    assert!(
        said.contains("remove the marks:\n  - client/main.js\n"),
        "{said}"
    );
    assert_eq!(
        repository.read("work/chat/client/main.js"),
        "<<<<<<< your chat\nstart(mine);\n=======\nstart(2);\n>>>>>>> the start of lesson 02\n"
    );
    let kept = format!("work/kept/{}/client/main.js", repository.kept()[0]);
    assert_eq!(repository.read(&kept), "start(mine);\r\n");
}

#[test]
fn what_both_have_changed_in_other_places_is_merged() {
    let repository = own_chat();
    let theirs = repository.read("lessons/02-farewell/tests/greeting.rs");
    let own = repository.read("work/chat/tests/greeting.rs") + "\n// Mine.\n";
    repository.write("work/chat/tests/greeting.rs", &own);
    repository.course(&["start", "2", "--keep"]).passes();
    let merged = repository.read("work/chat/tests/greeting.rs");
    assert_eq!(merged, theirs + "\n// Mine.\n");
}

#[test]
fn the_manifest_can_be_read_whatever_was_changed_in_it() {
    let repository = own_chat();
    repository.write(
        "work/other/Cargo.toml",
        "[package]\nname = \"other\"\nversion = \"0.0.0\"\n",
    );
    repository.write("work/other/src/lib.rs", "");
    let mine = "[dependencies]\nother = { path = \"../other\" }\n";
    repository.replace("work/chat/Cargo.toml", "[dependencies]\n", mine);
    let theirs = "[dependencies]\n# Nothing yet.\n";
    repository.replace("lessons/02-farewell/Cargo.toml", "[dependencies]\n", theirs);
    let said = repository.course(&["start", "2", "--keep"]).passes();
    assert!(
        said.contains("- Cargo.toml: the lesson's, with your dependencies"),
        "{said}"
    );
    let manifest = repository.read("work/chat/Cargo.toml");
    assert!(manifest.contains("other = { path"), "{manifest}");
    assert!(!manifest.contains("<<<<<<<"), "{manifest}");
}

#[test]
fn it_only_goes_on() {
    let repository = own_chat();
    let again = repository.course(&["start", "1", "--keep"]);
    again.fails("work/chat is for lesson 01: --keep goes on to a later lesson");
    repository.remove("work/chat");
    let nothing = repository.course(&["start", "2", "--keep"]);
    nothing.fails("there is no work/chat");
}

#[cfg(unix)]
#[test]
fn the_history_goes_on() {
    let repository = own_chat();
    repository.write(FAREWELL, "");
    repository.course(&["start", "2", "--keep"]).passes();
    let log = fs::read_to_string(repository.path("work/chat/.git/logs/HEAD")).unwrap();
    let messages: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|line| line.1)
        .collect();
    let expected = [
        "commit (initial): Catch up with lesson 01",
        "commit: Lesson 01: all tests pass",
        "commit: Before lesson 02",
        "commit: Start lesson 02, and keep my chat",
    ];
    assert_eq!(messages, expected);
}
