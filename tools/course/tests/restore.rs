//! `cargo course restore [NAME]`, `cargo course catch-up N`

use crate::common::Repository;
use insta::assert_snapshot;

const OLD: &str = "2026-01-02-030405";
const NEW: &str = "2026-01-03-030405";

/// A chat, and two that were put aside.
fn repository() -> Repository {
    let repository = Repository::new();
    let old = "[package]\nname = \"my-chat\"\n\n[package.metadata.course]\nlesson = 1\n";
    repository.write(&format!("work/kept/{OLD}/Cargo.toml"), old);
    repository.write(&format!("work/kept/{OLD}/mine.rs"), "old");
    repository.write(&format!("work/kept/{NEW}/mine.rs"), "new");
    repository.write("work/chat/mine.rs", "here");
    repository
}

/// The text of each kept chat, the oldest first.
fn kept_texts(repository: &Repository) -> Vec<String> {
    let names = repository.kept().into_iter();
    names
        .map(|name| repository.read(&format!("work/kept/{name}/mine.rs")))
        .collect()
}

#[test]
fn the_last_one_comes_back_and_the_present_one_is_kept() {
    let repository = repository();
    let said = repository.course(&["restore"]).passes();
    assert!(said.contains(&format!("work/chat holds what was kept as {NEW}.")));
    assert_eq!(repository.read("work/chat/mine.rs"), "new");
    assert_eq!(kept_texts(&repository), ["old", "here"]);
}

#[test]
fn a_restore_is_undone_by_a_restore() {
    let repository = repository();
    repository.course(&["restore", OLD]).passes();
    assert_eq!(repository.read("work/chat/mine.rs"), "old");
    repository.course(&["restore"]).passes();
    assert_eq!(repository.read("work/chat/mine.rs"), "here");
    assert_eq!(kept_texts(&repository), ["new", "old"]);
}

#[test]
fn a_name_may_be_a_path() {
    let repository = repository();
    let path = format!("work/kept/{OLD}/");
    repository.course(&["restore", &path]).passes();
    assert_eq!(repository.read("work/chat/mine.rs"), "old");
}

#[test]
fn it_lists_what_can_be_brought_back() {
    assert_snapshot!(repository().course(&["restore", "--list"]).passes(), @r"
    2026-01-02-030405  lesson 01
    2026-01-03-030405
    ");
}

#[test]
fn a_name_that_is_not_there_is_refused_with_those_that_are() {
    let repository = repository();
    for name in ["nothing", "../chat", ".", ""] {
        repository
            .course(&["restore", name])
            .fails(&format!("it has: {OLD}, {NEW}"));
    }
    assert_eq!(repository.read("work/chat/mine.rs"), "here");
}

#[test]
fn where_nothing_is_kept_nothing_is_moved() {
    let repository = Repository::new();
    repository.write("work/chat/mine.rs", "here");
    repository
        .course(&["restore"])
        .fails("nothing is kept in work/kept");
    assert_eq!(repository.read("work/chat/mine.rs"), "here");
}

/// A `restore` is killed when its choice is on its way.
#[test]
fn a_restore_goes_on_with_the_choice_of_the_one_before() {
    let repository = repository();
    repository.write("work/kept/.coming/README", "");
    repository.rename(
        &format!("work/kept/{OLD}"),
        &format!("work/kept/.coming/{OLD}"),
    );
    let listed = repository.course(&["restore", "--list"]).passes();
    assert!(listed.contains(OLD), "{listed}");
    repository.course(&["restore"]).passes();
    assert_eq!(repository.read("work/chat/mine.rs"), "old");
    assert_eq!(kept_texts(&repository), ["new", "here"]);
}

/// A `restore` is killed when the present chat is put aside already.
#[test]
fn a_restore_that_has_put_the_chat_aside_is_finished() {
    let repository = repository();
    repository.write("work/kept/.coming/README", "");
    repository.rename(
        &format!("work/kept/{OLD}"),
        &format!("work/kept/.coming/{OLD}"),
    );
    repository.rename("work/chat", "work/kept/2026-01-04-030405");
    repository.course(&["restore"]).passes();
    assert_eq!(repository.read("work/chat/mine.rs"), "old");
    assert_eq!(kept_texts(&repository), ["new", "here"]);
}

#[test]
fn a_start_finishes_a_killed_restore_first() {
    let repository = repository();
    repository.write("work/kept/.coming/README", "");
    repository.rename(
        &format!("work/kept/{OLD}"),
        &format!("work/kept/.coming/{OLD}"),
    );
    repository.course(&["start", "2"]).passes();
    assert_eq!(kept_texts(&repository), ["new", "here", "old"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_elsewhere_is_kept_as_a_link() {
    let repository = Repository::new();
    repository.write("../elsewhere/mine.rs", "here");
    let elsewhere = repository.path("../elsewhere");
    std::os::unix::fs::symlink(elsewhere, repository.path("work/chat")).unwrap();
    repository.course(&["start", "2"]).passes();
    repository.course(&["restore"]).passes();
    assert_eq!(repository.read("work/chat/mine.rs"), "here");
    assert!(repository.path("work/chat").is_symlink());
}

#[test]
fn catching_up_gives_the_finished_lesson_and_keeps_the_students_own() {
    let repository = Repository::new();
    repository.write("work/chat/mine.rs", "here");
    let said = repository.course(&["catch-up", "1"]).passes();
    let kept = repository.kept();
    assert_snapshot!(said.replace(&kept[0], "[time]"));
    assert_eq!(kept_texts(&repository), ["here"]);
    assert!(repository.path("work/chat/tests/greeting.rs").is_file());
    assert!(!repository.path("work/chat/README.md").exists());
    let tests = repository.cargo(&["test"]);
    assert!(tests.is_ok, "{}", tests.error);
}

#[test]
fn after_the_last_lesson_there_is_nothing_to_go_on_with() {
    let said = Repository::new().course(&["catch-up", "2"]).passes();
    assert!(!said.contains("Go on"), "{said}");
}
