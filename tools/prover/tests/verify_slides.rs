//! `cargo course verify`: slides

use crate::common::{DECK, PAGE, PLAN, Ran, Repository};

const REFERENCE: &str = "[code: `last_word`](../lessons/02-farewell/src/lib.rs)";
const LINE: &str = "slides/02-farewell.md:13: ";

/// Checks the deck of lesson 2 with other words.
fn with_deck(old: &str, new: &str) -> Ran {
    let repository = Repository::new();
    repository.replace(DECK, old, new);
    repository.verify("slides")
}

/// Checks a deck that refers to something else in lesson 2.
fn with_reference(words: &str, file: &str) -> Ran {
    with_deck(
        REFERENCE,
        &format!("[{words}](../lessons/02-farewell/{file})"),
    )
}

/// A repository with a file of lesson 2, and a reference to it.
fn with_file(file: &str, text: &str, words: &str) -> Ran {
    let repository = Repository::new();
    repository.write(&format!("lessons/02-farewell/{file}"), text);
    let reference = format!("[{words}](../lessons/02-farewell/{file})");
    repository.replace(DECK, REFERENCE, &reference);
    repository.verify("slides")
}

#[test]
fn every_lesson_has_a_deck() {
    let repository = Repository::new();
    repository.remove(DECK);
    repository.verify("slides").fails("lesson 02 has no deck");
}

#[test]
fn every_deck_has_a_lesson() {
    let repository = Repository::new();
    repository.write("slides/03-gone.md", "# Lesson 03: Gone\n");
    let words = "slides/03-gone.md: there is no such lesson";
    repository.verify("slides").fails(words);
}

#[test]
fn a_deck_has_8_to_15_slides() {
    with_deck("## More · 1 min\n", "").fails("the deck has 7 slides");
    let more = "## More · 1 min\n";
    with_deck(more, &more.repeat(8)).passes();
    with_deck(more, &more.repeat(9)).fails("the deck has 16 slides");
}

#[test]
fn the_title_is_that_of_the_lesson() {
    with_deck("Lesson 02: Farewell", "Lesson 02: Hello").fails("the first slide has another title");
}

#[test]
fn every_slide_says_how_long_it_takes() {
    let words = "slides/02-farewell.md:5: `Why` has no minutes";
    with_deck("## Why · 2 min", "## Why").fails(words);
}

#[test]
fn the_speaker_is_told_what_to_ask_to_show_and_to_beware_of() {
    with_deck("> - **Pitfall**: it is short.", "").fails("no slide has a note `**Pitfall**`");
    with_deck("**Ask**", "**Joke**").fails("begins with Ask, Demo, Pitfall, not Joke");
    with_deck("> - **Ask**: what is missing?", "> Ask.").fails("a quotation holds notes");
}

#[test]
fn code_is_referred_to_and_not_copied() {
    let copied = "```rust\nfn x() {}\n```";
    with_deck(REFERENCE, copied).fails(&format!("{LINE}code is copied here"));
    with_deck(REFERENCE, "    indented();").fails("code is copied here");
    with_deck(REFERENCE, "```text\nhello\n```").passes();
    for line in [
        "== Ada joins",
        "Ada -> user:join {}",
        "Bob <- user:joined {}",
    ] {
        let tape = format!("```text\n{line}\n```");
        with_deck(REFERENCE, &tape).fails(&format!("{LINE}a tape is copied here"));
    }
}

#[test]
fn html_has_no_place_in_a_deck() {
    with_deck("It says too little.", "It says <b>too</b> little.").fails("HTML has no place");
}

#[test]
fn a_reference_that_leads_nowhere_is_named_with_its_line() {
    let there = |words: &str, file: &str, problem: &str| {
        let said = with_reference(words, file);
        assert!(said.out.contains(LINE), "{}", said.out);
        said.fails(problem);
    };
    there(
        "code: `goodbye`",
        "src/lib.rs",
        "there is no item `goodbye`",
    );
    there("code", "src/gone.rs", "there is no file");
    there(
        "code: line `gone`",
        "client/main.js",
        "no line contains `gone`",
    );
    there(
        "code: from `start` to `gone`",
        "client/main.js",
        "no line contains `gone` after",
    );
    there(
        "code: `start`",
        "client/main.js",
        "only Rust, CSS and tapes have items",
    );
    there(
        "code: greeting",
        "src/lib.rs",
        "`greeting` does not say what to show",
    );
    there("code", "../../../secret", "there is no file");
}

#[test]
fn a_reference_does_not_leave_the_repository() {
    let repository = Repository::new();
    repository.write("../outside.rs", "fn x() {}\n");
    repository.replace(
        DECK,
        "../lessons/02-farewell/src/lib.rs",
        "../../outside.rs",
    );
    repository
        .verify("slides")
        .fails("is not in the repository");
}

#[test]
fn rust_is_found_by_its_path() {
    let code = "mod inner { pub const A: u8 = 1; }\nstruct Word(u8);\nimpl Word {\n    fn say(&self) {}\n}\n\
        impl Clone for Word {\n    fn clone(&self) -> Word { Word(1) }\n}\nfn say() {}\n";
    for item in [
        "inner::A",
        "Word",
        "Word::say",
        "impl Clone for Word",
        "Word::clone",
        "say",
    ] {
        with_file("src/word.rs", code, &format!("code: `{item}`")).passes();
    }
    let twice = "#[cfg(unix)]\nfn say() {}\n#[cfg(windows)]\nfn say() {}\n";
    with_file("src/word.rs", twice, "code: `say`").fails("more than one item `say`");
    with_file("src/word.rs", "fn (", "code: `say`").fails("no Rust that can be read");
}

#[test]
fn css_is_found_by_its_selector() {
    let css = ".a {\n  color: red;\n}\n\n@media print {\n  .a {\n    color: black;\n  }\n}\n";
    with_file("client/a.css", css, "code: `.a`").passes();
    with_file("client/a.css", css, "code: `.b`").fails("`.b {` does not stand there once");
}

#[test]
fn other_files_are_found_by_their_lines() {
    let script = "one();\ntwo();\ntwo();\nthree();\n";
    with_file("client/a.js", script, "code: line `one`").passes();
    with_file("client/a.js", script, "code: from `one` to `three`").passes();
    with_file("client/a.js", script, "code: line `two`").fails("more than one line contains `two`");
}

#[test]
fn tapes_are_found_by_their_step() {
    let tape = "---\nsource: x\n---\n== Ada joins\nAda -> x\n\n== Bob joins\nBob -> x\n";
    let file = "tests/snapshots/chat__x__y.snap";
    with_file(file, tape, "tape: `Bob joins`").passes();
    with_file(file, tape, "tape").passes();
    with_file(file, tape, "tape: `Eve joins`").fails("`== Eve joins` does not stand there once");
    with_file(file, tape, "tape: line `source`").fails("no line contains `source`");
}

#[test]
fn a_diff_shows_what_the_lesson_changes() {
    with_reference("diff: `last_word`", "src/lib.rs").passes();
    with_reference("diff", "src/farewell.rs").passes();
    with_reference("diff", "client/main.js").fails("lesson 02 changes nothing there");
    with_deck(REFERENCE, "[diff](../lessons/01-hello/src/lib.rs)")
        .fails("a diff needs a file of a lesson that has one before it");
}

#[test]
fn an_excerpt_has_at_most_15_lines() {
    with_file("client/a.js", &"x();\n".repeat(15), "code").passes();
    with_file("client/a.js", &"x();\n".repeat(16), "code")
        .fails("the excerpt has 16 lines, 15 at most");
    with_file("client/a.js", "\n\n", "code").fails("nothing is left to show");
}

#[test]
fn every_question_has_its_answer() {
    let words = "slides/02-farewell.md:5: `Why` asks without an answer: what is missing?";
    with_deck(" *A farewell.*", "").fails(words);
}

#[test]
fn the_solution_of_your_turn_is_not_shown() {
    let words = "this is a part of the solution of \"Your turn\"";
    with_reference("code: `greeting`", "src/lib.rs").fails(words);
    with_reference("diff: `greeting`", "src/lib.rs").fails(words);
    // The lesson before says "hello", which is no solution of its own.
    with_deck(
        REFERENCE,
        "[code: `greeting`](../lessons/01-hello/src/lib.rs)",
    )
    .passes();
}

#[test]
fn a_lesson_with_pictures_shows_one() {
    let repository = Repository::new();
    repository.write("lessons/02-farewell/screenshots/x-light.png", "light");
    let said = repository.verify("slides");
    said.fails("slides/02-farewell.md: no slide has a picture");
    let picture = "![What is seen](../lessons/02-farewell/screenshots/x-light.png)";
    repository.replace(DECK, REFERENCE, picture);
    repository.verify("slides").passes();
    repository.replace(DECK, "What is seen", "");
    let words = format!("{LINE}the picture has no words for people who don't see it");
    repository.verify("slides").fails(&words);
    repository.replace(DECK, "x-light", "y-light");
    repository.verify("slides").fails("there is no file");
}

#[test]
fn a_page_with_a_figure_has_it_on_a_slide() {
    const FIGURE: &str =
        "## The idea\n\n```mermaid\nsequenceDiagram\nAda->>Bob: x\nBob->>Ada: y\n```\n";
    let repository = Repository::with_page("## The idea\n", FIGURE);
    repository
        .verify("slides")
        .fails("slides/02-farewell.md: no slide has the figure");
    repository.replace(
        DECK,
        REFERENCE,
        "[figure](../lessons/02-farewell/README.md)",
    );
    repository.verify("slides").passes();
    repository.replace(DECK, "[figure]", "[figure: `x`]");
    repository
        .verify("slides")
        .fails("a figure is shown whole, or from … to …");
    repository.replace(DECK, "[figure: `x`]", "[figure: from `y` to `x`]");
    repository.verify("slides").fails("no line contains `x`");
    repository.replace(DECK, "[figure: from `y` to `x`]", "[figure]");
    repository.replace(PAGE, "Ada->>Bob: x", "loop");
    repository
        .verify("slides")
        .fails("the figure has lines that cannot be drawn");
    repository.replace(
        DECK,
        "lessons/02-farewell/README.md",
        "lessons/01-hello/README.md",
    );
    repository.verify("slides").fails("the page has no figure");
}

#[test]
fn a_deck_of_a_day_is_looked_at_as_well() {
    let repository = Repository::new();
    repository.replace(
        PLAN,
        "minutes = 15",
        "minutes = 12, deck = \"00-planning.md\"",
    );
    let deck = repository
        .read(DECK)
        .replace("Lesson 02: Farewell", "Planning");
    repository.write("slides/00-planning.md", &deck);
    repository.verify("slides").passes();
    repository.replace("slides/00-planning.md", "`last_word`", "`gone`");
    repository.verify("slides").fails(
        "slides/00-planning.md:13: ../lessons/02-farewell/src/lib.rs: there is no item `gone`",
    );
}
