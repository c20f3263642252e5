//! Makes the student's chat a workspace of its own. It builds by itself, with the versions
//! and profiles of the repository, so both share compiled dependencies.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use toml_edit::{DocumentMut, Item, TableLike};

use crate::{
    cargo::cargo,
    files,
    lessons::{Course, Lesson},
    manifest, workspace,
};

/// Where a manifest has dependencies.
const DEPENDENCIES: [&str; 3] = ["build-dependencies", "dependencies", "dev-dependencies"];

const ABOUT: &str = "
# The rest is taken from the repository's Cargo.toml, so that this crate is a workspace
# of its own.
";

/// Files that the chat gets unless it has them.
const FILES: [(&str, &str); 3] = [
    (".cargo/config.toml", include_str!("standalone/config.toml")),
    (".gitattributes", include_str!("standalone/gitattributes")),
    (".gitignore", include_str!("standalone/gitignore")),
];

/// Adds to the crate in `folder`, two folders below the repository's root, what it
/// needs to be a workspace of its own. Dependencies of the lesson are included, so
/// that `name.workspace = true` is all that a student adds for them.
pub fn complete(course: &Course, lesson: &Lesson, folder: &Path) -> Result<()> {
    for (name, text) in FILES {
        let file = folder.join(name);
        if file.symlink_metadata().is_err() {
            files::write(&file, text)?;
        }
    }
    if !folder.join("Cargo.lock").exists() {
        // Without a lock file, cargo would look for newer versions on the network.
        workspace::copy_lock(course, folder)?;
    }
    let own = manifest::read(folder)?;
    if own.contains_key("workspace") {
        return Ok(());
    }
    let mut used = dependencies(&own);
    used.extend(dependencies(&manifest::read(&lesson.path)?));
    let write = |locked: &BTreeSet<String>| {
        let shared = workspace::of_crate(course, &used, locked)?;
        let text = format!("{}\n{ABOUT}{shared}", own.to_string().trim_end());
        files::replace(&folder.join("Cargo.toml"), text)
    };
    write(&BTreeSet::new())?;
    trim_lock(folder)?;
    write(&workspace::locked(folder)?)
}

/// The names of everything that the manifest depends on.
fn dependencies(manifest: &DocumentMut) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(Item::as_table_like);
    let targets = targets.into_iter().flat_map(|targets| targets.iter());
    let targets = targets.filter_map(|(_, target)| target.as_table_like());
    let tables = targets.chain([manifest.as_table() as &dyn TableLike]);
    let lists = tables.flat_map(|table| DEPENDENCIES.map(|kind| table.get(kind)));
    let lists = lists.flatten().filter_map(Item::as_table_like);
    lists
        .flat_map(|list| list.iter().map(|(name, _)| name.to_owned()))
        .collect()
}

/// Cuts the lock file down to the crate's dependencies, as its first build would do later.
/// A failure here is ignored: the first build reports it better.
fn trim_lock(folder: &Path) -> Result<()> {
    let mut command: Command = cargo();
    command
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().map(drop).context("cargo cannot be run")
}
