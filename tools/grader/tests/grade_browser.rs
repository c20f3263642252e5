//! `cargo course grade --browser`, with a small program in the place of the tests of pages.
//! `grade_seeds` grades real pages, in Chromium.

use std::fs;

use crate::common::{
    Ran, Repository,
    handed_in::columns,
    small_chat::{LIBRARY, copy_lesson, course, hand_in},
};

/// Two rules about what the server answers. Every file that they write must be in the
/// folder for temporary files, and they may not connect to anything but the server.
const TESTS: &str = r#"//! The rules.

use std::{env, fs, io::{BufRead, BufReader, Read, Write}, net::TcpStream, path::Path, process::{Command, Stdio}, thread};

const NAMES: [&str; 2] = ["lesson_02::it_answers", "lesson_02::it_refuses"];

fn answer() -> Option<String> {
    let words = env::var("LESSON_PROGRAM").unwrap();
    let mut words = words.lines();
    let mut server = Command::new(words.next().unwrap()).args(words).stdout(Stdio::piped()).spawn().unwrap();
    let line = BufReader::new(server.stdout.take().unwrap()).lines().next();
    let mut said = String::new();
    if let Some((_, address)) = line.and_then(|line| line.ok()).as_deref().and_then(|line| line.split_once("http://")) {
        let mut stream = TcpStream::connect(address).unwrap();
        writeln!(stream, "dance").unwrap();
        stream.read_to_string(&mut said).unwrap();
    }
    let _ = server.kill();
    server.wait().unwrap();
    (!said.is_empty()).then_some(said)
}

fn main() {
    let words: Vec<String> = env::args().collect();
    if words.iter().any(|word| word == "--list") {
        return NAMES.iter().for_each(|name| println!("{name}: test"));
    }
    let place = words.iter().position(|word| word == "--logfile").unwrap() + 1;
    let mut results = fs::File::create(&words[place]).unwrap();
    assert!(Path::new(&words[place]).starts_with(env::var("TMPDIR").unwrap()));
    if env::var("HOME").unwrap() == env::var("TMPDIR").unwrap() {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/written"), "").unwrap_err();
    }
    let answer = answer();
    let mut tell = |name: &str, is_kept: bool, why: &str| {
        let event = if is_kept { "ok" } else { "failed" };
        writeln!(results, "{{ \"type\": \"test\", \"name\": \"{name}\", \"event\": \"{event}\", \"stdout\": \"Error: \\\"{why}\\\"\\n\" }}").unwrap();
    };
    tell(NAMES[0], answer.is_some(), "waited in vain: an answer");
    if answer.as_deref() == Some("Ada <- ack waits\n") {
        thread::park();
    }
    let error = "waited in vain: refused\\n(tools/browser/src/window.rs:7:9)\\n\\nerrors in the pages:\\n  Ada: http://127.0.0.1:4321/client/composer.js - Failed to load resource: 404\\n\\npictures:\\n  /nowhere.png\\n";
    tell(NAMES[1], answer.as_deref() == Some("Ada <- ack refused\n"), error);
}
"#;

/// A course with tests of pages, and a page of each kind.
fn with_pages() -> Repository {
    let repository = course();
    repository.add_page_tests(TESTS);
    copy_lesson(&repository, "handed-in/ada");
    hand_in(&repository, "bob", LIBRARY, "refused", "ignored");
    hand_in(&repository, "cy", LIBRARY, "refused", "waits");
    repository
}

/// `grade --browser` where these programs are installed, besides what is needed anyway.
fn grade_with(repository: &Repository, programs: &[&str]) -> Ran {
    let folder = repository.path("../programs");
    fs::create_dir_all(&folder).unwrap();
    for program in programs {
        fs::write(folder.join(program), "").unwrap();
    }
    let path = match programs.len() {
        2 => format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()),
        _ => folder.display().to_string(),
    };
    let words = ["grade", "handed-in", "--lesson", "2", "--browser"];
    let limit = ["--page-time-limit", "5"];
    let mut command = repository.command("", &[&words[..], &limit].concat());
    Ran::from(command.env("PATH", path).output().unwrap())
}

fn student_page(repository: &Repository, row: &serde_json::Value) -> String {
    let page = row["page"].as_str().unwrap();
    repository.read(&format!("grades/lesson-02/students/{page}.html"))
}

#[test]
fn the_page_has_columns_of_its_own() {
    let repository = with_pages();
    let ran = grade_with(&repository, &["chromium", "chromedriver"]);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    let shown = [
        "name",
        "status",
        "points",
        "page_passed",
        "page_failed",
        "reason",
    ];
    let rows = columns(&repository, &shown);
    assert!(rows.contains("\nada,passed,1,2,0,\n"), "{rows}");
    assert!(rows.contains("\nbob,failed,0,1,1,"), "{rows}");
    assert!(rows.contains("\ncy,failed,0,1,1,"), "{rows}");
    let report = |file: &str| repository.read(&format!("grades/lesson-02/{file}"));
    let class = report("index.html");
    assert!(
        class.contains(">Page</th>") && class.contains(">1 of 2</td>"),
        "{class}"
    );
    let junit = report("junit.xml");
    let case = "<testcase name=\"page::it_refuses\" classname=\"bob\" time=\"0.000\">";
    assert!(
        junit.contains(case) && junit.contains("type=\"page\""),
        "{junit}"
    );
    let json: serde_json::Value = serde_json::from_str(&report("grades.json")).unwrap();
    let reason = |student: usize| &json["submissions"][student]["rules"][1]["reason"];
    let error = "an error on the page: /client/composer.js - Failed to load resource: 404";
    assert_eq!(reason(1), error);
    let late = "it had not ended when the 5 s for all rules of the page were over";
    assert_eq!(reason(2), late);
    for page in ["students", "grades.json", "junit.xml"] {
        let said = match page {
            "students" => student_page(&repository, &json["submissions"][1]),
            file => report(file),
        };
        assert!(!said.contains("tools/browser"), "{page}: {said}");
    }
}

/// A page counts where the server passes all tests.
#[test]
fn a_page_that_fails_alone_fails() {
    let repository = with_pages();
    let talk = "lessons/02-farewell/tests/talk.rs";
    repository.replace(
        talk,
        "== Ada asks\\nAda <- ack refused\\n",
        "== Ada asks\\nAda <- ack ",
    );
    repository.replace(
        talk,
        "assert_eq!(tape(\"dance\"), ",
        "assert_eq!(&tape(\"dance\")[..23], ",
    );
    repository.remove("handed-in/cy");
    let ran = grade_with(&repository, &["chromium", "chromedriver"]);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    let rows = columns(&repository, &["name", "status", "points", "reason"]);
    let reason = "an error on the page: /client/composer.js - Failed to load resource: 404";
    let bob = format!("\nbob,failed,1,{reason}\n");
    assert!(rows.contains(&bob), "{rows}");
}

#[test]
fn what_is_not_installed_is_named() {
    let repository = with_pages();
    let words = "chromedriver is not installed; on Debian and Ubuntu, run `apt install";
    grade_with(&repository, &["chromium"]).fails(words);
    let other = course();
    copy_lesson(&other, "handed-in/ada");
    grade_with(&other, &[]).fails("this course has no tests of pages");
}
