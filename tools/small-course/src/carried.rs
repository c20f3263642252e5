//! A course of three lessons and a finished chat under git.

use std::process::Command;

use super::Repository;

/// Lessons 1 to 3 and a finished chat under git, everything committed.
pub fn repository() -> Repository {
    let repository = Repository::new();
    let files = [
        "Cargo.toml",
        "src/main.rs",
        "src/lib.rs",
        "src/farewell.rs",
        "tests/main.rs",
        "tests/farewell.rs",
        "tests/greeting.rs",
    ];
    for file in files {
        let second = repository.read(&format!("lessons/02-farewell/{file}"));
        repository.write(
            &format!("lessons/03-again/{file}"),
            &second.replace("02", "03"),
        );
    }
    write_finished_chat(&repository);
    repository.add_member("lessons/03-again");
    repository.add_member("final");
    repository.remove("Cargo.lock");
    repository.write(".gitignore", "/target\n/Cargo.lock\n");
    git(&repository, &["init", "-q"]);
    commit(&repository);
    repository
}

/// It is like lesson 2, but for another farewell, and each test file is a program.
pub fn write_finished_chat(repository: &Repository) {
    let program = "[[test]]\nname = \"chat\"\npath = \"tests/main.rs\"\n";
    let other_names = [
        ("lesson-02", "make-chat"),
        ("lesson_02", "make_chat"),
        ("use crate::chat", "use make_chat as chat"),
        ("autotests = false", ""),
        (program, ""),
    ];
    for file in [
        "Cargo.toml",
        "src/main.rs",
        "src/lib.rs",
        "tests/greeting.rs",
    ] {
        let second = repository.read(&format!("lessons/02-farewell/{file}"));
        let rename = |text: String, (old, new): (&str, &str)| text.replace(old, new);
        let text = other_names.into_iter().fold(second, rename);
        repository.write(&format!("final/{file}"), &text);
    }
    let other = "//! Quite another farewell.\n\npub fn farewell() -> &'static str { \"bye\" }\n";
    repository.write("final/src/farewell.rs", other);
}

/// The output of git, run in the repository.
pub fn git(repository: &Repository, words: &[&str]) -> String {
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@localhost"];
    let mut command = Command::new("git");
    command
        .args(who)
        .args(words)
        .current_dir(repository.path(""));
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Commits everything.
pub fn commit(repository: &Repository) {
    git(repository, &["add", "-A"]);
    git(repository, &["commit", "-q", "-m", "all of it"]);
}

/// The changed files that git sees, one a line.
pub fn status(repository: &Repository) -> String {
    git(repository, &["status", "--short", "--untracked-files=all"])
}
