//! `cargo course verify`: glossary

use crate::common::Repository;

/// A course with a glossary, and other words on lesson 2's page.
fn with_glossary(old: &str, new: &str) -> Repository {
    let repository = Repository::with_page(old, new);
    let glossary = "# Glossary\n\n### Event loop\n\nIt turns.\n\n### event, happening\n\n\
                    Something that happens.\n";
    repository.write("lessons/glossary.md", glossary);
    repository
}

fn said_in_recap(words: &str) -> Repository {
    with_glossary("## Recap\n", &format!("## Recap\n\n{words}\n"))
}

#[test]
fn without_a_glossary_nothing_is_missed() {
    Repository::new().verify("glossary").passes();
}

#[test]
fn a_term_is_linked_where_it_is_first_used() {
    for words in [
        "Events come and go.",
        "An event.",
        "A happening, a [happening](../glossary.md#event-happening).",
        "An event loop turns.",
    ] {
        said_in_recap(words)
            .verify("glossary")
            .fails("is used before any page links it");
    }
    let words = "An [event](../glossary.md#event-happening), a happening, two events.";
    let said = said_in_recap(words).verify("glossary").passes();
    assert!(said.contains("2 terms, 1 of them in the lessons"), "{said}");
}

#[test]
fn a_longer_term_is_one_term() {
    let words = "An [event loop](../glossary.md#event-loop). The event loop turns.";
    said_in_recap(words).verify("glossary").passes();
}

#[test]
fn code_headings_and_other_words_do_not_count() {
    said_in_recap("`event`, eventful, [event](https://example.org).\n\n### An event")
        .verify("glossary")
        .passes();
}

#[test]
fn what_an_earlier_lesson_has_linked_is_known() {
    let repository = said_in_recap("Events.");
    let link = "\nAn [`event`](../glossary.md#event-happening).\n";
    repository.append("lessons/01-hello/README.md", link);
    repository.verify("glossary").passes();
}
