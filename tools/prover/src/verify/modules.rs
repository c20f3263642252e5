//! Each source file is a part of its crate. A file that no `mod` line names is never
//! compiled, and if it holds tests, they never run.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::Result;
use regex::Regex;

use super::Report;
use course::{
    files,
    lessons::{Course, subfolders},
    manifest,
};

/// The folders with crates, besides the finished chat.
const FOLDERS: [&str; 2] = ["lessons", "tools"];
/// The files that cargo finds without a `mod` line, in their folder.
const ROOTS: [&str; 2] = ["lib.rs", "main.rs"];

/// Checks the sources and tests of all crates.
pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    for folder in crates(course)? {
        check_folder(course, &folder.join("src"), &[], report)?;
        let manifest = manifest::read(&folder)?;
        let package = manifest::table(&manifest, "package");
        let finds_tests = package.and_then(|package| package.get("autotests")?.as_bool());
        let programs = match finds_tests {
            Some(false) => manifest::test_programs(&manifest),
            _ => course::lesson_tests::files_of(&folder)?
                .into_iter()
                .collect(),
        };
        check_folder(course, &folder.join("tests"), &programs, report)?;
    }
    Ok(())
}

fn crates(course: &Course) -> Result<Vec<PathBuf>> {
    let mut crates = vec![course.root.join("final")];
    for folder in FOLDERS.map(|folder| course.root.join(folder)) {
        if folder.is_dir() {
            let names = subfolders(&folder)?.into_iter();
            crates.extend(names.map(|name| folder.join(name)));
        }
    }
    crates.retain(|folder| folder.join("Cargo.toml").is_file());
    Ok(crates)
}

/// Checks a folder of sources in which `programs` are roots, too.
fn check_folder(
    course: &Course,
    folder: &Path,
    programs: &[String],
    report: &mut Report,
) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut sources = files::list(folder)?;
    sources.retain(|file| file.ends_with(".rs"));
    let named = named_modules(folder, &sources)?;
    for file in sources {
        let module = module_of(&file);
        let name = file.rsplit('/').next().unwrap_or(&file);
        let is_root = ROOTS.contains(&name)
            || programs.iter().any(|program| *program == module)
            || module.starts_with("bin/");
        if !is_root && !named.contains(module) {
            let name = module.rsplit('/').next().unwrap_or(module);
            let what = "no file beside or above it names it, so it is never compiled";
            let to_do = format!("write `mod {name};` there, or remove it");
            report.problem(course.shown(&folder.join(&file)), what, to_do);
        }
    }
    Ok(())
}

/// The modules that the sources name, as paths: `play/proxy`.
fn named_modules(folder: &Path, sources: &[String]) -> Result<BTreeSet<String>> {
    let line = Regex::new(r"(?m)^\s*(?:pub(?:\([a-z ]+\))? )?mod (\w+);")?;
    let mut named = BTreeSet::new();
    for file in sources {
        let text = files::read(&folder.join(file))?;
        let (parent, name) = file.rsplit_once('/').unwrap_or(("", file));
        // The modules of `a.rs` lie in `a`, those of a root or of `mod.rs` beside it; test
        // programs are roots, too, and their modules lie beside them.
        let own = file.trim_end_matches(".rs");
        let is_beside = ROOTS.contains(&name) || name == "mod.rs";
        let places = match (is_beside, parent) {
            (true, parent) => vec![parent],
            (false, "") => vec!["", own],
            (false, _) => vec![own],
        };
        for found in line.captures_iter(&text) {
            let paths = places.iter().map(|place| format!("{place}/{}", &found[1]));
            named.extend(paths.map(|path| path.trim_start_matches('/').to_owned()));
        }
    }
    Ok(named)
}

/// `play/proxy` for `play/proxy.rs`, `play` for `play/mod.rs`.
fn module_of(file: &str) -> &str {
    file.strip_suffix("/mod.rs")
        .unwrap_or_else(|| file.trim_end_matches(".rs"))
}
