//! `cargo course start N --keep`: the next lesson in the student's own chat.
//!
//! The changes between the finished lesson of the chat and the start of lesson N are
//! merged into the chat, as `git merge` would do it.

use std::{collections::BTreeSet, fs, io::Write, path::Path};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use toml_edit::{DocumentMut, Item};

use crate::{
    catch_up, files,
    git::Git,
    install::{self, Installed},
    lessons::{Course, Lesson},
    manifest, start,
    work::Work,
};

const MANIFEST: &str = "Cargo.toml";

/// The result of the merge.
struct Kept {
    installed: Installed,
    /// Files with conflict markers.
    conflicts: Vec<String>,
    /// Messages about files that were not merged, and about their contents now.
    notes: Vec<String>,
}

/// Merges, and prints what to do next.
pub fn run(course: &Course, number: u32) -> Result<()> {
    let lesson = course.lesson(number)?;
    let own = Work::of(course).lesson(course)?;
    if own.number >= number {
        bail!(
            "work/chat is for lesson {:02}: --keep goes on to a later lesson",
            own.number
        );
    }
    let kept = keep(course, own, lesson)?;
    let mut out = anstream::stdout();
    write!(
        out,
        "{}work/chat holds your own chat, with what lesson {number:02} begins with, and its tests.\n\n",
        kept.installed.what_is_kept(),
    )?;
    if !kept.conflicts.is_empty() {
        writeln!(
            out,
            "In these files you and the lesson have changed the same lines. Look for <<<<<<<, \
             keep\nwhat the chat needs of both sides, and remove the marks:"
        )?;
        list(&mut out, &kept.conflicts)?;
    }
    if !kept.notes.is_empty() {
        writeln!(out, "Look at these, too:")?;
        list(&mut out, &kept.notes)?;
    }
    let page = course.shown(&lesson.page());
    let missing = kept.installed.what_is_missing();
    write!(
        out,
        "Read     {page}\nCheck    cargo course check\n{missing}"
    )?;
    Ok(())
}

fn list(out: &mut impl Write, items: &[String]) -> Result<()> {
    for item in items {
        writeln!(out, "  - {item}")?;
    }
    Ok(writeln!(out)?)
}

/// Merges the start of `lesson` into the chat, which is for the lesson `own`.
fn keep(course: &Course, own: &Lesson, lesson: &Lesson) -> Result<Kept> {
    let work = Work::of(course);
    let mover = work.mover()?;
    let (base, theirs) = (TempDir::new()?, TempDir::new()?);
    catch_up::write(own, base.path())?;
    start::write(course, lesson, theirs.path())?;
    let fresh = mover.fresh_copy("tests")?;
    // The history is taken along by `install`, and so are the versions.
    remove(&fresh.join(".git"))?;
    remove(&fresh.join("Cargo.lock"))?;
    let mut merge = Merge {
        git: Git::at(&course.root),
        labels: [
            "your chat".to_owned(),
            format!("the finished lesson {:02}", own.number),
            format!("the start of lesson {:02}", lesson.number),
        ],
        conflicts: Vec::new(),
        notes: Vec::new(),
    };
    let mut paths: BTreeSet<String> = files::list(base.path())?.into_iter().collect();
    paths.extend(files::list(theirs.path())?);
    for path in paths {
        merge.file(&path, [base.path(), theirs.path(), &fresh])?;
    }
    let message = format!("Start lesson {:02}, and keep my chat", lesson.number);
    Ok(Kept {
        installed: install::install(course, lesson, &mover, &fresh, &message)?,
        conflicts: merge.conflicts,
        notes: merge.notes,
    })
}

struct Merge {
    git: Git,
    /// The labels of the three sides in a conflict: ours, base, theirs.
    labels: [String; 3],
    conflicts: Vec<String>,
    notes: Vec<String>,
}

impl Merge {
    fn file(&mut self, path: &str, [base, theirs, fresh]: [&Path; 3]) -> Result<()> {
        let own = read(fresh, path)?;
        let (base, theirs) = (read(base, path)?, read(theirs, path)?);
        let file = fresh.join(path);
        match (own, base, theirs) {
            (own, base, theirs) if base == theirs || own == theirs => {
                // The part that makes it a workspace is written again.
                match (own, path) {
                    (Some(own), MANIFEST) => files::write(&file, own),
                    _ => Ok(()),
                }
            }
            (own, base, Some(theirs)) if own == base || own.is_none() => {
                if base.is_some() && own.is_none() {
                    self.notes.push(format!(
                        "{path}: you had removed it, and the lesson has changed it"
                    ));
                }
                files::write(&file, theirs)
            }
            (own, base, None) if own == base => remove(&file),
            (_, _, None) => {
                self.notes.push(format!(
                    "{path}: the lesson has removed it, and you had changed it"
                ));
                Ok(())
            }
            (own, base, Some(theirs)) => self.merge(
                path,
                &file,
                [own.unwrap_or_default(), base.unwrap_or_default(), theirs],
            ),
        }
    }

    fn merge(&mut self, path: &str, file: &Path, texts: [Vec<u8>; 3]) -> Result<()> {
        let [own, base, theirs] = texts.each_ref().map(|text| &text[..]);
        if own.contains(&0) || theirs.contains(&0) {
            let name = format!("{path}.lesson");
            self.notes.push(format!(
                "{path}: not text, so the lesson's is beside it, as {name}"
            ));
            return files::write(&file.with_file_name(last_part(&name)), theirs);
        }
        let labels = self.labels.each_ref().map(String::as_str);
        let (merged, is_conflict) = self.git.merge([own, base, theirs], labels)?;
        if is_conflict && path == MANIFEST {
            // Without a manifest that can be read nothing would work.
            self.notes
                .push(format!("{path}: the lesson's, with your dependencies"));
            return files::write(file, with_dependencies(theirs, own)?);
        }
        if is_conflict {
            self.conflicts.push(path.to_owned());
        }
        files::write(file, merged)
    }
}

/// The manifest with those dependencies that only the other one has.
fn with_dependencies(manifest: &[u8], other: &[u8]) -> Result<String> {
    let parse = |text: &[u8]| -> Result<DocumentMut> {
        String::from_utf8_lossy(text).parse().context(MANIFEST)
    };
    let (mut manifest, other) = (parse(manifest)?, parse(other)?);
    for kind in ["dependencies", "dev-dependencies"] {
        let other = other.get(kind).and_then(Item::as_table_like);
        for (name, dependency) in other.into_iter().flat_map(|other| other.iter()) {
            if manifest[kind].get(name).is_none() {
                manifest[kind][name] = dependency.clone();
            }
        }
    }
    Ok(manifest.to_string())
}

/// The file as it is merged: with the lessons' line endings, and a manifest without the
/// course's additions.
fn read(folder: &Path, path: &str) -> Result<Option<Vec<u8>>> {
    let file = folder.join(path);
    if !file.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(&file).with_context(|| format!("{path} cannot be read"))?;
    Ok(Some(match String::from_utf8(bytes) {
        Ok(text) => {
            let text = files::plain(text);
            match path {
                MANIFEST => manifest::without_notes(&text).into_bytes(),
                _ => text.into_bytes(),
            }
        }
        Err(no_text) => no_text.into_bytes(),
    }))
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Removes a file or folder, if it is there.
fn remove(path: &Path) -> Result<()> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false if path.exists() => fs::remove_file(path),
        false => Ok(()),
    };
    removed.with_context(|| format!("{} cannot be removed", path.display()))
}
