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
