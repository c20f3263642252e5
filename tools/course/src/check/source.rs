//! The identifiers in a crate's code.

use std::{collections::HashSet, path::Path};

use anyhow::Result;

use crate::files;

/// All identifiers and other words in the code of the crate in `folder`.
pub fn identifiers(folder: &Path) -> Result<HashSet<String>> {
    let mut found = HashSet::new();
    let is_code = |file: &String| file.ends_with(".rs");
    for file in files::list(folder)?.into_iter().filter(is_code) {
        let text = files::read_text(&folder.join(&file))?;
        let is_between = |letter: char| !letter.is_alphanumeric() && letter != '_';
        found.extend(text.split(is_between).map(str::to_owned));
    }
    Ok(found)
}
