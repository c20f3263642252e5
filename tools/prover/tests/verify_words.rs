//! `cargo course verify`: words

use crate::common::{LIBRARY, PAGE, Repository};

const PHRASES: &str = "tools/course/phrases.txt";
const LIST: &str = "# Old => new.\n\\bhullo\\b => hello\n\\bso \\w+ a thing\\b => such a thing\n";

/// The small course with a list of phrases.
fn listed() -> Repository {
    let repository = Repository::new();
    repository.write(PHRASES, LIST);
    repository
}

#[test]
fn phrases_that_were_left_behind_are_named_with_what_to_write() {
    let files = [
        (PAGE, "\nHullo, says the page.\n"),
        ("slides/02-farewell.md", "\nHullo, says the slide.\n"),
        (LIBRARY, "\n/// A hullo.\npub const HELLO: u8 = 1;\n"),
        (
            LIBRARY,
            "\n/// Said.\npub const HELLO: &str = \"so odd a thing\";\n",
        ),
        ("lessons/02-farewell/client/main.js", "say(\"hullo\");\n"),
        ("lessons/02-farewell/templates/page.html", "<p>hullo</p>\n"),
    ];
    for (file, text) in files {
        let repository = listed();
        repository.verify("words").passes();
        repository.append(file, text);
        repository
            .verify("words")
            .fails("is left behind\n    → write: ");
        repository.verify("words").fails(file);
    }
}

#[test]
fn quoted_words_are_what_somebody_says() {
    let repository = listed();
    repository.append(PAGE, "\nAda says \"hullo\", and Bob says “hullo”.\n");
    repository.append(PAGE, "\n```text\nhullo\n```\n\nSee `hullo`.\n");
    repository.verify("words").passes();
}

#[test]
fn sentences_that_begin_with_a_riddle_are_named() {
    let comments = [
        "/// What there is.",
        "/// It is here. Who\n/// comes, sees it.",
        "// Of all things this one.",
        "//! Who is here.",
        "/// It is here.\n/// So many are here.",
    ];
    for comment in comments {
        let repository = Repository::new();
        repository.append(
            "lessons/02-farewell/client/main.js",
            &format!("{comment}\n"),
        );
        repository.verify("words").fails("a sentence begins with `");
    }
    let repository = Repository::new();
    repository.append(PAGE, "\nIt works. What is\nnew comes last.\n");
    repository
        .verify("words")
        .fails("a sentence begins with `What is`");
}

#[test]
fn questions_and_continued_sentences_are_fine() {
    let comments = [
        "// Who is here? What then?",
        "// It tells those who come",
        "// What they see, and the day",
        "// Of the week: so many.",
        "let what = 1; // What it is",
    ];
    let fine = comments.join("\n");
    let repository = Repository::new();
    repository.append("lessons/02-farewell/client/main.js", &format!("\n{fine}\n"));
    repository.append(
        PAGE,
        "\n## What is new\n\n- What happens?\n\n| What is this |\n|---|\n| x |\n",
    );
    repository.verify("words").passes();
}

#[test]
fn a_list_that_cannot_be_read_is_named() {
    for line in ["hullo", "(hullo => hello"] {
        let repository = listed();
        repository.append(PHRASES, &format!("{line}\n"));
        repository
            .verify("words")
            .fails(&format!("{PHRASES}: `{line}`"));
    }
}
