//! `cargo course slides` and `cargo course list --schedule`

use crate::common;
use crate::common::{DECK, PLAN, Repository};
use insta::assert_snapshot;

const PAGE: &str = "site/02-farewell.html";
const REFERENCE: &str = "[code: `last_word`](../lessons/02-farewell/src/lib.rs)";

/// The page of lesson 2's deck with another reference.
fn page_with(reference: &str) -> String {
    let repository = Repository::new();
    repository.replace(DECK, REFERENCE, reference);
    export(&repository).passes();
    repository.read(PAGE)
}

fn export(repository: &Repository) -> common::Ran {
    repository.course(&["slides", "--out", "site"])
}

#[test]
fn a_deck_becomes_a_page() {
    let repository = Repository::new();
    export(&repository).passes();
    assert_snapshot!(repository.read(PAGE));
}

#[test]
fn the_site_lists_decks_and_days() {
    let repository = Repository::new();
    let said = export(&repository).passes();
    assert!(said.contains("site/index.html"), "{said}");
    assert_snapshot!(repository.read("site/index.html"));
}

#[test]
fn the_site_needs_nothing_from_elsewhere() {
    let repository = Repository::new();
    export(&repository).passes();
    for page in ["site/index.html", "site/01-hello.html", PAGE] {
        let html = repository.read(page);
        assert!(!html.contains("://"), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains(" style="),
            "{html}"
        );
        for part in html.split("\"assets/").skip(1) {
            let file = format!("site/assets/{}", part.split('"').next().unwrap());
            assert!(repository.path(&file).is_file(), "{file} is missing");
        }
    }
}

#[test]
fn code_is_that_of_today() {
    let repository = Repository::new();
    repository.replace(common::LIBRARY, "farewell::farewell()", "\"<moo>\"");
    export(&repository).passes();
    assert!(repository.read(PAGE).contains("&lt;moo&gt;"));
}

#[test]
fn comments_that_document_rust_are_left_to_the_speaker() {
    let page = page_with("[code](../lessons/02-farewell/src/farewell.rs)");
    assert!(page.contains("The end."), "{page}");
    assert!(!page.contains("Said last."), "{page}");
}

#[test]
fn a_diff_marks_what_came_and_went() {
    let page = page_with("[diff: `last_word`](../lessons/02-farewell/src/lib.rs)");
    for line in [
        "line--removed\"><span class=\"line__sign\">-",
        "line--added\"><span class=\"line__sign\">+",
    ] {
        assert!(page.contains(line), "{line} is missing in {page}");
    }
}

/// The page of lesson 2's deck for which a file is written as well.
fn page_with_file(file: &str, text: &str, words: &str) -> String {
    let repository = Repository::new();
    repository.write(&format!("lessons/02-farewell/{file}"), text);
    let reference = format!("[{words}](../lessons/02-farewell/{file})");
    repository.replace(DECK, REFERENCE, &reference);
    export(&repository).passes();
    repository.read(PAGE)
}

#[test]
fn an_excerpt_that_ends_within_its_block_ends_with_a_sign() {
    let script = "function f() {\n  one();\n  two();\n  three();\n}\n";
    // Nothing else in the deck has one.
    let sign = "…";
    for (words, is_cut) in [
        ("code: from `f()` to `two`", true),
        ("code: from `one` to `two`", true),
        ("code: from `one` to `three`", false),
        ("code: line `one`", false),
        ("code", false),
    ] {
        let page = page_with_file("client/a.js", script, words);
        assert_eq!(page.contains(sign), is_cut, "{words}: {page}");
    }
}

#[test]
fn the_sign_does_not_count_as_a_line() {
    let script = format!("{{\n{}  last();\n  more();\n}}\n", "  x();\n".repeat(13));
    let words = "code: from `{` to `last`";
    let cut = page_with_file("client/a.js", &script, words);
    assert!(cut.contains("…"), "{cut}");
}

#[test]
fn an_excerpt_names_the_step_of_the_page() {
    let caption = |words: &str| {
        let page = page_with(&format!("[code: {words}"));
        let caption = page.split("excerpt__caption\">").nth(1).unwrap();
        caption.split("</").next().unwrap().to_owned()
    };
    let shown = caption("`farewell`](../lessons/02-farewell/src/farewell.rs)");
    assert_eq!(shown, "02-farewell/src/farewell.rs · step 1");
    let shown = caption("`last_word`](../lessons/02-farewell/src/lib.rs)");
    assert_eq!(shown, "02-farewell/src/lib.rs · step 2");
    // Laid by `start`, and what no page shows.
    let shown = caption("`last_word`](../lessons/01-hello/src/lib.rs)");
    assert_eq!(shown, "01-hello/src/lib.rs");
    let shown = caption("`it_says_bye`](../lessons/02-farewell/tests/farewell.rs)");
    assert_eq!(shown, "02-farewell/tests/farewell.rs");
}

const FIGURE: &str = "## The idea\n\n```mermaid\nsequenceDiagram\n    participant Ada\n    \
    participant Server\n    participant Bob\n    Ada->>Server: wave\n    Server->>Bob: <wave>\n    \
    Bob-->>Server: ack\n```\n";

/// The page of lesson 2's deck with a figure of its page.
fn page_with_figure(words: &str) -> String {
    let repository = Repository::with_page("## The idea\n", FIGURE);
    let reference = format!("[{words}](../lessons/02-farewell/README.md)");
    repository.replace(DECK, REFERENCE, &reference);
    export(&repository).passes();
    repository.read(PAGE)
}

#[test]
fn a_slide_draws_the_figure_of_the_page() {
    let page = page_with_figure("figure");
    for words in ["Ada to Server: wave", "Server to Bob: &#60;wave&#62;"] {
        assert!(page.contains(&format!("<li>{words}</li>")), "{page}");
    }
    assert!(page.contains("class=\"sequence\""), "{page}");
}

#[test]
fn a_part_of_a_figure_has_those_who_take_part_in_it() {
    let page = page_with_figure("figure: from `<wave>` to `ack`");
    assert!(page.contains("<li>Bob to Server: ack</li>"), "{page}");
    assert!(!page.contains("Ada"), "{page}");
}

const PICTURE: &str = "![What is seen](../lessons/02-farewell/screenshots/x-light.png)";

#[test]
fn a_slide_shows_a_picture_in_light_and_dark() {
    let repository = Repository::new();
    for (file, text) in [("x-light.png", "light"), ("x-dark.png", "dark")] {
        repository.write(&format!("lessons/02-farewell/screenshots/{file}"), text);
    }
    repository.replace(DECK, REFERENCE, PICTURE);
    export(&repository).passes();
    let page = repository.read(PAGE);
    for (colours, text) in [("light", "light"), ("dark", "dark")] {
        let asset = format!("assets/lessons-02-farewell-screenshots-x-{colours}.png");
        let image = format!("src=\"{asset}\" alt=\"What is seen\"");
        assert!(page.contains(&image), "{page}");
        assert_eq!(repository.read(&format!("site/{asset}")), text);
    }
}

#[test]
fn a_picture_without_a_dark_one_is_shown_alone() {
    let repository = Repository::new();
    repository.write("lessons/02-farewell/screenshots/x-light.png", "light");
    repository.replace(DECK, REFERENCE, PICTURE);
    export(&repository).passes();
    let page = repository.read(PAGE);
    assert!(page.contains("x-light.png"), "{page}");
    assert!(!page.contains("x-dark.png"), "{page}");
}

#[test]
fn a_day_begins_with_slides_and_a_handout() {
    let repository = Repository::new();
    let deck = repository
        .read(DECK)
        .replace("Lesson 02: Farewell", "Planning");
    repository.write("slides/00-planning.md", &deck);
    repository.write(
        "slides/handouts/plan.md",
        "# Plan\n\n| in | out |\n|---|---|\n| | |\n",
    );
    repository.replace(
        PLAN,
        "minutes = 15",
        "minutes = 12, deck = \"00-planning.md\", handout = \"handouts/plan.md\"",
    );
    export(&repository).passes();
    let index = repository.read("site/index.html");
    for link in [
        "<li><a href=\"00-planning.html\">Planning</a>",
        "<td><a href=\"00-planning.html\">Planning</a> · <a href=\"handout-plan.html\">Handout</a></td>",
    ] {
        assert!(index.contains(link), "{link} is missing in {index}");
    }
    assert!(repository.read("site/00-planning.html").contains("<h1"));
    let handout = repository.read("site/handout-plan.html");
    assert!(
        handout.contains("<title>Plan · Handout</title>"),
        "{handout}"
    );
    assert!(handout.contains("<td></td>"), "{handout}");
}

#[test]
fn a_deck_that_refers_to_nothing_is_not_exported() {
    let repository = Repository::new();
    repository.replace(DECK, "`last_word`", "`gone`");
    export(&repository).fails("slides/02-farewell.md:13: there is no item `gone`");
    assert!(!repository.path("site").exists());
}

#[test]
fn an_export_can_be_repeated_and_removes_its_own_leftovers() {
    let repository = Repository::new();
    export(&repository).passes();
    repository.write("site/notes.txt", "mine\n");
    repository.rename("lessons/02-farewell", "lessons/02-goodbye");
    repository.rename(DECK, "slides/02-goodbye.md");
    let deck = repository.read("slides/02-goodbye.md");
    repository.write(
        "slides/02-goodbye.md",
        &deck.replace("02-farewell", "02-goodbye"),
    );
    export(&repository).passes();
    assert!(!repository.path(PAGE).exists());
    assert!(repository.path("site/02-goodbye.html").is_file());
    assert_eq!(repository.read("site/notes.txt"), "mine\n");
}

#[test]
fn an_export_that_was_interrupted_can_be_repeated() {
    let repository = Repository::new();
    export(&repository).passes();
    let list = repository.read("site/.slides-written");
    repository.remove("site");
    repository.write("site/.slides-written", &list);
    repository.write("site/index.html", "<!doc");
    export(&repository).passes();
    assert!(repository.read("site/index.html").contains("</html>"));
    assert!(repository.path(PAGE).is_file());
}

#[test]
fn what_others_have_written_is_not_touched() {
    let repository = Repository::new();
    repository.write("site/index.html", "mine\n");
    export(&repository).fails("holds files that are not from an earlier export");
    assert_eq!(repository.read("site/index.html"), "mine\n");
    repository.remove("site");
    export(&repository).passes();
    repository.remove("site/.slides-written");
    repository.write("site/.slides-written", "index.html\n");
    export(&repository).fails("01-hello.html is not from an earlier export");
}

#[test]
fn a_list_of_files_that_was_edited_leads_nowhere_else() {
    let repository = Repository::new();
    export(&repository).passes();
    repository.append("site/.slides-written", "../README.md\n/etc/hostname\n");
    export(&repository).passes();
    assert!(repository.path("README.md").is_file());
}

#[test]
fn a_file_is_no_folder() {
    let repository = Repository::new();
    repository.write("site", "mine\n");
    export(&repository).fails("site is no folder");
}

#[test]
fn the_schedule_adds_up_decks_and_lessons() {
    let repository = Repository::new();
    assert_snapshot!(repository.course(&["list", "--schedule"]).passes());
}

#[test]
fn part_two_has_days_of_its_own() {
    let repository = Repository::with_part_two();
    assert_snapshot!(repository.course(&["list", "--schedule"]).passes());
    export(&repository).passes();
    let index = repository.read("site/index.html");
    let headings = [
        "<h2>Schedule: Part one: the course</h2>",
        "<h3>Day 1: Hello and farewell</h3>",
        "<h2>Schedule: Part two: towards the finished chat</h2>",
        "<h3>Day 1: More</h3>",
    ];
    let found: Vec<&str> = index
        .lines()
        .filter(|line| line.starts_with("<h2>Sch") || line.starts_with("<h3>"))
        .collect();
    assert_eq!(found, headings);
}

#[test]
fn programs_get_the_schedule_as_json() {
    let repository = Repository::new();
    assert_snapshot!(
        repository
            .course(&["list", "--schedule", "--json"])
            .passes()
    );
}

#[test]
fn a_lesson_without_minutes_has_no_schedule() {
    let repository = Repository::with_page("**20 minutes**", "soon");
    let words = "lessons/02-farewell/README.md: the head of the page does not say";
    repository.course(&["list", "--schedule"]).fails(words);
}
