//! A workspace for a moment: everything of the repository that a stage needs, but
//! for the stages themselves.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use toml_edit::{Array, DocumentMut, Item, value};

use crate::{files, lessons::Course, manifest};

/// Writes the workspace into `folder`; its members are the folders in `lessons/`.
pub fn write(course: &Course, folder: &Path) -> Result<()> {
    let mut manifest = manifest::read(&course.root)?;
    adapt(&mut manifest, &course.root)?;
    files::write(&folder.join("Cargo.toml"), manifest.to_string())?;
    let lock = course.root.join("Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, folder.join("Cargo.lock"))?;
    }
    let assets = course.root.join("static");
    if assets.is_dir() {
        files::copy(&assets, &folder.join("static"))?;
    }
    Ok(())
}

fn adapt(manifest: &mut DocumentMut, root: &Path) -> Result<()> {
    let workspace = manifest.get_mut("workspace").and_then(Item::as_table_mut);
    let workspace = workspace.context("Cargo.toml has no [workspace]")?;
    workspace.insert("members", value(Array::from_iter(["lessons/*"])));
    workspace.remove("exclude");
    workspace.remove("default-members");
    let dependencies = workspace.get_mut("dependencies");
    let Some(dependencies) = dependencies.and_then(Item::as_table_like_mut) else {
        return Ok(());
    };
    for (_, dependency) in dependencies.iter_mut() {
        let path = dependency.get("path").and_then(Item::as_str);
        if let Some(path) = path.map(|path| root.join(path)) {
            dependency["path"] = value(path.to_string_lossy().into_owned());
        }
    }
    Ok(())
}
