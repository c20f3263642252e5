//! The files that a crate is built from, compared by content.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::ErrorKind,
    path::Path,
};

use anyhow::{Context, Result};

use crate::files;

/// Each file, by its path in the crate, and a number that stands for its content.
pub type Inputs = BTreeMap<String, u64>;

/// All files of the crate, except git's own and build output.
pub fn read(folder: &Path) -> Result<Inputs> {
    let mut inputs = Inputs::new();
    for file in files::list(folder)? {
        if file.starts_with(".git/") {
            continue;
        }
        match fs::read(folder.join(&file)) {
            Ok(content) => inputs.insert(file, number_of(&content)),
            // An editor's file, which lives for a moment.
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error).context(format!("{file} cannot be read")),
        };
    }
    Ok(inputs)
}

fn number_of(content: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}
