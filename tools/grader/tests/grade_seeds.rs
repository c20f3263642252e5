//! `cargo course grade` with lesson 05: chats with known faults and their expected results.
//!
//! It builds the lesson's dependencies, so it runs only on request:
//! `cargo test --test commands grade_seeds -- --ignored`.
//! `SUBMISSIONS=100` hands in a class of that size.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use regex::Regex;
use serde_json::Value;

use crate::common::small_chat::zipped;

/// Both tests build the same lesson, which only one of them may do at a time.
static GRADING: Mutex<()> = Mutex::new(());

const LESSON: &str = "lessons/05-connect-disconnect";
const BEFORE: &str = "lessons/04-messages";
const JOIN: &str = "    // While we waited";
const ACKNOWLEDGE: &str = "wire::acknowledge(ack, join(socket, io, &mut chat, payload).await);";
const RUN: &str = "    server::run";
const TOP: &str = "use std::convert";

/// A change to a chat's file that replaces one text with another.
struct Change {
    file: &'static str,
    old: &'static str,
    new: String,
}

/// A chat with a fault, and its expected row.
struct Fault {
    name: &'static str,
    changes: Vec<Change>,
    status: &'static str,
    reason: &'static str,
}

fn before(file: &'static str, old: &'static str, code: &str) -> Vec<Change> {
    let new = format!("{code}\n{old}");
    vec![Change { file, old, new }]
}

fn in_join(code: &str) -> Vec<Change> {
    before("src/users.rs", JOIN, code)
}

fn in_main(code: &str) -> Vec<Change> {
    before("src/main.rs", RUN, code)
}

fn wrong_event() -> Vec<Change> {
    let (file, old) = ("src/events.rs", "\"user:left\"");
    let new = "\"user:gone\"".to_owned();
    vec![Change { file, old, new }]
}

fn faults(reference: &str) -> Vec<Fault> {
    let fault = |name, changes, status, reason| Fault {
        name,
        changes,
        status,
        reason,
    };
    vec![
        fault("correct", vec![], "passed", "^$"),
        fault(
            "wrong-event",
            wrong_event(),
            "failed",
            "^the server emits user:gone, and the lesson wants user:left",
        ),
        fault(
            "missing-ack",
            vec![Change {
                file: "src/users.rs",
                old: ACKNOWLEDGE,
                new: "let _ = (ack, join(socket, io, &mut chat, payload).await);".to_owned(),
            }],
            "failed",
            "^user:join got no acknowledgement within 5 s",
        ),
        fault(
            "hang",
            in_join("loop { std::thread::park(); }"),
            "failed",
            "^user:join got no acknowledgement within 5 s",
        ),
        fault(
            "panic",
            in_join("if true { panic!(\"no more people\"); }"),
            "failed",
            r"^the server panicked at src/users.rs:\d+: no more people",
        ),
        fault(
            "not-compiling",
            in_join("let x: u32 = nothing;"),
            "not-built",
            r"^it does not compile: error\[E0425\].*src/users.rs:\d+",
        ),
        fault(
            "flood",
            in_main("std::thread::spawn(|| loop { print!(\"{}\", \"y\".repeat(65536)) });"),
            "failed",
            "^the server printed more than 8 MiB",
        ),
        fault(
            "greedy",
            in_join(
                "let mut all = Vec::new(); \
                 loop { all.push(vec![1u8; 1 << 20]); if all.is_empty() { break; } }",
            ),
            "failed",
            "^the server wanted more memory than allowed",
        ),
        fault(
            "prints-results",
            [
                wrong_event(),
                in_main("println!(\"test result: ok. 45 passed\");"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            "failed",
            "^the server emits user:gone",
        ),
        fault(
            "ends-early",
            in_main("std::process::exit(0);"),
            "failed",
            "^the server did not start: it ended with exit status: 0",
        ),
        fault(
            "includes-reference",
            before(
                "src/lib.rs",
                TOP,
                &format!("const _: &str = include_str!({reference:?});"),
            ),
            "reads-outside",
            "^it reads a file that is not its own",
        ),
        fault(
            "reads-reference",
            in_main(&format!(
                "std::fs::read({reference:?}).expect(\"the reference cannot be read\");"
            )),
            "failed",
            r"^the server panicked at src/main.rs:\d+: the reference cannot be read",
        ),
        fault(
            "runs-program",
            in_main("std::process::Command::new(\"/bin/sh\").status().unwrap();"),
            "failed",
            r"^the server panicked at src/main.rs:\d+: it unwraps an error: Permission denied",
        ),
    ]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Writes the lesson's chat with the fault, and with a constant that makes it unique.
fn make(folder: &Path, fault: &Fault) {
    copy(&root().join(LESSON), folder);
    for Change { file, old, new } in &fault.changes {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.contains(old), "{file} does not contain {old:?}");
        fs::write(folder.join(file), text.replace(old, new)).unwrap();
    }
    let names = folder.join("src/names.rs");
    let own = format!("\n/// The author.\npub const BY: &str = {folder:?};\n");
    fs::write(&names, fs::read_to_string(&names).unwrap() + &own).unwrap();
}

/// Writes the same chat as an archive, as a fork and with a link, and the previous lesson.
fn make_shapes(folder: &Path, correct: &Path) {
    let mut files = Vec::new();
    for part in ["src", "client", "templates"] {
        for entry in fs::read_dir(correct.join(part))
            .unwrap()
            .map(Result::unwrap)
        {
            if entry.file_type().unwrap().is_file() {
                let path = format!("chat/{part}/{}", entry.file_name().into_string().unwrap());
                files.push((path, fs::read(entry.path()).unwrap()));
            }
        }
    }
    fs::write(folder.join("shape-zip.zip"), zipped(&files)).unwrap();
    copy(correct, &folder.join("shape-fork").join(LESSON));
    copy(&root().join(BEFORE), &folder.join("lesson-before"));
    copy(correct, &folder.join("shape-link"));
    let users = folder.join("shape-link/src/users.rs");
    fs::remove_file(&users).unwrap();
    symlink(root().join(LESSON).join("src/users.rs"), users).unwrap();
}

/// A description of the difference, if the row is not as expected.
fn judge(row: &Value, of: &Value, status: &str, reason: &str) -> Option<String> {
    let said = row["reason"].as_str().unwrap_or_default();
    let is_right = row["status"] == status
        && Regex::new(reason).unwrap().is_match(said)
        && (row["points"] == *of) == (status == "passed");
    (!is_right).then(|| {
        format!(
            "{}: {} {}: {said}",
            row["name"], row["status"], row["points"]
        )
    })
}

/// Grades the submissions in `folder`: the report, and what was said.
fn grade(folder: &Path, options: &[&str]) -> (Value, String) {
    let _alone = GRADING.lock().unwrap_or_else(PoisonError::into_inner);
    let out: PathBuf = folder.with_file_name("grades");
    let ran = Command::new(env!("CARGO_BIN_EXE_grader"))
        .args(["grade", "--lesson", "5", "--unoptimized", "--out"])
        .args([&out, folder])
        // Other programs may keep the processors busy.
        .args(["--time-limit", "120"])
        .args(options)
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    let json = fs::read_to_string(out.join("grades.json")).unwrap();
    (serde_json::from_str(&json).unwrap(), said)
}

/// The server is right, so only Chromium finds the fault. Before that, the lesson's own page
/// must keep all rules.
#[test]
#[ignore = "builds what lesson 05 depends on, and tests pages in Chromium: minutes"]
fn a_fault_of_the_page_is_found_in_chromium() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("handed-in");
    let fault = Fault {
        name: "sends-while-composing",
        changes: vec![Change {
            file: "client/composer.js",
            old: " || event.originalEvent.isComposing",
            new: String::new(),
        }],
        status: "failed",
        reason: "",
    };
    fs::create_dir(&folder).unwrap();
    make(&folder.join(fault.name), &fault);
    let (json, said) = grade(&folder, &["--browser"]);
    let row = &json["submissions"][0];
    assert_eq!(row["status"], "failed", "{said}");
    assert_eq!(row["points"], json["of"], "{row}");
    let rules = row["rules"].as_array().unwrap();
    let failed = rules.iter().filter(|rule| !rule["failure"].is_null());
    let failed: Vec<&Value> = failed.map(|rule| &rule["name"]).collect();
    assert_eq!(failed, ["page::enter_while_composing_does_not_send"]);
    assert!(rules.len() > 20, "{row}");
}

#[test]
#[ignore = "builds what lesson 05 depends on: minutes"]
fn every_fault_is_told() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("handed-in");
    fs::create_dir(&folder).unwrap();
    let reference = root().join(LESSON).join("src/users.rs");
    let faults = faults(&reference.to_string_lossy());
    for fault in &faults {
        make(&folder.join(fault.name), fault);
    }
    make_shapes(&folder, &folder.join("correct"));
    let count = env::var("SUBMISSIONS")
        .ok()
        .and_then(|count| count.parse().ok());
    for number in faults.len() + 4..count.unwrap_or_default() {
        let fault = &faults[number % faults.len()];
        make(&folder.join(format!("{}-{number:03}", fault.name)), fault);
    }
    let (json, said) = grade(&folder, &[]);
    let shapes = [
        ("shape-zip", "passed", "^$"),
        (
            "shape-fork",
            "unreadable",
            "a copy of the course without work/chat",
        ),
        ("shape-link", "unreadable", "src/users.rs is a link"),
        ("lesson-before", "failed", "^"),
    ];
    let expected = |name: &str| {
        let shape = shapes.iter().find(|shape| shape.0 == name);
        let found = shape.map(|shape| (shape.1, shape.2));
        let mut faults = faults.iter();
        let kind = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '-');
        found.or_else(|| {
            let fault = faults.find(|fault| fault.name == kind)?;
            Some((fault.status, fault.reason))
        })
    };
    let rows = json["submissions"].as_array().unwrap();
    assert!(rows.len() >= faults.len() + shapes.len());
    let wrong = rows.iter().filter_map(|row| {
        let (status, reason) = expected(row["name"].as_str().unwrap()).expect("a known name");
        judge(row, &json["of"], status, reason)
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}\n{said}", wrong.join("\n"));
    let mut rows = rows.iter();
    let before = rows.find(|row| row["name"] == "lesson-before").unwrap();
    assert_eq!(before["points"], 0, "{before}");
}
