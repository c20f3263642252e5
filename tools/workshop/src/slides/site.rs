//! Writing the site into a folder, without touching what others have put there.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, bail};

use course::files;

/// Names each file that the export has written, one a line.
const LIST: &str = ".slides-written";

/// Writes the files; removes those that an earlier export wrote and this one does not.
pub fn write(out: &Path, site: &[(String, Vec<u8>)]) -> Result<()> {
    let before = written_before(out)?;
    let foreign =
        |(name, _): &&(String, Vec<u8>)| !before.contains(name) && out.join(name).exists();
    if let Some((name, _)) = site.iter().find(foreign) {
        let file = out.join(name);
        bail!(
            "{} is not from an earlier export: move it away",
            file.display()
        );
    }
    let names: BTreeSet<String> = site.iter().map(|(name, _)| name.clone()).collect();
    // First, so that an export that is interrupted can be repeated.
    write_list(out, before.union(&names))?;
    for (name, content) in site {
        files::write(&out.join(name), content)?;
    }
    for name in before.difference(&names) {
        remove(&out.join(name))?;
    }
    write_list(out, names.iter())
}

fn written_before(out: &Path) -> Result<BTreeSet<String>> {
    let list = out.join(LIST);
    if list.is_file() {
        let names = files::read(&list)?;
        return Ok(names.lines().filter(is_inside).map(str::to_owned).collect());
    }
    if out.exists() {
        let entries = fs::read_dir(out);
        let mut entries = entries.with_context(|| format!("{} is no folder", out.display()))?;
        if entries.next().is_some() {
            bail!(
                "{} holds files that are not from an earlier export: choose another folder",
                out.display()
            );
        }
    }
    Ok(BTreeSet::new())
}

/// Whether the name stays inside the folder, so that an edited list cannot make the export
/// remove files elsewhere.
fn is_inside(name: &&str) -> bool {
    let is_plain = |part: std::path::Component| matches!(part, std::path::Component::Normal(_));
    !name.is_empty() && Path::new(name).components().all(is_plain)
}

fn write_list<'a>(out: &Path, names: impl Iterator<Item = &'a String>) -> Result<()> {
    let list: String = names.map(|name| format!("{name}\n")).collect();
    files::write(&out.join(LIST), list)
}

fn remove(file: &Path) -> Result<()> {
    if file.is_file() {
        fs::remove_file(file).with_context(|| format!("{} cannot be removed", file.display()))?;
    }
    Ok(())
}
