//! `cargo course verify`: spelling

use crate::common::{DECK, DICTIONARY, PAGE, Ran, Repository};

/// Checks lesson 2's page with words at its end.
fn with_words(words: &str) -> Ran {
    let repository = Repository::new();
    repository.append(PAGE, &format!("\n{words}\n"));
    repository.verify("spelling")
}

#[test]
fn a_wrong_word_is_named_with_its_line() {
    let repository = Repository::new();
    repository.append(PAGE, "\nHello, wrold.\n");
    let line = repository.read(PAGE).lines().count();
    let words = format!("{PAGE}:{line}: `wrold` is in no dictionary");
    repository.verify("spelling").fails(&words);
}

#[test]
fn slides_and_the_pages_of_tools_are_read_too() {
    for page in [DECK, "README.md", "tools/x/README.md", "work/README.md"] {
        let repository = Repository::new();
        repository.write(page, "wrold\n");
        let words = format!("{page}:1: `wrold`");
        repository.verify("spelling").fails(&words);
    }
}

#[test]
fn code_links_and_abbreviations_are_left_out() {
    with_words("`wrold` [wrold](https://example.org/wrold) WROLD").passes();
    with_words("```text\nwrold\n```").passes();
    with_words("<b title=\"wrold\">hello</b>").passes();
}

#[test]
fn the_course_has_words_of_its_own() {
    let repository = Repository::new();
    repository.append(PAGE, "\nWrold and Ada's wrolds.\n");
    repository.write("tools/course/words.txt", "# Our words.\nAda\nwrold\n");
    let ran = repository.verify("spelling");
    assert!(!ran.out.contains("`Wrold`"), "{}", ran.out);
    assert!(!ran.out.contains("`Ada's`"), "{}", ran.out);
    ran.fails("`wrolds` is in no dictionary");
}

#[test]
fn without_a_dictionary_it_is_skipped_and_says_so() {
    let repository = Repository::new();
    repository.remove(DICTIONARY);
    repository.append(PAGE, "\nwrold\n");
    let said = repository.verify("spelling").passes();
    assert!(
        said.contains("skipped: there is no dictionary en_GB"),
        "{said}"
    );
}

#[test]
fn where_a_dictionary_is_required_its_absence_is_a_failure() {
    let repository = Repository::new();
    repository.remove(DICTIONARY);
    let mut command = repository.command("", &["verify", "--only", "spelling"]);
    let output = command.env("SPELLING", "required").output().unwrap();
    Ran::from(output).fails("install the package hunspell-en-gb");
}
