//! The repository's workspace, as crates outside of it need it.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

use crate::{files, lessons::Course, manifest};

/// The keys of a workspace about its own members.
const OF_MEMBERS: [&str; 3] = ["default-members", "exclude", "members"];

/// Writes a workspace for a moment into `folder`, with everything of the repository
/// that a stage needs, except the stages themselves; its members are the folders called
/// `names` in `lessons/`.
pub fn write(course: &Course, folder: &Path, names: &[String]) -> Result<()> {
    let mut manifest = manifest::read(&course.root)?;
    let workspace = workspace(&mut manifest)?;
    workspace.retain(|name, _| !OF_MEMBERS.contains(&name));
    let members = names.iter().map(|name| format!("lessons/{name}"));
    workspace.insert("members", value(Array::from_iter(members)));
    let here = |path: &str| course.root.join(path).to_string_lossy().into_owned();
    move_paths(workspace, here);
    files::write(&folder.join("Cargo.toml"), manifest.to_string())?;
    copy_lock(course, folder)?;
    let assets = course.root.join("static");
    if assets.is_dir() {
        files::copy(&assets, &folder.join("static"))?;
    }
    Ok(())
}

/// The repository's manifest as part of the manifest of a crate that is a workspace
/// of its own, two folders below the root: only the dependencies in `used`, and profile
/// settings only for packages in `locked`.
pub fn of_crate(
    course: &Course,
    used: &BTreeSet<String>,
    locked: &BTreeSet<String>,
) -> Result<DocumentMut> {
    let mut manifest = manifest::read(&course.root)?;
    manifest.retain(|name, _| ["profile", "workspace"].contains(&name));
    let workspace = workspace(&mut manifest)?;
    workspace.retain(|name, _| !OF_MEMBERS.contains(&name));
    if let Some(dependencies) = dependencies(workspace) {
        dependencies.retain(|name, _| used.contains(name));
    }
    move_paths(workspace, |path| format!("../../{path}"));
    for packages in profiles_of_packages(&mut manifest) {
        // Cargo warns about others.
        packages.retain(|name, _| name == "*" || locked.contains(name));
    }
    Ok(manifest)
}

/// Makes the folder `added` a member of the repository's workspace, next to `neighbour`,
/// wherever that one is listed.
pub fn add_member(course: &Course, neighbour: &str, added: &str) -> Result<()> {
    let mut manifest = manifest::read(&course.root)?;
    let workspace = workspace(&mut manifest)?;
    for list in ["members", "default-members"] {
        let Some(members) = workspace.get_mut(list).and_then(Item::as_array_mut) else {
            continue;
        };
        let place = members
            .iter()
            .position(|one| one.as_str() == Some(neighbour));
        if let Some(place) = place {
            // Lists with one name a line stay that.
            let mut member = Value::from(added);
            if let Some(before) = members.get(place) {
                *member.decor_mut() = before.decor().clone();
            }
            members.insert_formatted(place + 1, member);
        }
    }
    files::write(&course.root.join("Cargo.toml"), manifest.to_string())
}

/// Copies the versions of all dependencies into `folder`.
pub fn copy_lock(course: &Course, folder: &Path) -> Result<()> {
    let lock = course.root.join("Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, folder.join("Cargo.lock")).context("Cargo.lock cannot be copied")?;
    }
    Ok(())
}

/// The names of the packages in the lock file in `folder`; none without such a file.
pub fn locked(folder: &Path) -> Result<BTreeSet<String>> {
    let lock = folder.join("Cargo.lock");
    if !lock.is_file() {
        return Ok(BTreeSet::new());
    }
    let lock: DocumentMut = files::read(&lock)?.parse().context("Cargo.lock")?;
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let names = packages.into_iter().flatten();
    Ok(names
        .filter_map(|package| Some(package.get("name")?.as_str()?.to_owned()))
        .collect())
}

fn workspace(manifest: &mut DocumentMut) -> Result<&mut Table> {
    let workspace = manifest.get_mut("workspace").and_then(Item::as_table_mut);
    workspace.context("Cargo.toml has no [workspace]")
}

fn dependencies(workspace: &mut Table) -> Option<&mut Table> {
    workspace.get_mut("dependencies")?.as_table_mut()
}

/// Says where dependencies in folders are, seen from elsewhere.
fn move_paths(workspace: &mut Table, moved: impl Fn(&str) -> String) {
    let Some(dependencies) = dependencies(workspace) else {
        return;
    };
    for (_, dependency) in dependencies.iter_mut() {
        let path = dependency.get("path").and_then(Item::as_str);
        if let Some(path) = path.map(&moved) {
            dependency["path"] = value(path);
        }
    }
}

/// The tables `[profile.NAME.package]`.
fn profiles_of_packages(manifest: &mut DocumentMut) -> impl Iterator<Item = &mut Table> {
    let profiles = manifest.get_mut("profile").and_then(Item::as_table_mut);
    let profiles = profiles.into_iter().flat_map(Table::iter_mut);
    profiles.filter_map(|(_, profile)| profile.get_mut("package")?.as_table_mut())
}
