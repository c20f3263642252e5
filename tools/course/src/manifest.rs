//! Reading and changing `Cargo.toml`.

use std::path::Path;

use anyhow::{Context, Result};
use toml_edit::{DocumentMut, Item, Table};

use crate::files;

/// The manifest in `folder`.
pub fn read(folder: &Path) -> Result<DocumentMut> {
    let path = folder.join("Cargo.toml");
    files::read(&path)?
        .parse()
        .with_context(|| format!("{} is not valid", path.display()))
}

/// The table of that name, if the manifest has it.
pub fn table<'a>(manifest: &'a DocumentMut, name: &str) -> Option<&'a Table> {
    manifest.get(name)?.as_table()
}

/// Adds those dev-dependencies of `other` that `manifest` lacks, because tests
/// of another stage may need them.
pub fn add_dev_dependencies(manifest: &mut DocumentMut, other: &DocumentMut) {
    let Some(wanted) = table(other, "dev-dependencies") else {
        return;
    };
    let entry = manifest.entry("dev-dependencies");
    let Some(present) = entry.or_insert(Item::Table(Table::new())).as_table_mut() else {
        return;
    };
    let before = present.len();
    for (name, dependency) in wanted {
        if !present.contains_key(name) {
            present.insert(name, dependency.clone());
        }
    }
    if present.len() > before {
        present.sort_values();
    }
}

/// The test programs that the manifest lists, by the names of their files in
/// `tests/`, without `.rs`.
pub fn test_programs(manifest: &DocumentMut) -> Vec<String> {
    let tables = manifest.get("test").and_then(Item::as_array_of_tables);
    let file = |table: &Table| {
        // Without a path, cargo uses the file with the program's name.
        let path = table.get("path").or(table.get("name"))?.as_str()?;
        let path = path.strip_prefix("tests/").unwrap_or(path);
        Some(path.strip_suffix(".rs").unwrap_or(path).to_owned())
    };
    tables
        .into_iter()
        .flat_map(|tables| tables.iter().filter_map(file))
        .collect()
}

/// Notes in the crate in `folder` for which lesson it is. The note moves with
/// the folder, so it cannot be about another one.
pub fn mark(folder: &Path, lesson: u32) -> Result<()> {
    let mut manifest = read(folder)?;
    let mut course = Table::new();
    course.insert("lesson", toml_edit::value(i64::from(lesson)));
    let mut metadata = Table::new();
    metadata.set_implicit(true);
    metadata.insert("course", Item::Table(course));
    let package = manifest.get_mut("package").and_then(Item::as_table_mut);
    let package = package.context("Cargo.toml has no [package]")?;
    package.insert("metadata", Item::Table(metadata));
    files::write(&folder.join("Cargo.toml"), manifest.to_string())
}

/// The lesson that [`mark`] has noted.
pub fn lesson(manifest: &DocumentMut) -> Option<u32> {
    let course = manifest.get("package")?.get("metadata")?.get("course")?;
    course.get("lesson")?.as_integer()?.try_into().ok()
}

/// The files of the lesson, as patterns, that `start` lays whole.
pub fn given(manifest: &DocumentMut) -> Vec<String> {
    let course = || manifest.get("package")?.get("metadata")?.get("course");
    let given = course().and_then(|course| course.get("given")?.as_array());
    let patterns = given.into_iter().flatten();
    patterns
        .filter_map(|pattern| Some(pattern.as_str()?.to_owned()))
        .collect()
}

/// The text of a manifest without the course's own metadata and additions, which are no
/// part of the chat.
pub fn without_notes(text: &str) -> String {
    let Ok(mut manifest) = text.parse::<DocumentMut>() else {
        return text.to_owned();
    };
    let package = manifest.get_mut("package").and_then(Item::as_table_mut);
    let metadata = package.and_then(|package| package.get_mut("metadata")?.as_table_mut());
    if let Some(metadata) = metadata {
        metadata.remove("course");
    }
    // These tables make a student's crate a workspace of its own.
    manifest.retain(|name, _| !["profile", "workspace"].contains(&name));
    manifest.to_string()
}

/// The folders of the workspace's dependencies that are in the repository.
pub fn local_dependencies(workspace: &DocumentMut) -> Vec<String> {
    let table = || {
        workspace
            .get("workspace")?
            .get("dependencies")?
            .as_table_like()
    };
    let dependencies = table().into_iter().flat_map(|table| table.iter());
    dependencies
        .filter_map(|(_, dependency)| Some(dependency.get("path")?.as_str()?.to_owned()))
        .collect()
}
