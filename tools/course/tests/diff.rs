//! `cargo course diff`

use crate::common;
use crate::common::{LIBRARY, Repository};
use insta::assert_snapshot;

const TEST: &str = "lessons/02-farewell/tests/greeting.rs";

fn diff(repository: &Repository) -> String {
    repository.course(&["diff", "1"]).passes()
}

#[test]
fn two_stages_are_compared_file_by_file() {
    assert_snapshot!(diff(&Repository::new()));
}

#[test]
fn the_later_stage_is_the_next_one_when_left_out() {
    let repository = Repository::new();
    let named = repository.course(&["diff", "01", "02"]).passes();
    assert_eq!(named, diff(&repository));
}

#[test]
fn a_stage_can_be_compared_backwards() {
    let repository = Repository::new();
    let back = repository.course(&["diff", "2", "1"]).passes();
    assert!(back.contains("src/farewell.rs  removed\n"), "{back}");
    assert!(back.contains("-//! The end.\n"), "{back}");
}

#[test]
fn names_of_either_stage_are_no_difference() {
    let repository = Repository::new();
    repository.append(
        "lessons/01-hello/client/main.js",
        "// 01-hello, lesson-01, lesson_01\n",
    );
    let later = "lessons/02-farewell/client/main.js";
    repository.append(later, "// 02-farewell, lesson-02, lesson_02\n");
    assert!(!diff(&repository).contains("main.js"));
    repository.write(later, "start();\n// 01-hello, lesson-01, lesson_01\n");
    assert!(!diff(&repository).contains("main.js"));
}

#[test]
fn changed_lines_speak_of_the_later_stage() {
    let repository = Repository::new();
    repository.append("lessons/01-hello/client/main.js", "open(\"01-hello\");\n");
    repository.append(
        "lessons/02-farewell/client/main.js",
        "show(\"02-farewell\");\n",
    );
    let shown = diff(&repository);
    assert!(
        shown.contains("-open(\"02-farewell\");\n+show(\"02-farewell\");\n"),
        "{shown}"
    );
}

#[test]
fn files_stand_in_the_order_of_reading() {
    let repository = Repository::new();
    let files = [
        "client/a.js",
        "Cargo.toml",
        "askama.toml",
        "templates/a.html",
    ];
    for file in files {
        repository.write(&format!("lessons/02-farewell/{file}"), "new\n");
    }
    let shown = diff(&repository);
    let summary = shown.split_once("01-hello → 02-farewell\n").unwrap().1;
    let paths: Vec<&str> = summary
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        .collect();
    let expected = [
        "Cargo.toml",
        "src/farewell.rs",
        "src/lib.rs",
        "templates/a.html",
        "client/a.js",
        "tests/farewell.rs",
        "tests/greeting.rs",
        "tests/main.rs",
        "askama.toml",
    ];
    assert_eq!(paths[..9], expected);
}

#[test]
fn a_renamed_file_is_one_file() {
    let repository = Repository::new();
    repository.write("lessons/01-hello/client/hello.js", "1\n2\n3\n4\n");
    repository.write("lessons/02-farewell/client/bye.js", "1\n2\nthree\nfour\n");
    let shown = diff(&repository);
    let title = "client/bye.js  renamed from client/hello.js\n";
    let file = format!("{title}@@ -1,4 +1,4 @@\n 1\n 2\n-3\n-4\n+three\n+four\n");
    assert!(shown.contains(&file), "{shown}");
    assert!(shown.contains(&format!("  +2 −2 {title}")), "{shown}");
    let export = ["diff", "1", "--html", "page.html"];
    repository.course(&export).passes();
    let page = repository.read("page.html");
    let said = "<h2>client/bye.js</h2> renamed from client/hello.js<";
    assert!(page.contains(said), "{page}");
}

#[test]
fn a_file_with_few_common_lines_is_another_file() {
    let repository = Repository::new();
    repository.write("lessons/01-hello/client/hello.js", "1\n2\n3\n4\n");
    repository.write("lessons/02-farewell/client/bye.js", "1\ntwo\nthree\nfour\n");
    let shown = diff(&repository);
    assert!(shown.contains("client/hello.js  removed\n"), "{shown}");
    assert!(shown.contains("client/bye.js  new\n"), "{shown}");
}

#[test]
fn three_lines_around_a_change_are_shown() {
    let repository = Repository::new();
    let lines = |middle: &str| format!("1\n2\n3\n4\n5\n{middle}\n7\n8\n9\n10\n");
    repository.write("lessons/01-hello/client/main.js", &lines("six"));
    repository.write("lessons/02-farewell/client/main.js", &lines("SIX"));
    let shown = diff(&repository);
    let hunk = "@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-six\n+SIX\n 7\n 8\n 9\n\n";
    assert!(shown.contains(hunk), "{shown}");
}

#[test]
fn the_page_the_lock_file_and_pending_snapshots_are_left_out() {
    let repository = Repository::new();
    repository.write("lessons/02-farewell/Cargo.lock", "version = 4\n");
    repository.write(
        "lessons/02-farewell/tests/snapshots/x__y.snap.new",
        "draft\n",
    );
    let shown = diff(&repository);
    assert!(!shown.contains("Cargo.lock  new"), "{shown}");
    assert!(!shown.contains("draft"), "{shown}");
    assert!(!shown.contains("Where you are"), "{shown}");
    assert!(shown.contains("README.md, Cargo.lock and the headers of snapshots are left out"));
}

#[test]
fn the_header_of_a_snapshot_is_no_difference() {
    let repository = Repository::new();
    let snapshot = |line: u32| format!("---\nassertion_line: {line}\n---\nhello\n");
    repository.write("lessons/01-hello/tests/snapshots/x__y.snap", &snapshot(3));
    repository.write(
        "lessons/02-farewell/tests/snapshots/x__y.snap",
        &snapshot(9),
    );
    assert!(!diff(&repository).contains("x__y"));
}

#[test]
fn a_file_that_is_not_text_is_one_line() {
    let repository = Repository::new();
    std::fs::write(
        repository.path("lessons/02-farewell/client/a.png"),
        [0xff, 0, 1],
    )
    .unwrap();
    assert!(diff(&repository).contains("+(not text: 3 bytes)\n"));
}

#[test]
fn equal_stages_have_no_files() {
    let repository = Repository::new();
    let source = "lessons/02-farewell";
    repository.write(LIBRARY, &repository.read("lessons/01-hello/src/lib.rs"));
    repository.remove(&format!("{source}/src/farewell.rs"));
    repository.remove(&format!("{source}/tests/farewell.rs"));
    repository.replace(&format!("{source}/tests/main.rs"), "mod farewell;\n", "");
    repository.replace(TEST, "hello!", "hello");
    assert!(diff(&repository).contains("  +0 −0 in 0 files\n"));
}

#[test]
fn a_stage_does_not_differ_from_itself() {
    let ran = Repository::new().course(&["diff", "1", "1"]);
    ran.fails("name two different lessons");
}

#[test]
fn a_stage_that_does_not_exist_is_refused_with_those_that_do() {
    let ran = Repository::new().course(&["diff", "2"]);
    ran.fails("there is no lesson 03; the lessons are 01-hello, 02-farewell");
}

#[test]
fn the_web_page_needs_nothing_else_and_escapes_everything() {
    let repository = Repository::new();
    repository.append(LIBRARY, "// <script>alert(\"&\")</script>\n");
    repository.replace(common::PAGE, "Farewell", "Bye & <b>bye</b>");
    let said = repository
        .course(&["diff", "1", "--html", "page.html"])
        .passes();
    assert_eq!(said, "page.html is written.\n");
    let page = repository.read("page.html");
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains("<b>bye"), "{page}");
    assert!(!page.contains("src=") && !page.contains("url("), "{page}");
    let body = page.split_once("</style>").unwrap().1;
    assert_snapshot!(body);
}

#[test]
fn the_own_chat_is_compared_with_the_finished_lesson() {
    let repository = crate::common::student::begun();
    let said = repository.course(&["diff", "mine"]).passes();
    let change = "-    \"hello\"\n+    \"hello!\"\n";
    assert!(said.contains(change), "{said}");
    assert!(said.contains("my-chat → 02-farewell"), "{said}");
    for equal in ["my_chat", "lesson_02", "Cargo.toml", ".gitignore", "tests/"] {
        assert!(!said.contains(equal), "{equal}: {said}");
    }
    let earlier = repository.course(&["diff", "mine", "1"]).passes();
    assert!(earlier.contains("src/farewell.rs  removed"), "{earlier}");
    let html = repository.path("mine.html");
    repository
        .course(&["diff", "mine", "--html", html.to_str().unwrap()])
        .passes();
    assert!(repository.read("mine.html").contains("02 Farewell"));
    let step = repository.course(&["diff", "mine", "--step", "2"]);
    step.fails("a step is a lesson's");
    repository
        .course(&["diff", "yours"])
        .fails("or your chat as `mine`");
}
