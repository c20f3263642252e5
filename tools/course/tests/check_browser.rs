//! `cargo course check --browser`

use std::fs;

use crate::common::{
    Ran, Repository,
    student::{FAREWELL, finished, said},
};

/// A small test program that writes its results into the file named on its command line.
const TESTS: &str = r#"//! The rules.

use std::{env, fs, process::Command};

fn main() {
    let words: Vec<String> = env::args().collect();
    assert_eq!(words[1], "lesson_02::");
    let file = words.iter().position(|word| word == "--logfile").unwrap() + 1;
    let program = env::var("LESSON_PROGRAM").unwrap();
    let said = Command::new(program).output().unwrap().stdout;
    let event = match said == b"hello!\n" {
        true => "\"ok\"",
        false => "\"failed\", \"stdout\": \"Error: \\\"waited in vain for hello!\\n{ no result }\\\"\\n\"",
    };
    println!("{{ \"type\": \"test\", \"name\": \"lesson_02::all_is_well\", \"event\": \"ok\" }}");
    let result = "{ \"type\": \"suite\", \"event\": \"started\" }
{ \"type\": \"test\", \"event\": \"started\", \"name\": \"lesson_02::the_page_greets\" }
{ \"type\": \"test\", \"name\": \"lesson_02::the_page_greets\", \"event\": EVENT }
{ \"type\": \"test\", \"name\": \"lesson_02::it_waits\", \"event\": WAITS }
{ \"type\": \"test\", \"name\": \"lesson_02::nothing_overflows\", \"event\": \"ok\" }\n";
    let waits = match event {
        "\"ok\"" => event,
        _ => "\"ignored\"",
    };
    let result = result.replace("EVENT", event).replace("WAITS", waits);
    fs::write(&words[file], result).unwrap();
}
"#;

const MAIN: &str = "work/chat/src/main.rs";

/// A finished chat in a course with tests of pages.
fn with_pages() -> Repository {
    let repository = finished();
    repository.add_page_tests(TESTS);
    repository
}

/// `check --browser` where these programs are installed, besides what is needed anyway.
fn check_with(repository: &Repository, programs: &[&str]) -> Ran {
    let folder = repository.path("../programs");
    fs::create_dir_all(&folder).unwrap();
    for program in programs {
        fs::write(folder.join(program), "").unwrap();
    }
    let path = match programs.len() {
        2 => format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()),
        _ => folder.display().to_string(),
    };
    let mut command = repository.command("", &["check", "--browser"]);
    Ran::from(command.env("PATH", path).output().unwrap())
}

#[test]
fn a_page_that_was_not_tested_is_said_to_be_so() {
    let words = "Page     not tested in a browser; cargo course check --browser does it\n";
    let repository = with_pages();
    let done = repository.course(&["check"]).passes();
    assert!(done.contains("Lesson 02 is done"), "{done}");
    assert!(done.contains(words), "{done}");
    repository.replace(FAREWELL, "\"bye\"", "\"by\"");
    assert!(!said(&repository, &[]).contains(words));
}

#[test]
fn the_page_of_the_chat_is_tested() {
    let repository = with_pages();
    let passed = check_with(&repository, &["chromium", "chromedriver"]).passes();
    assert!(passed.contains("All 6 tests pass."), "{passed}");
    let both = "Passing on the page, in Chromium:\n  - the page greets\n  - it waits\n  - nothing overflows\n";
    assert!(passed.contains(both), "{passed}");
    assert!(!passed.contains("not tested"), "{passed}");
    repository.replace(
        MAIN,
        "\"{}\"",
        "\"INFO test lesson_02::the_page_greets ... ok {}\"",
    );
    let failed = check_with(&repository, &["chromium", "chromedriver"]);
    assert!(
        !failed.is_ok && !failed.out.contains("is done"),
        "{}",
        failed.out
    );
    let words = "Passing on the page, in Chromium:\n  - nothing overflows\n\n\
                 Failing on the page, in Chromium:\n  - the page greets\n  - it waits\n";
    assert!(failed.out.contains(words), "{}", failed.out);
    let words = "\nthe page greets\n\n  waited in vain for hello!\n  { no result }\n";
    assert!(failed.out.contains(words), "{}", failed.out);
    assert!(
        failed
            .out
            .contains("Again    cargo course check --browser\n"),
        "{}",
        failed.out
    );
}

#[test]
fn what_is_not_installed_is_named() {
    let repository = with_pages();
    let words = "chromedriver is not installed; on Debian and Ubuntu, run `apt install";
    check_with(&repository, &["chromium"]).fails(words);
    let other = finished();
    check_with(&other, &[]).fails("this course has no tests of pages");
}
