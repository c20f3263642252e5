//! `cargo course grade`
#![cfg(target_os = "linux")]

mod common;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::symlink,
    process::{Command, Stdio},
};

use common::{
    Ran, Repository,
    small_chat::{
        LIBRARY, MAIN, copy_lesson, course, course_with_tape, hand_in, hand_in_tar, hand_in_zip,
    },
};
use insta::assert_snapshot;

const GREETING: &str = "Ada <- user:joined {name}";
const MATCH: &str = "    match ask";
const BIND: &str = "    let listener";

/// Starts itself again, in a group of processes of its own.
const STAYS_BEHIND: &str = r#"
    use std::{env, os::unix::process::CommandExt, process::{Command, Stdio}};
    if env::args().len() > 1 {
        loop { std::thread::park(); }
    }
    let mut other = Command::new(env::current_exe().unwrap());
    other.arg("stay").process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let _other = other.spawn().unwrap();
    let listener"#;

fn grade(repository: &Repository) -> Ran {
    repository.course(&["grade", "handed-in", "--lesson", "2", "--jobs", "2"])
}

/// Whether a process runs a program that has these words in its path.
fn runs_from(words: &str) -> bool {
    let mut processes = fs::read_dir("/proc").unwrap();
    processes.any(|process| {
        let program = fs::read_link(process.unwrap().path().join("exe"));
        program.is_ok_and(|path| path.to_string_lossy().contains(words))
    })
}

/// A line a submission, without the times.
fn rows(repository: &Repository) -> String {
    let table = repository.read("grades/lesson-02/grades.csv");
    let root = repository.path("");
    let table = table.replace(root.to_str().unwrap(), "");
    let rows = table.lines().map(|row| {
        let cells: Vec<&str> = row.splitn(9, ',').collect();
        [&cells[..6], &cells[8..]].concat().join(",") + "\n"
    });
    rows.collect()
}

/// Everything that is handed in: correct in several forms, faulty, and cheating.
fn hand_in_all(repository: &Repository) {
    let reference = repository.path("lessons/02-farewell/src/lib.rs");
    let reference = reference.display();
    let change = |name: &str, file: &str, old: &str, new: &str| {
        hand_in(repository, name, file, old, &format!("{new}{old}"));
    };
    copy_lesson(repository, "handed-in/correct-crate");
    copy_lesson(repository, "handed-in/correct-fork/lessons/02-farewell");
    hand_in_zip(repository, "correct-zip.zip", "handed-in/correct-crate");
    repository.course(&["start", "2"]).passes();
    copy_lesson(repository, "handed-in/correct-work/work/chat");
    for file in ["Cargo.toml", MAIN] {
        let path = format!("handed-in/correct-work/work/chat/{file}");
        let text = repository.read(&path);
        let text = text
            .replace("lesson-02", "my-chat")
            .replace("lesson_02", "my_chat");
        repository.write(&path, &text);
    }
    hand_in(
        repository,
        "wrong-event",
        LIBRARY,
        GREETING,
        "Ada <- user:came {name}",
    );
    change(
        "=silent",
        LIBRARY,
        MATCH,
        "    loop { std::thread::park(); if ask.is_empty() { break; } }\n",
    );
    change(
        "panics",
        LIBRARY,
        MATCH,
        "    if ask == \"dance\" { panic!(\"<b>no</b> dancing\"); }\n",
    );
    change(
        "greedy",
        LIBRARY,
        MATCH,
        "    if std::hint::black_box(vec![1u8; 1 << 30]).len() < ask.len() { return String::new(); }\n",
    );
    hand_in(
        repository,
        "broken",
        LIBRARY,
        "ask.split_once(' ')",
        "nothing",
    );
    change(
        "leaves-early",
        MAIN,
        BIND,
        "    println!(\"test result: ok\"); std::process::exit(0);\n",
    );
    change(
        "reads-reference",
        MAIN,
        BIND,
        &format!(
            "    std::fs::read({:?}).expect(\"no reference\");\n",
            reference.to_string()
        ),
    );
    change(
        "writes",
        MAIN,
        BIND,
        "    std::fs::write(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/lib.rs\"), \"\").expect(\"no writing\");\n",
    );
    change(
        "includes",
        LIBRARY,
        "/// What is said",
        &format!(
            "const _: &str = include_str!({:?});\n\n",
            reference.to_string()
        ),
    );
    change(
        "includes-system",
        LIBRARY,
        "/// What is said",
        "const _: &str = include_str!(\"/etc/hostname\");\n\n",
    );
    hand_in(
        repository,
        "cheats",
        LIBRARY,
        GREETING,
        "Ada <- user:came {name}",
    );
    let own = |file: &str, text: &str| repository.write(&format!("handed-in/cheats/{file}"), text);
    own(
        "build.rs",
        "fn main() { std::fs::write(\"../../../written\", \"\").unwrap(); }\n",
    );
    own("tests/main.rs", "#[test]\n#[ignore]\nfn nothing() {}\n");
    own(
        "tests/snapshots/chat__talk__a_name_is_announced.snap",
        "---\n---\n== Ada asks\nAda <- user:came Ada\nAda <- ack ok\n",
    );
    own(
        ".cargo/config.toml",
        "[env]\nINSTA_FORCE_PASS = { value = \"1\", force = true }\n",
    );
    own(".config/insta.yaml", "behavior:\n  force_pass: true\n");
    hand_in(repository, "stays-behind", MAIN, BIND, STAYS_BEHIND);
    copy_lesson(repository, "handed-in/links");
    repository.remove(&format!("handed-in/links/{LIBRARY}"));
    symlink(
        reference.to_string(),
        repository.path(&format!("handed-in/links/{LIBRARY}")),
    )
    .unwrap();
    hand_in_tar(repository, "leaves.tar", "../lessons/02-farewell/written");
    repository.write("handed-in/empty/README.md", "nothing\n");
}

#[test]
fn every_row_says_what_is_right_or_wrong() {
    let repository = course_with_tape("grade-rows");
    hand_in_all(&repository);
    let points = "[points]\n\"talk::a_name_is_announced\" = 2\n";
    repository.write("lessons/02-farewell/points.toml", points);
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert!(ran.out.contains(" a minute. Open "), "{}", ran.out);
    assert_snapshot!(rows(&repository));
    let left = ["written", "grades/written", "lessons/02-farewell/written"];
    assert!(left.iter().all(|path| !repository.path(path).exists()));

    assert!(
        !runs_from("built/grade/lesson-02"),
        "a server has stayed behind"
    );

    let json = repository.read("grades/lesson-02/grades.json");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["submissions"][0]["name"], "=silent");
    assert_eq!(json["of"], 3);
    let junit = repository.read("grades/lesson-02/junit.xml");
    assert!(
        junit.contains("<testsuite name=\"panics\" tests=\"2\""),
        "{junit}"
    );
    assert!(!junit.contains("<b>no</b>"), "{junit}");
    let class = repository.read("grades/lesson-02/index.html");
    assert!(
        class.contains("href=\"students/%3Dsilent.html\""),
        "{class}"
    );
    assert!(
        !class.contains("<b>no</b>") && !class.contains("://"),
        "{class}"
    );
    let student = repository.read("grades/lesson-02/students/wrong-event.html");
    assert!(
        student.contains("<mark class=\"tapes__received\">came Ada</mark>"),
        "{student}"
    );

    // Again: in the place of the reports before, with the same result.
    let before = rows(&repository);
    assert!(grade(&repository).is_ok);
    assert_eq!(rows(&repository), before);
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing_and_the_next_one_works() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    // It never says where it listens, so its turn lasts as long as it may.
    let waits =
        "    loop { std::thread::park(); }\n    #[allow(unreachable_code)]\n    let listener";
    hand_in(&repository, "bob", MAIN, BIND, waits);
    // One at a time: when Ada is ready, Bob's turn has come.
    let words = ["grade", "handed-in", "--lesson", "2", "--jobs", "1"];
    let mut child = repository
        .command("", &words)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("ada: 1 points") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "Ada is never ready");
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(!child.wait().unwrap().success());
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("grading was stopped; no report was written"),
        "{rest}"
    );
    assert!(!repository.path("grades").exists());

    repository.remove("handed-in/bob");
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert!(
        rows(&repository).contains("ada,passed,1,1,1,0,"),
        "{}",
        rows(&repository)
    );
}

#[test]
fn tests_that_need_no_server_cannot_grade_one() {
    let repository = course();
    let free = "\n#[test]\nfn free_for_all() {}\n";
    repository.append("lessons/02-farewell/tests/talk.rs", free);
    copy_lesson(&repository, "handed-in/ada");
    grade(&repository).fails("talk::free_for_all passes without a server, so it cannot grade one");
}

#[test]
fn files_of_others_are_not_written_over() {
    let repository = Repository::new();
    repository.write("handed-in/ada/src/lib.rs", "");
    repository.write("grades/lesson-02/notes.txt", "mine\n");
    grade(&repository).fails("grades/lesson-02/notes.txt is not from an earlier run");
    assert_eq!(repository.read("grades/lesson-02/notes.txt"), "mine\n");
}

#[test]
fn a_folder_without_submissions_is_refused() {
    let repository = Repository::new();
    fs::create_dir(repository.path("handed-in")).unwrap();
    grade(&repository).fails("handed-in holds no submission");
}
