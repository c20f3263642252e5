//! `cargo course grade`: the contents of the reports, and how they are updated.

use std::{collections::BTreeSet, env, fs::File, io, path::Path, process::Command};

use quick_junit::{Report, TestCaseStatus};
use zip::ZipArchive;

use crate::common::{
    Repository,
    handed_in::{columns, grade, rows},
    small_chat::{LIBRARY, copy_lesson, course, hand_in},
};

const OUT: &str = "grades/lesson-02";

fn page(repository: &Repository, folder: &str, name: &str) -> String {
    let json = repository.read(&format!("{OUT}/grades.json"));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut rows = json["submissions"].as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == name).unwrap();
    let page = row["page"].as_str().unwrap();
    repository.read(&format!("{OUT}/{folder}/{page}.html"))
}

#[test]
fn one_student_is_graded_again_and_the_others_stay() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    hand_in(&repository, "bob", LIBRARY, "refused", "nothing");
    repository.write("class.csv", "Name;ID\nAda;1\nBob;2\nCy;3\n");
    let words = ["grade", "handed-in", "--lesson", "2"];
    let with_roster = [&words[..], &["--roster", "class.csv"]].concat();
    let ran = repository.course(&with_roster);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    assert!(
        ran.out
            .contains("Mean 0.5 of 1 points; lowest 0, median 0.5, highest 1."),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("Absent: Cy"), "{}", ran.out);
    assert!(rows(&repository).contains("\nCy,absent,0,1,0,0,nothing was handed in\n"));
    let class = repository.read(&format!("{OUT}/index.html"));
    assert!(
        class.contains("talk::anything_else_is_refused fails most often, for 1 of 2"),
        "{class}"
    );
    let before = page(&repository, "difference", "ada");
    assert!(before.contains("Nothing differs"), "{before}");
    let bobs = page(&repository, "difference", "bob");
    assert!(
        bobs.contains("ack nothing") && bobs.contains("ack refused"),
        "{bobs}"
    );
    assert!(page(&repository, "code", "bob").contains("ack nothing"));

    // Bob hands in again, and so does Cy; Ada's submission is not graded again.
    repository.replace(&format!("handed-in/bob/{LIBRARY}"), "nothing", "refused");
    copy_lesson(&repository, "handed-in/cy");
    repository.remove("handed-in/ada");
    let again = [&words[..], &["--only", "bob", "--only", "cy"]].concat();
    let ran = repository.course(&again);
    assert!(ran.is_ok, "{}{}", ran.out, ran.error);
    let names = columns(&repository, &["name", "status", "lines_differ"]);
    assert_eq!(
        names,
        "name,status,lines_differ\nada,passed,0\nbob,passed,0\ncy,passed,0\n"
    );
    assert_eq!(page(&repository, "difference", "ada"), before);

    let nobody = [&words[..], &["--only", "dan"]].concat();
    repository
        .course(&nobody)
        .fails("nobody is called dan; there are: bob, cy");
    repository.write("class.csv", "email\nada@x\n");
    repository
        .course(&with_roster)
        .fails("needs a heading \"name\"");
}

/// A file of a workbook.
fn in_workbook(repository: &Repository, name: &str) -> String {
    let file = File::open(repository.path(&format!("{OUT}/grades.xlsx"))).unwrap();
    let mut archive = ZipArchive::new(file).unwrap();
    io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn tables_open_in_spreadsheets() {
    let repository = course();
    copy_lesson(
        &repository,
        "handed-in/=Jürgen; Müller, \"J\"_007_assignsubmission_file_",
    );
    hand_in(&repository, "bob", LIBRARY, "refused", "=1+1;\u{7}");
    assert!(grade(&repository).is_ok);
    let table = repository.read(&format!("{OUT}/grades.csv"));
    assert!(table.starts_with("\u{feff}name,id,"), "{table}");
    let row = "\r\n\"'=Jürgen; Müller, \"\"J\"\"\",007,,,passed,1,1,";
    assert!(table.contains(row) && table.ends_with("\r\n"), "{table}");

    // `t="s"` is a text, and its number is its place among the shared strings. A formula
    // would be an element `f`.
    let texts = in_workbook(&repository, "xl/sharedStrings.xml");
    for text in ["=Jürgen; Müller, \"J\"", "007", "name", "not-built"] {
        let is_there = texts.contains(&format!("<si><t>{text}</t></si>"));
        assert_eq!(is_there, text != "not-built", "{texts}");
    }
    let sheet = in_workbook(&repository, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(sheet.contains("<c r=\"B2\" t=\"s\">"), "{sheet}");
    assert!(sheet.contains("<c r=\"F2\"><v>1</v></c>"), "{sheet}");
}

/// Validates a report against the schema that the xUnit plugin of Jenkins uses.
fn expect_valid_junit(xml: &Path) {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/junit-10.xsd");
    let validated = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", schema])
        .arg(xml)
        .output();
    match validated {
        Ok(said) => assert!(
            said.status.success(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        ),
        Err(error) if env::var("XMLLINT").is_ok_and(|value| value == "required") => {
            panic!("xmllint cannot be run: {error}; install libxml2-utils")
        }
        Err(_) => eprintln!("skipped: the schema of JUnit, because xmllint is not installed"),
    }
}

/// The JUnit schema requires names and counts; the sums must be right, too.
#[test]
fn junit_reports_are_whole() {
    let repository = course();
    copy_lesson(&repository, "handed-in/ada");
    hand_in(&repository, "bob", LIBRARY, "refused", "nothing <&\u{7}");
    hand_in(&repository, "cy", LIBRARY, "ask.split_once(' ')", "nothing");
    repository.write("class.csv", "name\nAda\nBob\nCy\nDan\n");
    let words = [
        "grade",
        "handed-in",
        "--lesson",
        "2",
        "--roster",
        "class.csv",
    ];
    assert!(repository.course(&words).is_ok);
    expect_valid_junit(&repository.path(&format!("{OUT}/junit.xml")));
    let xml = repository.read(&format!("{OUT}/junit.xml"));
    let report = Report::deserialize_from_str(&xml).unwrap();
    assert_eq!(
        (report.tests, report.failures, report.errors),
        (4, 1, 1),
        "{xml}"
    );
    let mut names = BTreeSet::new();
    for suite in &report.test_suites {
        assert!(
            names.insert(suite.name.as_str()),
            "{:?} stands twice",
            suite.name
        );
        assert!(suite.time.is_some());
        assert_eq!(suite.tests, suite.test_cases.len());
        for case in &suite.test_cases {
            assert_eq!(case.classname.as_ref().unwrap(), &suite.name);
            assert!(case.time.is_some());
            if let TestCaseStatus::NonSuccess { message, ty, .. } = &case.status {
                assert!(message.is_some() && ty.is_some(), "{xml}");
            }
        }
    }
    assert_eq!(names, BTreeSet::from(["Dan", "ada", "bob", "cy"]));
}
