//! Commands that are killed in the middle: nothing is lost, and the next run finishes.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions, Permissions},
    io::Write,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use crate::common::{Ran, Repository, carried};

const MINE: &str = "work/chat/mine.rs";
const FIRST: &str = "lessons/01-hello/src/lib.rs";
const CARRY_STATE: &str = ".git/course-carry.json";
/// So often a command is killed, each time a little later.
const ROUNDS: u32 = 10;
const KILL: i32 = 9;
/// Ends a program as SIGKILL does, in the middle of a file for which it has no room.
const NO_ROOM: i32 = 25;
/// Has room for 64 blocks a file: 32 KiB or 64 KiB.
const LITTLE_ROOM: &str = "ulimit -f 64; exec \"$@\"";
const LARGE: usize = 100 * 1024;
/// Begins when it is told to, so that its start takes no time.
const WAITS: &str = "read -r go; exec \"$@\"";

/// All files in a folder, by path.
type Files = BTreeMap<String, Vec<u8>>;

#[test]
fn a_killed_start_is_finished_by_the_next_one() {
    keeps_what_was_there(&["start", "2"]);
}

#[test]
fn a_killed_catch_up_is_finished_by_the_next_one() {
    keeps_what_was_there(&["catch-up", "1"]);
}

fn keeps_what_was_there(words: &[&str]) {
    killed_later_and_later(with_chat, words, |repository| {
        assert_eq!(texts(repository, "mine.rs"), ["here"]);
        run(repository, words).passes();
        is_as_without_a_kill(repository, words);
        assert_eq!(texts(repository, "mine.rs"), ["here"]);
    });
}

#[test]
fn a_start_may_be_killed_in_the_middle_of_any_file() {
    let files = files_in(&Repository::new().path("lessons/01-hello"));
    let apart = ["Cargo.toml", "README.md", "tests/"];
    let files = files
        .into_keys()
        .filter(|file| !apart.iter().any(|start| file.starts_with(start)));
    let laid = files.map(|file| format!("lessons/01-hello/{file}"));
    // The manifest and the tests are the new lesson's.
    let new = ["Cargo.toml", "tests/farewell.rs"].map(|file| format!("lessons/02-farewell/{file}"));
    for file in laid.chain(new) {
        let repository = with_chat();
        enlarge(&repository, &file);
        killed_in_a_large_file(&repository, &["start", "2"]);
        assert_eq!(repository.read(MINE), "here");
        run(&repository, &["catch-up", "2"]).passes();
        is_as_without_a_kill(&repository, &["catch-up", "2"]);
        assert_eq!(texts(&repository, "mine.rs"), ["here"]);
    }
}

#[test]
fn a_killed_restore_is_finished_by_the_next_one() {
    const OLD: &str = "2026-01-02-030405";
    let prepared = || {
        let repository = with_chat();
        repository.write(&format!("work/kept/{OLD}/mine.rs"), "old");
        repository
    };
    let words = ["restore", OLD];
    killed_later_and_later(prepared, &words, |repository| {
        assert_eq!(texts(repository, "mine.rs"), ["here", "old"]);
        let is_back = fs::read(repository.path(MINE)).is_ok_and(|text| text == b"old");
        if !is_back {
            run(repository, &words).passes();
        }
        assert_eq!(repository.read(MINE), "old");
        assert_eq!(texts(repository, "mine.rs"), ["here", "old"]);
    });
}

#[test]
fn tests_that_were_coming_back_come_back_with_the_next_run() {
    for large in ["mine.rs", "tests/own.rs"] {
        let repository = with_chat();
        let changed = "work/chat/tests/greeting.rs";
        repository.write(changed, "mine");
        repository.write(&format!("work/chat/{large}"), "");
        enlarge(&repository, &format!("work/chat/{large}"));
        let before = files_in(&repository.path("work/chat"));
        let words = ["check", "--renew-tests"];
        killed_in_a_large_file(&repository, &words);
        assert!(files_in(&repository.path("work/chat")) == before);
        run(&repository, &words);
        assert!(repository.read(changed).contains("it_greets"));
        let kept = format!("work/kept/{}", repository.kept()[0]);
        assert!(files_in(&repository.path(&kept)) == before);
    }
}

#[test]
fn a_killed_carry_goes_on_with_the_same_result() {
    let (before, after) = (stages(&changed()), stages(&carried()));
    killed_later_and_later(changed, &["carry", "1"], |repository| {
        if repository.path(CARRY_STATE).exists() {
            run(repository, &["carry", "--continue"]).passes();
        } else if stages(repository) != after {
            // It had not begun.
            assert!(stages(repository) == before);
            run(repository, &["carry", "1"]).passes();
        }
        assert!(stages(repository) == after);
    });
}

#[test]
fn a_carry_may_be_killed_in_the_middle_of_a_file() {
    let large = "lessons/01-hello/src/wave.rs";
    let whole = changed();
    enlarge(&whole, large);
    run(&whole, &["carry", "1"]).passes();
    let repository = changed();
    enlarge(&repository, large);
    killed_in_a_large_file(&repository, &["carry", "1"]);
    run(&repository, &["carry", "1"]).fails("a carry of lesson 01 is under way");
    run(&repository, &["carry", "--continue"]).passes();
    assert!(stages(&repository) == stages(&whole));
}

/// Tests take most of a carry's time.
#[test]
fn a_carry_may_be_killed_while_tests_run() {
    let repository = changed();
    let [pipe, cargo] = ["../pipe", "../cargo"].map(|name| repository.path(name));
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let pipe_path = pipe.display();
    let script = format!("#!/bin/sh\nif [ \"$3\" = lesson-02 ]; then exec cat '{pipe_path}'; fi\n");
    fs::write(&cargo, script).unwrap();
    fs::set_permissions(&cargo, Permissions::from_mode(0o755)).unwrap();
    let mut command = repository.command("", &["carry", "1"]);
    command.env("CARGO", &cargo).stdout(Stdio::null());
    let mut carrying = command.spawn().unwrap();
    // Opens as soon as somebody reads at the other end: the tests of lesson 2.
    let tests = OpenOptions::new().write(true).open(&pipe).unwrap();
    carrying.kill().unwrap();
    assert_eq!(carrying.wait().unwrap().signal(), Some(KILL));
    drop(tests);
    run(&repository, &["carry", "1"]).fails("a carry of lesson 01 is under way");
    run(&repository, &["carry", "--continue"]).passes();
    assert!(stages(&repository) == stages(&carried()));
    assert!(!repository.path(CARRY_STATE).exists());
}

/// Lesson 2 begun, with a file of the student's own.
fn with_chat() -> Repository {
    let repository = Repository::new();
    run(&repository, &["start", "2"]).passes();
    repository.write(MINE, "here");
    repository
}

/// A course under git in which lesson 1 has changed, and has a new file.
fn changed() -> Repository {
    let repository = carried::repository();
    repository.replace(FIRST, "//! A chat.", "//! A chat of lesson_01.");
    repository.write("lessons/01-hello/src/wave.rs", "//! From lesson_01.\n");
    repository
}

/// The same after a carry that nobody has killed.
fn carried() -> Repository {
    let repository = changed();
    run(&repository, &["carry", "1"]).passes();
    repository
}

fn enlarge(repository: &Repository, file: &str) {
    repository.append(file, &format!("\n# {}\n", "x".repeat(LARGE)));
}

/// Runs `course` with these words. Nothing is built: all tests pass.
fn run(repository: &Repository, words: &[&str]) -> Ran {
    let mut command = repository.command("", words);
    Ran::from(command.env("CARGO", "true").output().unwrap())
}

/// The same by a shell, which does something before.
fn begin(repository: &Repository, words: &[&str], script: &str) -> Child {
    let course = repository.command("", words);
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(course.get_program());
    shell.args(course.get_args());
    shell.current_dir(repository.path("")).env("CARGO", "true");
    shell.stdin(Stdio::piped()).stdout(Stdio::null());
    shell.spawn().unwrap()
}

/// Kills the command before it begins, and then always a little later, until it needs
/// less time than it gets; each time in another repository.
fn killed_later_and_later(
    prepared: impl Fn() -> Repository,
    words: &[&str],
    then: impl Fn(&Repository),
) {
    let (repository, begun) = (prepared(), Instant::now());
    run(&repository, words);
    let step = begun.elapsed() / (ROUNDS - 2);
    for round in 0..ROUNDS {
        let repository = prepared();
        let mut child = begin(&repository, words, WAITS);
        if round > 0 {
            let mut told = child.stdin.take().unwrap();
            told.write_all(b"go\n").unwrap();
        }
        let end = Instant::now() + step * round;
        while Instant::now() < end && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        until_alone(&repository);
        then(&repository);
    }
}

/// A git that the command has started goes on for a moment when nobody waits for it.
fn until_alone(repository: &Repository) {
    let root = repository.path("").canonicalize().unwrap();
    let is_here = |process: fs::DirEntry| {
        let folder = fs::read_link(process.path().join("cwd"));
        folder.is_ok_and(|folder| folder.starts_with(&root))
    };
    while fs::read_dir("/proc").unwrap().flatten().any(is_here) {
        thread::yield_now();
    }
}

fn killed_in_a_large_file(repository: &Repository, words: &[&str]) {
    let mut child = begin(repository, words, LITTLE_ROOM);
    assert_eq!(child.wait().unwrap().signal(), Some(NO_ROOM));
}

/// The chat is what the command makes where nobody disturbs it.
fn is_as_without_a_kill(repository: &Repository, words: &[&str]) {
    let undisturbed = Repository::new();
    copy_lessons(repository, &undisturbed);
    run(&undisturbed, words).passes();
    let [one, other] = [repository, &undisturbed].map(|one| {
        let mut files = files_in(&one.path("work/chat"));
        // It tells times.
        files.retain(|file, _| !file.starts_with(".git/"));
        files
    });
    assert!(one == other);
}

fn copy_lessons(from: &Repository, to: &Repository) {
    for (path, text) in files_in(&from.path("lessons")) {
        fs::write(to.path("lessons").join(path), text).unwrap();
    }
}

/// The texts of the files with that name, in the chat and in all kept copies.
fn texts(repository: &Repository, name: &str) -> Vec<String> {
    let work = files_in(&repository.path("work")).into_iter();
    let is_it = |path: &str| path.ends_with(&format!("/{name}")) && !path.contains(".fresh");
    let found = work.filter(|(path, _)| is_it(path));
    let mut texts: Vec<String> = found
        .map(|(_, text)| String::from_utf8(text).unwrap())
        .collect();
    texts.sort();
    texts
}

/// Every lesson and the finished chat.
fn stages(repository: &Repository) -> [Files; 2] {
    ["lessons", "final"].map(|folder| files_in(&repository.path(folder)))
}

fn files_in(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}
