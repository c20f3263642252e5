//! Finds the parts of a chat that the grader would ignore, although the chat needs them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use toml_edit::{DocumentMut, Item};

use super::build::Made;
use crate::{graded, lessons::Lesson, manifest};

/// The manifest's tables with the dependencies of the program.
const DEPENDENCIES: [&str; 2] = ["build-dependencies", "dependencies"];

/// Describes each part that is not graded; `made` are the files that cargo built.
pub fn find(lesson: &Lesson, chat: &Path, made: &[Made]) -> Result<Vec<String>> {
    let (own, wanted) = (manifest::read(chat)?, manifest::read(&lesson.path)?);
    let mut found = Vec::new();
    for kind in DEPENDENCIES {
        let wanted = dependencies(&wanted, kind);
        for (name, how) in dependencies(&own, kind) {
            let what = match wanted.get(&name) {
                None => "is not the lesson's",
                Some(theirs) if *theirs != how => "is not as the lesson has it",
                Some(_) => continue,
            };
            found.push(format!("Cargo.toml: the dependency {name} {what}"));
        }
    }
    let script = own.get("package").and_then(|package| package.get("build"));
    let script = script.and_then(Item::as_str).unwrap_or("build.rs");
    if chat.join(script).exists() {
        found.push(format!("{script}: build scripts do not run"));
    }
    if let Err(error) = graded::files(chat) {
        found.push(format!("{error:#}"));
    }
    let outside = read_files(chat, made).into_iter();
    let outside = outside.filter_map(|file| outside_of_graded(chat, &file));
    found.extend(outside.map(|file| format!("{file}: your code reads it")));
    Ok(found)
}

/// The dependencies of one kind: their names and requirements.
fn dependencies(manifest: &DocumentMut, kind: &str) -> BTreeMap<String, String> {
    let list = manifest.get(kind).and_then(Item::as_table_like);
    let list = list.into_iter().flat_map(|list| list.iter());
    list.map(|(name, how)| (name.to_owned(), how_wanted(how)))
        .collect()
}

/// A dependency's requirement in one form, however the manifest writes it.
fn how_wanted(dependency: &Item) -> String {
    let Some(table) = dependency.as_table_like() else {
        return format!("version = {}", dependency.to_string().trim());
    };
    let parts = table.iter();
    let parts = parts.map(|(key, value)| format!("{key} = {}", value.to_string().trim()));
    let parts: BTreeSet<String> = parts.collect();
    parts.into_iter().collect::<Vec<_>>().join(", ")
}

/// The path of a file for display, if the file is not in a graded folder.
fn outside_of_graded(chat: &Path, file: &Path) -> Option<String> {
    let (file, chat) = (file.canonicalize().ok()?, chat.canonicalize().ok()?);
    let Ok(inside) = file.strip_prefix(&chat) else {
        return Some(file.display().to_string());
    };
    let is_graded = graded::FOLDERS
        .iter()
        .any(|folder| inside.starts_with(folder));
    (!is_graded).then(|| inside.to_string_lossy().replace('\\', "/"))
}

/// The files that the compiler read, from the `.d` files beside its output.
fn read_files(chat: &Path, made: &[Made]) -> BTreeSet<PathBuf> {
    let made = made.iter().filter(|made| !made.is_test);
    let lists = made.filter_map(|Made { file, .. }| {
        let name = file.file_stem()?.to_string_lossy().into_owned();
        let crate_name = name.strip_prefix("lib").unwrap_or(&name).to_owned();
        let lists = [name, crate_name].map(|name| file.with_file_name(format!("{name}.d")));
        lists.iter().find_map(|list| fs::read_to_string(list).ok())
    });
    let mut found = BTreeSet::new();
    for list in lists {
        for line in list.lines() {
            if let Some((_, files)) = line.split_once(": ") {
                found.extend(names_in(files).map(|file| chat.join(file)));
            }
        }
    }
    found
}

/// Splits a list at its spaces; a space inside a name has a backslash before it.
fn names_in(list: &str) -> impl Iterator<Item = String> {
    let list = list.replace("\\ ", "\0");
    let names: Vec<String> = list
        .split(' ')
        .map(|name| name.replace('\0', " "))
        .collect();
    names.into_iter().filter(|name| !name.is_empty())
}
