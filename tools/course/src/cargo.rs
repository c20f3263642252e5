//! Running cargo.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

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
    // Rust's linker, lld, reads each `%` as a placeholder.
    if folder.to_string_lossy().contains('%') {
        let folder = folder.display();
        obstacles.push(format!(
            "{folder} has a % in its name: the linker may not find it"
        ));
    }
    obstacles
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
