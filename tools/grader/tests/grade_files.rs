//! `cargo course grade`: the submissions it finds and the folder it writes.

use std::{fs, os::unix::fs::symlink};

use crate::common::{
    Repository,
    handed_in::{grade, rows},
    small_chat::{LIBRARY, copy_lesson, course, hand_in_zip},
};

const OUT: &str = "grades/lesson-02";

#[test]
fn nothing_that_was_handed_in_is_passed_over() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    hand_in_zip(&repository, "Bob.ZIP", "handed-in/ada");
    for file in ["cy.tar.xz", "dan.rar", ".hidden"] {
        repository.write(&format!("handed-in/{file}"), "no archive");
    }
    let ran = grade(&repository);
    assert!(ran.is_ok, "{}", ran.error);
    let rows = rows(&repository);
    let names: Vec<_> = rows
        .lines()
        .filter_map(|row| row.split(',').next())
        .collect();
    assert_eq!(names, ["name", "ada", "Bob", "cy.tar.xz", "dan.rar"]);
    assert!(rows.contains("\nBob,passed,"), "{rows}");
    let why = "it is neither a folder nor one of .tar.gz, .tgz, .tar, .zip";
    assert!(
        rows.contains(&format!("cy.tar.xz,unreadable,0,1,0,0,\"{why}\"")),
        "{rows}"
    );
}

#[test]
fn a_folder_without_submissions_is_refused() {
    let repository = Repository::new();
    fs::create_dir(repository.path("handed-in")).unwrap();
    grade(&repository).fails("handed-in holds no submission");
}

/// Even `target/`, `Cargo.lock` and pending snapshots may belong to somebody.
#[test]
fn files_of_others_are_not_written_over() {
    let others = [
        "notes.txt",
        "target/notes",
        "Cargo.lock",
        "one.snap.new",
        "link",
        "empty",
    ];
    for other in others {
        let repository = Repository::new();
        repository.write("handed-in/ada/src/lib.rs", "");
        repository.write(&format!("{OUT}/.grades-written"), "index.html\n");
        repository.write(&format!("{OUT}/index.html"), "");
        let path = format!("{OUT}/{other}");
        match other {
            "link" => symlink("/nowhere", repository.path(&path)).unwrap(),
            "empty" => fs::create_dir(repository.path(&path)).unwrap(),
            _ => repository.write(&path, "mine\n"),
        }
        let place = path.strip_suffix("/notes").unwrap_or(&path);
        grade(&repository).fails(&format!("{place} is not from an earlier run"));
        assert!(repository.path(&path).symlink_metadata().is_ok());
    }
}

/// A run is killed after it moved the old reports away and before the new ones replace
/// them.
#[test]
fn reports_that_a_killed_run_has_put_aside_come_back() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    assert!(grade(&repository).is_ok);
    let before = rows(&repository);
    repository.rename(OUT, "grades/.lesson-02.before");
    repository.write("grades/.lesson-02.fresh/.grades-written", "index.html\n");
    repository.write("grades/.lesson-02.fresh/index.html", "half");
    repository.replace(
        &format!("lessons/02-farewell/{LIBRARY}"),
        "refused",
        "nothing",
    );
    grade(&repository).fails("the lesson's own code does not pass here: ");
    assert_eq!(rows(&repository), before);
    repository.replace(
        &format!("lessons/02-farewell/{LIBRARY}"),
        "nothing",
        "refused",
    );
    assert!(grade(&repository).is_ok);
    let left = fs::read_dir(repository.path("grades")).unwrap();
    assert_eq!(left.count(), 1);
}

#[test]
fn nothing_in_work_stops_the_grader() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    repository.write("work/chat/Cargo.toml", "[package\n");
    let graded = repository.course(&["grade", "handed-in", "--lesson", "2"]);
    assert!(graded.is_ok, "{}{}", graded.out, graded.error);
    let grades = repository.read("grades/lesson-02/grades.csv");
    assert!(grades.contains("\nada,,,,passed,1,1,"), "{grades}");
}
