//! Each lesson has the files and names that a lesson has.

use std::path::Path;

use anyhow::Result;
use toml_edit::{DocumentMut, Item, Table};

use super::{Report, modules};
use course::{
    files,
    lesson_tests::{self, PROGRAM},
    lessons::{Course, Lesson, number_of, subfolders},
    manifest,
};

const FILES: [&str; 5] = [
    "Cargo.toml",
    "README.md",
    "src/main.rs",
    "src/lib.rs",
    TEST_LIST,
];
const FOLDERS: [&str; 3] = ["templates", "client", "tests"];
/// The test program: it names the stage, and every file beside it.
const TEST_LIST: &str = "tests/main.rs";
const MAIN_LINES: usize = 15;
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    check_numbers(course, report)?;
    for lesson in &course.lessons {
        check_files(course, lesson, report)?;
        if lesson.path.join("Cargo.toml").is_file() {
            check_manifest(course, lesson, report)?;
        }
        check_sources(course, lesson, report)?;
        check_tests(course, lesson, report)?;
    }
    modules::check(course, report)?;
    Ok(())
}

fn check_numbers(course: &Course, report: &mut Report) -> Result<()> {
    for folder in subfolders(&course.root.join("lessons"))? {
        if number_of(&folder).is_none() {
            let to_do = "call it NN-name, as 04-messages, or move it out of lessons/";
            report.problem(
                format!("lessons/{folder}"),
                "this is no lesson's name",
                to_do,
            );
        }
    }
    for (lesson, expected) in course.lessons.iter().zip(1..) {
        if lesson.number != expected {
            let what = format!("lesson {expected:02} should stand here");
            let to_do = "number the lessons from 01 without gaps or doubles";
            report.problem(course.shown(&lesson.path), what, to_do);
            break;
        }
    }
    Ok(())
}

fn check_files(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    let place = course.shown(&lesson.path);
    for file in FILES {
        if !lesson.path.join(file).is_file() {
            report.problem(&place, format!("{file} is missing"), "add it");
        }
    }
    for folder in FOLDERS {
        let path = lesson.path.join(folder);
        if !path.is_dir() || files::list(&path)?.is_empty() {
            let to_do = "add it, with at least one file";
            report.problem(
                &place,
                format!("the folder {folder}/ is missing or empty"),
                to_do,
            );
        }
    }
    Ok(())
}

fn check_manifest(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    let place = course.shown(&lesson.path.join("Cargo.toml"));
    let manifest = manifest::read(&lesson.path)?;
    let names = [
        ("package", &lesson.names.package),
        ("lib", &lesson.names.library),
    ];
    for (table, expected) in names {
        if name_in(&manifest, table) != Some(expected) {
            let to_do = format!("write name = \"{expected}\"");
            report.problem(&place, format!("[{table}] has another name"), to_do);
        }
    }
    if !has_test_program(&manifest) {
        let what = format!("{TEST_LIST} is not a test program called {PROGRAM}");
        let to_do = format!("write [[test]] with name = \"{PROGRAM}\", path = \"{TEST_LIST}\"");
        report.problem(&place, what, to_do);
    }
    for table in DEPENDENCIES {
        check_dependencies(&place, &manifest, table, report);
    }
    Ok(())
}

fn has_test_program(manifest: &DocumentMut) -> bool {
    let text = |table: &Table, key: &str| Some(table.get(key)?.as_str()?.to_owned());
    let is_program = |table: &Table| {
        text(table, "name").as_deref() == Some(PROGRAM)
            && text(table, "path").as_deref() == Some(TEST_LIST)
    };
    let programs = manifest.get("test").and_then(Item::as_array_of_tables);
    programs.is_some_and(|programs| programs.iter().any(is_program))
}

fn name_in<'a>(manifest: &'a DocumentMut, table: &str) -> Option<&'a str> {
    manifest.get(table)?.get("name")?.as_str()
}

fn check_dependencies(place: &str, manifest: &DocumentMut, table: &str, report: &mut Report) {
    let Some(dependencies) = manifest::table(manifest, table) else {
        return;
    };
    let is_shared = |item: &Item| item.get("workspace").and_then(Item::as_bool) == Some(true);
    for (name, item) in dependencies {
        if !is_shared(item) {
            let what = format!("{name} in [{table}] has a version of its own");
            let to_do =
                format!("write {name}.workspace = true, and the version into the workspace");
            report.problem(place, what, to_do);
        }
    }
    let names = dependencies.iter().map(|(name, _)| name.to_owned());
    check_order(place, &format!("[{table}]"), names.collect(), report);
}

fn check_order(place: &str, list: &str, names: Vec<String>, report: &mut Report) {
    if let Some(pair) = names.windows(2).find(|pair| pair[0] > pair[1]) {
        let what = format!(
            "{list} is not alphabetical: {} stands before {}",
            pair[0], pair[1]
        );
        report.problem(place, what, "sort the lines");
    }
}

fn check_sources(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    let main = lesson.path.join("src/main.rs");
    if main.is_file() && files::read(&main)?.lines().count() >= MAIN_LINES {
        let what = format!("the file has {MAIN_LINES} lines or more");
        report.problem(course.shown(&main), what, "move code into the library");
    }
    let library = lesson.path.join("src/lib.rs");
    if library.is_file() {
        let modules = modules_in(&library)?;
        check_order(
            &course.shown(&library),
            "the list of modules",
            modules,
            report,
        );
    }
    Ok(())
}

/// The names in `mod x;` and `pub mod x;`, in the order of the file.
fn modules_in(library: &Path) -> Result<Vec<String>> {
    let module = regex::Regex::new(r"(?m)^(?:pub(?:\([a-z ]+\))? )?mod (\w+);")?;
    let text = files::read(library)?;
    let found = module.captures_iter(&text);
    Ok(found.map(|names| names[1].to_owned()).collect())
}

fn check_tests(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    check_test_list(course, lesson, report)?;
    for file in lesson_tests::files_of(&lesson.path)? {
        let path = lesson.path.join(format!("tests/{file}.rs"));
        if files::read(&path)?.contains(&lesson.names.library) {
            let what = format!("the file names {}", lesson.names.library);
            let to_do = "write `use crate::chat;`, which is the same in every lesson";
            report.problem(course.shown(&path), what, to_do);
        }
    }
    Ok(())
}

/// A file that the list does not name would never be compiled.
fn check_test_list(course: &Course, lesson: &Lesson, report: &mut Report) -> Result<()> {
    let path = lesson.path.join(TEST_LIST);
    if !path.is_file() {
        return Ok(());
    }
    let files = lesson_tests::files_of(&lesson.path)?.into_iter();
    let mut expected = vec![format!("use {} as chat;", lesson.names.library)];
    expected.extend(files.map(|file| format!("mod {file};")));
    let text = files::read(&path)?;
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    let code: Vec<&str> = text.lines().filter(is_code).collect();
    if code != expected {
        let what = "the lines do not name the stage and each file of tests, in order";
        let to_do = format!("write `{}`", expected.join(" "));
        report.problem(course.shown(&path), what, to_do);
    }
    Ok(())
}
