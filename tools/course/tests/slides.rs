//! `cargo course slides` and `cargo course list --schedule`

use crate::common;
use crate::common::{Repository, small_decks::DECK};
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
