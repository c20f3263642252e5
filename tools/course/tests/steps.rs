//! `start`, `catch-up`, `diff`, `hint` and `check` know the steps of a page.

use crate::common::{MANIFEST, Repository, student::said};

const LIBRARY: &str = "work/chat/src/lib.rs";

#[test]
fn a_lesson_begins_with_what_it_gives() {
    let repository = Repository::new();
    let given = "\n[package.metadata.course]\ngiven = [\"src/fare*.rs\", \"templates/*\"]\n";
    repository.append(MANIFEST, given);
    repository.remove("lessons/02-farewell/templates/page.html");
    repository.write("lessons/02-farewell/templates/chat.html", "lesson-02\n");
    repository.course(&["start", "2"]).passes();
    assert_eq!(
        repository.read("work/chat/templates/chat.html"),
        "my-chat\n"
    );
    assert!(!repository.path("work/chat/templates/page.html").exists());
    assert!(repository.path("work/chat/src/farewell.rs").is_file());
    assert!(!repository.read(LIBRARY).contains("mod farewell"));
    let manifest = repository.read("work/chat/Cargo.toml");
    assert!(manifest.contains("lesson = 2"), "{manifest}");
}

#[test]
fn given_blocks_are_laid() {
    let given =
        "## Steps\n### Given\n\n```rust src/lib.rs\n/// Laid.\npub const LAID: u8 = 1;\n```\n";
    let repository = Repository::with_page("## Steps\n", given);
    repository.course(&["start", "2"]).passes();
    assert!(
        repository
            .read(LIBRARY)
            .ends_with("pub const LAID: u8 = 1;\n")
    );
}

#[test]
fn a_page_without_steps_begins_with_the_stage_before() {
    let repository = Repository::with_page("| step | behaviour", "| when | behaviour");
    repository.append(
        MANIFEST,
        "\n[package.metadata.course]\ngiven = [\"src/*\"]\n",
    );
    repository.course(&["start", "2"]).passes();
    let before = repository.read("lessons/01-hello/src/lib.rs");
    assert_eq!(repository.read(LIBRARY), before);
    let words = "the page of lesson 02 does not show its code step by step";
    for command in [
        ["diff", "2", "--step", "1"].as_slice(),
        &["catch-up", "2", "--step", "1"],
        &["hint", "--step", "1"],
    ] {
        repository.course(command).fails(words);
    }
}

#[test]
fn who_is_behind_catches_up_with_a_step() {
    let repository = Repository::new();
    let said = repository
        .course(&["catch-up", "2", "--step", "2"])
        .passes();
    assert!(
        said.contains("work/chat holds lesson 02 after step 2."),
        "{said}"
    );
    let next = "Go on    lessons/02-farewell/README.md#step-3-run\n";
    assert!(said.contains(next), "{said}");
    let library = repository.read(LIBRARY);
    assert!(library.contains("farewell::farewell()"), "{library}");
    assert!(
        library.contains("\"hello\""),
        "the turn is nobody's gift: {library}"
    );
    assert!(repository.path("work/chat/tests/farewell.rs").is_file());
    let last = repository
        .course(&["catch-up", "2", "--step", "3"])
        .passes();
    assert!(last.contains("README.md#your-turn\n"), "{last}");
    assert_eq!(repository.kept().len(), 1);
}

#[test]
fn a_step_that_does_not_exist_is_refused() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    let words = "lesson 02 has no step 4; its steps are 1 to 3";
    repository
        .course(&["catch-up", "2", "--step", "4"])
        .fails(words);
    repository
        .course(&["diff", "2", "--step", "4"])
        .fails(words);
    repository.course(&["hint", "--step", "4"]).fails(words);
    assert!(repository.kept().is_empty());
}

#[test]
fn a_block_that_does_not_apply_is_named() {
    let repository = Repository::with_page("//! A chat.\n\npub mod", "//! Another.\n\npub mud");
    repository.course(&["diff", "2", "--step", "1"]).passes();
    let words = "lessons/02-farewell/README.md:29: the code cannot be followed";
    repository
        .course(&["diff", "2", "--step", "2"])
        .fails(words);
}

#[test]
fn the_difference_of_a_step_is_shown() {
    let repository = Repository::new();
    let shown = repository.course(&["diff", "2", "--step", "2"]).passes();
    let hunk = "+    farewell::farewell()\n";
    assert!(shown.contains(hunk), "{shown}");
    let total = "02-farewell, step 2: write\n  +3 −1 src/lib.rs\n  +3 −1 in 1 file\n";
    assert!(shown.ends_with(total), "{shown}");
    let words = ["diff", "2", "--step", "1", "--html", "step.html"];
    repository.course(&words).passes();
    let page = repository.read("step.html");
    assert!(
        page.contains("<h1>02 Farewell → Step 1: read</h1>"),
        "{page}"
    );
    assert!(
        page.contains("<span class=\"added\">//! The end.\n</span>"),
        "{page}"
    );
}

#[test]
fn a_step_is_a_hint() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    let shown = repository.course(&["hint", "--step", "1"]).passes();
    assert!(shown.contains("src/farewell.rs  new\n"), "{shown}");
    let link = "Read     lessons/02-farewell/README.md#step-1-read\n";
    assert!(shown.ends_with(link), "{shown}");
    let json = repository
        .course(&["hint", "--step", "2", "--json"])
        .passes();
    let start = r#"{"lesson":2,"step":2,"title":"write","link":"lessons/02-farewell/README.md#step-2-write","files":[["src/lib.rs",["#;
    assert!(json.starts_with(start), "{json}");
}

#[test]
fn nothing_that_a_student_is_sent_to_holds_the_turns_solution() {
    let repository = Repository::new();
    for step in ["1", "2", "3"] {
        repository
            .course(&["catch-up", "2", "--step", step])
            .passes();
        assert!(!repository.read(LIBRARY).contains("hello!"));
        let shown = repository.course(&["hint", "--step", step]).passes();
        assert!(!shown.contains("hello!"), "{shown}");
    }
}

#[test]
fn a_check_says_which_step_comes_next() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    let first = said(&repository, &[]);
    let next = "Step     1: read, which no test sees\n\
                Read     lessons/02-farewell/README.md#step-1-read\n\
                Hint     cargo course hint --step 1\n";
    assert!(first.contains(next), "{first}");
    let order = "Still missing:\n  - it says bye (farewell)\n  - it greets (greeting)\n";
    assert!(first.contains(order), "{first}");
    repository
        .course(&["catch-up", "2", "--step", "1"])
        .passes();
    let second = said(&repository, &[]);
    assert!(second.contains("Step     2: write\n"), "{second}");
    repository
        .course(&["catch-up", "2", "--step", "3"])
        .passes();
    let last = said(&repository, &[]);
    let turn = "Read     lessons/02-farewell/README.md#your-turn\n\
                Hint     cargo course hint (this test is \"Your turn\")\n";
    assert!(last.contains(turn), "{last}");
}

#[test]
fn what_held_before_and_broke_comes_first() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository.replace(LIBRARY, "\"hello\"", "\"hello to everybody and all\"");
    let said = said(&repository, &[]);
    let (_, shown) = said.split_once("\n\nit is short (greeting)\n").unwrap();
    assert!(!shown.contains("Step     "), "{shown}");
    assert!(!shown.contains("it says bye (farewell)\n\n"), "{shown}");
    assert!(
        shown.contains("Read     lessons/02-farewell/README.md\n"),
        "{shown}"
    );
}

/// Lesson 2 with a step that only a browser could see, and a chat that passes all tests.
fn with_unseen_step() -> Repository {
    let more = "more();\nand(more);\nand(more, again);\n";
    let block = format!("### Step 3: run\n\n```js client/more.js\n{more}```\n");
    let repository = Repository::with_page("### Step 3: run\n", &block);
    repository.write("lessons/02-farewell/client/more.js", more);
    repository
        .course(&["catch-up", "2", "--step", "2"])
        .passes();
    repository.replace(LIBRARY, "\"hello\"", "\"hello!\"");
    repository
}

#[test]
fn a_step_that_no_test_sees_is_not_skipped() {
    let repository = with_unseen_step();
    let ran = repository.course(&["check"]);
    let words = "All 3 tests pass.\n\n\
                 No test here sees step 3: your chat has next to nothing of it.\n\n\
                 Step     3: run, which no test sees\n";
    assert!(ran.out.contains(words), "{}{}", ran.out, ran.error);
    assert!(!repository.path("work/progress.json").exists());
}

#[test]
fn a_step_that_no_test_sees_may_be_written_differently() {
    let repository = with_unseen_step();
    repository.write(
        "work/chat/client/more.js",
        "  more();\nother();\nlines();\n",
    );
    let said = repository.course(&["check"]).passes();
    assert!(said.contains("Lesson 02 is done"), "{said}");
}

#[test]
fn a_turn_that_no_test_sees_is_named() {
    let row = "| turn | a louder greeting | `greeting::it_greets` |";
    let rows = "| given | a louder greeting | `greeting::it_greets` |\n| turn | by hand | |";
    let repository = Repository::with_page(row, rows);
    repository.course(&["catch-up", "2"]).passes();
    let said = repository.course(&["check"]).passes();
    let words = "Turn     no test here sees \"Your turn\": try it in a browser";
    assert!(said.contains(words), "{said}");
}
