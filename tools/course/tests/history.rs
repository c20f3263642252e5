//! `work/chat` is a git repository of the student's own.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use crate::common::{
    Ran, Repository, carried,
    student::{FAREWELL, LIBRARY, TEST, begun, finished, said},
};

/// The messages of a chat's commits, the newest first.
fn log(repository: &Repository, folder: &str) -> Vec<String> {
    let said = git(repository, folder, &["log", "--format=%s"]);
    said.lines().map(str::to_owned).collect()
}

/// Asks git about a repository of a student's.
fn git(repository: &Repository, folder: &str, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command
        .args(words)
        .env("GIT_DIR", repository.path(folder).join(".git"))
        .env("GIT_WORK_TREE", repository.path(folder))
        .env("GIT_CONFIG_GLOBAL", repository.path("no-file"))
        .current_dir(repository.path(folder));
    Ran::from(command.output().unwrap()).passes()
}

/// Runs `course` with another git, which is this script.
fn with_git(repository: &Repository, script: &str, words: &[&str]) -> Ran {
    let git = repository.path("../programs/git");
    fs::create_dir_all(git.parent().unwrap()).unwrap();
    fs::write(&git, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = repository.command("", words);
    command.env(
        "PATH",
        format!("{}:{path}", git.parent().unwrap().display()),
    );
    Ran::from(command.output().unwrap())
}

#[test]
fn it_goes_on_from_lesson_to_lesson() {
    let repository = Repository::new();
    repository.course(&["catch-up", "1"]).passes();
    repository.course(&["check"]).passes();
    repository.write("work/chat/notes.md", "mine");
    repository.course(&["start", "2"]).passes();
    repository.replace(LIBRARY, "\"hello\"", "\"hello!\"");
    said(&repository, &[]);
    repository.course(&["check", "it greets"]).passes();
    let messages = [
        "Lesson 02: it greets (greeting)",
        "Start lesson 02",
        "Before lesson 02",
        "Catch up with lesson 01",
    ];
    assert_eq!(log(&repository, "work/chat"), messages);
    assert_eq!(git(&repository, "work/chat", &["status", "--short"]), "");
    assert_eq!(
        git(&repository, "work/chat", &["show", "HEAD~2:notes.md"]),
        "mine\n"
    );
}

#[test]
fn a_check_that_passes_is_committed_once() {
    let repository = finished();
    for _ in 0..2 {
        repository.course(&["check"]).passes();
    }
    repository.append(FAREWELL, "// Mine.\n");
    repository.course(&["check", "farewell"]).passes();
    repository.course(&["check", "greeting"]).passes();
    repository.append(FAREWELL, "// Mine, too.\n");
    repository.course(&["check", "greeting"]).passes();
    let messages = [
        "Lesson 02: 2 tests with \"greeting\" pass",
        "Lesson 02: it says bye (farewell)",
        "Lesson 02: all tests pass",
        "Start lesson 02",
    ];
    assert_eq!(log(&repository, "work/chat"), messages);
}

#[test]
fn what_was_built_and_what_waits_is_not_committed() {
    let repository = finished();
    for file in ["target/debug/mine", "tests/snapshots/one.snap.new"] {
        repository.write(&format!("work/chat/{file}"), "");
    }
    repository.course(&["check"]).passes();
    let files = git(&repository, "work/chat", &["ls-files"]);
    assert!(!files.contains("target"), "{files}");
    assert!(!files.contains(".snap.new"), "{files}");
    assert!(files.contains("Cargo.lock"), "{files}");
}

#[test]
fn what_a_student_commits_stays() {
    let repository = begun();
    let theirs = |words: &[&str]| git(&repository, "work/chat", words);
    theirs(&["config", "user.name", "Ada"]);
    theirs(&["config", "user.email", "ada@localhost"]);
    theirs(&["checkout", "--quiet", "-b", "mine"]);
    theirs(&["commit", "--quiet", "--all", "--message", "Say goodbye"]);
    repository.write("work/chat/.git/index.lock", "");
    repository.course(&["start", "2"]).passes();
    let kept = format!("work/kept/{}", repository.kept()[0]);
    assert_eq!(log(&repository, &kept), ["Say goodbye", "Start lesson 02"]);
    let messages = [
        "Start lesson 02",
        "Before lesson 02",
        "Say goodbye",
        "Start lesson 02",
    ];
    assert_eq!(log(&repository, "work/chat"), messages);
    assert_eq!(theirs(&["branch", "--show-current"]), "mine\n");
    assert_eq!(
        theirs(&["log", "-1", "--format=%an %ae"]),
        "Ada ada@localhost\n"
    );
}

#[test]
fn who_is_unknown_to_git_is_a_student() {
    let repository = begun();
    let who = git(&repository, "work/chat", &["log", "--format=%an %ae"]);
    assert_eq!(who, "Student student@localhost\n");
    let config = fs::read_to_string(repository.path("work/chat/.git/config")).unwrap();
    assert!(!config.contains("Student"), "{config}");
}

#[test]
fn tests_that_come_back_keep_the_history() {
    let repository = finished();
    repository.replace(TEST, "\"hello!\"", "\"hello\"");
    repository.course(&["check", "--renew-tests"]).passes();
    let messages = ["Lesson 02: all tests pass", "Start lesson 02"];
    assert_eq!(log(&repository, "work/chat"), messages);
}

#[test]
fn a_chat_that_comes_back_has_its_own_history() {
    let repository = begun();
    repository.course(&["start", "1"]).passes();
    repository.course(&["restore"]).passes();
    assert_eq!(log(&repository, "work/chat"), ["Start lesson 02"]);
    let kept = format!("work/kept/{}", repository.kept()[0]);
    let messages = ["Start lesson 01", "Before lesson 01", "Start lesson 02"];
    assert_eq!(log(&repository, &kept), messages);
}

/// A chat without a folder of git's is a folder of the repository around it.
#[test]
fn the_repository_around_it_stays_clean() {
    let repository = finished();
    repository.write(".gitignore", "/work/*\n!/work/README.md\n/target\n");
    carried::git(&repository, &["init", "-q"]);
    carried::commit(&repository);
    repository.remove("work/chat/.git");
    repository.course(&["check"]).passes();
    let mut hooked = repository.command("", &["start", "2"]);
    hooked
        .env("GIT_DIR", repository.path(".git"))
        .env("GIT_INDEX_FILE", repository.path(".git/index"));
    Ran::from(hooked.output().unwrap()).passes();
    assert_eq!(carried::status(&repository), "");
    assert_eq!(
        carried::git(&repository, &["log", "--format=%s"]),
        "all of it\n"
    );
    let messages = ["Start lesson 02", "Lesson 02: all tests pass"];
    assert_eq!(log(&repository, "work/chat"), messages);
}

#[test]
fn everything_else_works_without_git() {
    let repository = Repository::new();
    let no_git = |words: &[&str]| with_git(&repository, "exit 127", words).passes();
    let said = no_git(&["catch-up", "1"]);
    assert!(
        said.ends_with("\nYour chat has no history: git is not installed.\n"),
        "{said}"
    );
    assert!(no_git(&["check"]).contains("Lesson 01 is done."));
    no_git(&["start", "2"]);
    no_git(&["restore"]);
    assert!(!repository.path("work/chat/.git").exists());
}

#[test]
fn when_git_fails_everything_else_works() {
    const FAILS: &str = "case \" $* \" in *\" add \"*) echo 'no room left' >&2; exit 1;; esac\n\
                         exec \"$(PATH=${PATH#*:} command -v git)\" \"$@\"";
    let repository = finished();
    let checked = with_git(&repository, FAILS, &["check"]).passes();
    let words = "Your chat is not committed, because git failed:\n  - git: no room left\n";
    assert!(checked.contains(words), "{checked}");
    assert!(checked.contains("Lesson 02 is done"), "{checked}");
    let started = with_git(&repository, FAILS, &["start", "2"]).passes();
    assert!(
        started.ends_with("\nThis is not committed in work/chat. git: no room left\n"),
        "{started}"
    );
    assert_eq!(log(&repository, "work/chat"), ["Start lesson 02"]);
}

/// Neither somebody's hooks run, nor is a pass phrase asked for.
#[test]
fn settings_of_the_students_do_not_stop_a_commit() {
    let repository = finished();
    let hook = repository.path("work/chat/.git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    for setting in [
        ["commit.gpgSign", "true"],
        ["core.autocrlf", "true"],
        ["core.safecrlf", "true"],
    ] {
        git(
            &repository,
            "work/chat",
            &[&["config"][..], &setting].concat(),
        );
    }
    repository.replace(FAREWELL, "\n", "\r\n");
    repository.course(&["check"]).passes();
    assert_eq!(
        log(&repository, "work/chat")[0],
        "Lesson 02: all tests pass"
    );
}
