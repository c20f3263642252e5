//! Running cargo.

use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use toml_edit::DocumentMut;

use crate::lessons::Course;

pub mod messages;

/// Settings with which something else is built, or by something else.
const SETTINGS: [&str; 8] = [
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

/// The same, and more of the kind, in cargo's configuration files.
const CONFIGURED: [&str; 14] = [
    "build.rustc",
    "build.rustc-workspace-wrapper",
    "build.rustc-wrapper",
    "build.rustflags",
    "build.target",
    "env",
    "http",
    "include",
    "net",
    "patch",
    "paths",
    "profile",
    "source",
    "target",
];

/// The part of the answer of `cargo metadata` that matters here.
#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

/// The cargo that runs this program, or the one in the path.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Settings and paths, apart from the code, that may keep cargo from building the crate in
/// `folder`.
pub fn obstacles(folder: &Path) -> Vec<String> {
    let set = |name: &&str| {
        let value = env::var_os(name)?;
        let value = value.to_string_lossy();
        Some(format!("{name}={value} is set in your environment"))
    };
    let mut obstacles: Vec<String> = SETTINGS.iter().filter_map(set).collect();
    obstacles.extend(configured(folder));
    // Rust's linker, lld, reads each `%` as a placeholder.
    if folder.to_string_lossy().contains('%') {
        let folder = folder.display();
        obstacles.push(format!(
            "{folder} has a % in its name: the linker may not find it"
        ));
    }
    obstacles
}

/// The settings in cargo's configuration files that change how the crate in `folder` is built.
fn configured(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in configuration(folder) {
        // Cargo itself names a file that cannot be read.
        let text = fs::read_to_string(&file).unwrap_or_default();
        let settings = text.parse::<DocumentMut>().unwrap_or_default();
        let is_set = |key: &&&str| {
            let mut names = key.split('.');
            let found = names.try_fold(settings.as_item(), |item, name| item.get(name));
            found.is_some()
        };
        let file = file.display();
        let keys = CONFIGURED.iter().filter(is_set);
        found.extend(keys.map(|key| format!("{key} is set in {file}")));
    }
    found
}

/// Cargo's configuration files for a crate in `folder`, the most important one first.
fn configuration(folder: &Path) -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let folders = folder.ancestors().map(|folder| folder.join(".cargo"));
    let mut folders: Vec<PathBuf> = folders.chain(home).collect();
    // The home folder may be above the crate, too.
    let mut known = HashSet::new();
    folders.retain(|folder| known.insert(folder.clone()));
    let files = folders.iter();
    let files = files.flat_map(|folder| ["config", "config.toml"].map(|name| folder.join(name)));
    files.filter(|file| file.is_file()).collect()
}

/// The target folder of the repository.
pub fn target_folder(course: &Course) -> Result<PathBuf> {
    let output = cargo()
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(&course.root)
        .output()
        .context("cargo cannot be run")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    Ok(metadata.target_directory)
}
