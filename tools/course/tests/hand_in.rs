//! `cargo course hand-in`

use std::{fs::File, io::Read, os::unix::fs::symlink};

use crate::common::Repository;

const ARCHIVE: &str = "work/hand-in/02-farewell-ada-lovelace.zip";

fn names_in(repository: &Repository, archive: &str) -> Vec<String> {
    let file = File::open(repository.path(archive)).unwrap();
    let archive = zip::ZipArchive::new(file).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn the_archive_holds_the_chat_the_lesson_and_the_name() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository.write("work/chat/target/debug/large", "built");
    repository.write("work/chat/src/own.rs", "");
    symlink("/etc/hostname", repository.path("work/chat/notes")).unwrap();
    let said = repository
        .course(&["hand-in", "--name", "Ada  Lovelace"])
        .passes();
    assert!(said.starts_with(&format!("{ARCHIVE} is ready: hand in this file.\n")));
    assert!(
        said.contains("  lesson  02 Farewell\n  name    Ada Lovelace\n"),
        "{said}"
    );
    assert!(
        said.contains("left out, because they are links: notes"),
        "{said}"
    );
    let names = names_in(&repository, ARCHIVE);
    let has = |name: &str| names.contains(&format!("02-farewell-ada-lovelace/{name}"));
    let wanted = [
        "hand-in.toml",
        "Cargo.toml",
        "src/lib.rs",
        "src/own.rs",
        "tests/main.rs",
    ];
    assert!(wanted.iter().all(|name| has(name)), "{names:?}");
    let is_left_out = |name: &str| !names.iter().any(|other| other.contains(name));
    assert!(
        ["target", ".git/", "notes"]
            .iter()
            .all(|name| is_left_out(name)),
        "{names:?}"
    );

    let file = File::open(repository.path(ARCHIVE)).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut note = String::new();
    let mut entry = archive
        .by_name("02-farewell-ada-lovelace/hand-in.toml")
        .unwrap();
    entry.read_to_string(&mut note).unwrap();
    assert_eq!(note, "lesson = 2\nname = \"Ada Lovelace\"\n");

    let said = repository
        .course(&["hand-in", "--name", "Ada Lovelace"])
        .passes();
    assert!(
        said.contains("It replaces the one that you made before."),
        "{said}"
    );
}

#[test]
fn git_tells_the_name() {
    let repository = Repository::new();
    repository.course(&["start", "2"]).passes();
    repository
        .course(&["hand-in"])
        .fails("git does not know your name");
    repository.write("gitconfig", "[user]\n\tname = Jürgen Müller\n");
    let mut command = repository.command("", &["hand-in"]);
    command.env("GIT_CONFIG_GLOBAL", repository.path("gitconfig"));
    assert!(command.output().unwrap().status.success());
    assert!(
        repository
            .path("work/hand-in/02-farewell-jürgen-müller.zip")
            .is_file()
    );
}

#[test]
fn what_cannot_be_handed_in_is_refused() {
    let repository = Repository::new();
    let hand_in = |name: &str| repository.course(&["hand-in", "--name", name]);
    hand_in("Ada").fails("there is no work/chat; `cargo course start N` begins lesson N");
    repository.course(&["start", "2"]).passes();
    hand_in(" ").fails("--name needs your name");
    hand_in("Ada\u{1b}").fails("--name needs your name");
    let manifest = repository.read("work/chat/Cargo.toml");
    repository.write("work/chat/Cargo.toml", "[package\n");
    hand_in("Ada").fails("Cargo.toml is not valid");
    repository.write("work/chat/Cargo.toml", &manifest);
    repository.remove("work/chat/src/lib.rs");
    hand_in("Ada").fails("work/chat has no src/lib.rs, so there is nothing to hand in");
    assert!(!repository.path("work/hand-in").exists());
}
