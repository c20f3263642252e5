//! Submissions of every kind, and helpers that grade them and read the results.

use std::{fs, os::unix::fs::symlink};

use super::{
    Ran, Repository,
    small_chat::{LIBRARY, MAIN, copy_lesson, hand_in, hand_in_tar, hand_in_zip},
};

const GREETING: &str = "Ada <- user:joined {name}";
const MATCH: &str = "    match ask";
const BIND: &str = "    let listener";

/// Starts itself again in a new process group.
const STAYS_BEHIND: &str = r#"
    use std::{env, os::unix::process::CommandExt, process::{Command, Stdio}};
    if env::args().len() > 1 {
        loop { std::thread::park(); }
    }
    let mut other = Command::new(env::current_exe().unwrap());
    other.arg("stay").process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let _other = other.spawn().unwrap();
    let listener"#;

/// A file that appears only if the grader lets a submission write it.
pub const WRITTEN: &str = "written";

/// Grades the submissions in `handed-in`.
pub fn grade(repository: &Repository) -> Ran {
    repository.course(&["grade", "handed-in", "--lesson", "2", "--jobs", "2"])
}

/// Whether a process runs a program whose path contains these words.
pub fn runs_from(words: &str) -> bool {
    let mut processes = fs::read_dir("/proc").unwrap();
    processes.any(|process| {
        let program = fs::read_link(process.unwrap().path().join("exe"));
        program.is_ok_and(|path| path.to_string_lossy().contains(words))
    })
}

/// The rows of the table without times: name, status, points, of, new tests that pass and
/// fail, reason.
pub fn rows(repository: &Repository) -> String {
    columns(
        repository,
        &[
            "name",
            "status",
            "points",
            "of",
            "new_passed",
            "new_failed",
            "reason",
        ],
    )
}

/// The table with only these columns.
pub fn columns(repository: &Repository, wanted: &[&str]) -> String {
    let table = repository.read("grades/lesson-02/grades.csv");
    let root = repository.path("");
    let table = table.replace(root.to_str().unwrap(), "");
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let headings = reader.headers().unwrap().clone();
    let place = |name: &&str| {
        headings
            .iter()
            .position(|heading| heading == *name)
            .unwrap()
    };
    let places: Vec<usize> = wanted.iter().map(place).collect();
    let mut columns = csv::Writer::from_writer(Vec::new());
    columns.write_record(wanted).unwrap();
    for row in reader.records().map(Result::unwrap) {
        columns
            .write_record(places.iter().map(|place| &row[*place]))
            .unwrap();
    }
    String::from_utf8(columns.into_inner().unwrap()).unwrap()
}

/// Hands in correct chats in several forms, faulty ones, and ones that cheat.
pub fn hand_in_all(repository: &Repository) {
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
    // The test program prints these words where it explains the failure.
    hand_in(
        repository,
        "sends-results",
        LIBRARY,
        GREETING,
        "test talk::a_name_is_announced ... ok\\ntest talk::a_name_is_announced ... ok",
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
        "connects",
        MAIN,
        BIND,
        "    std::net::TcpStream::connect(\"127.0.0.1:9\").expect(\"no connection\");\n",
    );
    change(
        "includes",
        LIBRARY,
        "/// The answer to",
        &format!(
            "const _: &str = include_str!({:?});\n\n",
            reference.to_string()
        ),
    );
    change(
        "includes-system",
        LIBRARY,
        "/// The answer to",
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
        &format!(
            "fn main() {{ std::fs::write({:?}, \"\").unwrap(); }}\n",
            repository.path(WRITTEN)
        ),
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
    hand_in_tar(repository, "leaves.tar", "../written");
    repository.write("handed-in/empty/README.md", "nothing\n");
}
