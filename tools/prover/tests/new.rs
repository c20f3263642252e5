//! `cargo course new NN-name`

use crate::common;
use crate::common::Repository;
use insta::assert_snapshot;

#[test]
fn the_next_stage_is_the_last_one_under_a_new_name() {
    let repository = Repository::new();
    assert_snapshot!("said", repository.course(&["new", "03-see-you"]).passes());
    let library = repository.read("lessons/03-see-you/src/lib.rs");
    assert_eq!(library, repository.read(common::LIBRARY));
    let manifest = repository.read("lessons/03-see-you/Cargo.toml");
    assert!(manifest.contains("name = \"lesson-03\""), "{manifest}");
    assert!(!manifest.contains("02"), "{manifest}");
    let members = "[\"lessons/01-hello\", \"lessons/02-farewell\", \"lessons/03-see-you\"]";
    assert!(repository.read("Cargo.toml").contains(members));
    assert_snapshot!("page", repository.read("lessons/03-see-you/README.md"));
    assert_snapshot!("deck", repository.read("slides/03-see-you.md"));
}

#[test]
fn its_tests_pass_and_its_shape_is_right() {
    let repository = Repository::new();
    repository.course(&["new", "03-see-you"]).passes();
    let tested = repository.cargo_in("", &["test", "-p", "lesson-03"]);
    assert!(tested.is_ok, "{}{}", tested.out, tested.error);
    repository.verify("shape").passes();
    repository.verify("frozen").passes();
    let pages = repository.verify("pages");
    pages.fails("lessons/03-see-you/README.md:3: a part is still to be written");
}

#[test]
fn only_the_next_number_and_a_plain_name_will_do() {
    let repository = Repository::new();
    let next = "the last lesson is 02, so the next one is 03";
    repository.course(&["new", "04-later"]).fails(next);
    repository.course(&["new", "02-again"]).fails(next);
    for name in ["later", "03-", "03-See-you", "03-a--b", "03-../x", "03"] {
        let ran = repository.course(&["new", name]);
        ran.fails("call it 03-name, in small letters, with hyphens between words");
    }
    assert!(!repository.path(".new-lesson").exists());
}

#[test]
fn what_a_killed_run_has_left_is_in_nobodys_way() {
    let repository = Repository::new();
    repository.write(".new-lesson/src/old.rs", "half of a lesson");
    repository.write("slides/03-see-you.md", "# Slides that somebody has written");
    repository.course(&["new", "03-see-you"]).passes();
    assert!(!repository.path("lessons/03-see-you/src/old.rs").exists());
    assert!(!repository.path(".new-lesson").exists());
    let deck = repository.read("slides/03-see-you.md");
    assert_eq!(deck, "# Slides that somebody has written");
}
