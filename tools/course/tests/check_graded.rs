//! `cargo course check` warns about files that the grader would ignore.

use crate::common::{Repository, student::finished};

const WARNING: &str = "The grader would not take these";

/// The output of `check` for a finished chat with a change.
fn after(deed: impl Fn(&Repository)) -> String {
    let repository = finished();
    deed(&repository);
    repository.course(&["check"]).passes()
}

#[test]
fn a_chat_with_the_lessons_parts_is_graded_whole() {
    let said = after(|repository| {
        repository.write("work/chat/notes.md", "mine");
        repository.write("work/chat/src/words.txt", "bye");
        read_by_code(repository, "words.txt");
    });
    assert!(!said.contains(WARNING), "{said}");
}

#[test]
fn a_file_that_the_code_reads_and_that_is_not_graded_is_named() {
    let said = after(|repository| {
        repository.write("work/chat/my data/words.txt", "bye");
        read_by_code(repository, "../my data/words.txt");
    });
    let words = format!(
        "{WARNING}, and your chat may not build without them:\n  \
         - my data/words.txt: your code reads it\n"
    );
    assert!(said.contains(&words), "{said}");
    assert!(said.contains("Lesson 02 is done"), "{said}");
}

#[test]
fn a_file_outside_of_the_chat_is_named() {
    let said = after(|repository| {
        repository.write("work/words.txt", "bye");
        read_by_code(repository, "../../words.txt");
    });
    assert!(
        said.contains("/work/words.txt: your code reads it"),
        "{said}"
    );
}

#[test]
fn a_build_script_and_dependencies_are_named() {
    let said = after(|repository| {
        repository.write("work/chat/build.rs", "fn main() {}");
        repository.write("work/mine/src/lib.rs", "");
        let manifest = "[package]\nname = \"mine\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        repository.write("work/mine/Cargo.toml", manifest);
        repository.remove("work/chat/Cargo.lock");
        let dependency = "[dependencies]\nmine = { path = \"../mine\" }\n";
        repository.replace("work/chat/Cargo.toml", "[dependencies]\n", dependency);
    });
    assert!(
        said.contains("- Cargo.toml: the dependency mine is not the lesson's\n"),
        "{said}"
    );
    assert!(
        said.contains("- build.rs: build scripts do not run\n"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_named() {
    let said = after(|repository| {
        let link = repository.path("work/chat/client/all.js");
        std::os::unix::fs::symlink("main.js", link).unwrap();
    });
    assert!(
        said.contains("- client/all.js is a link or no file\n"),
        "{said}"
    );
}

fn read_by_code(repository: &Repository, file: &str) {
    let code = format!("\n/// Words.\npub const WORDS: &str = include_str!({file:?});\n");
    repository.append(crate::common::student::LIBRARY, &code);
}
