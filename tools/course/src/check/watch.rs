//! Checks again whenever a file of the student's chat is saved.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use anyhow::{Context, Result};
use notify::{RecursiveMode, Watcher};

use super::{Look, Options, show};
use crate::{
    inputs::{self, Inputs},
    lessons::Course,
    work::Work,
};

/// Editors save in several steps: events within this time belong to the same save.
const CALM: Duration = Duration::from_millis(150);
/// The files and folders that the tests of a chat depend on.
const FILES: [&str; 2] = ["Cargo.toml", "build.rs"];
const FOLDERS: [&str; 4] = ["client/", "src/", "templates/", "tests/"];
/// Suffixes of the temporary files that editors create beside a file.
const LEFT_BY_EDITORS: [&str; 5] = [".bak", ".new", ".swp", ".tmp", "~"];

/// Checks again and again until the student stops it.
pub fn run(course: &Course, options: &Options, look: &Look) -> Result<()> {
    let work = Work::of(course);
    work.lesson(course)?;
    let (sender, saved) = mpsc::channel();
    let chat = work.chat.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if may_be_save(&chat, &event) {
            // The receiver is gone only when the program ends.
            let _ = sender.send(());
        }
    })
    .context("files cannot be watched")?;
    // Watches the parent folder, because `start` and `restore` replace the chat's folder.
    let folder = work.chat.parent().unwrap_or(&work.chat);
    watcher
        .watch(folder, RecursiveMode::Recursive)
        .context("work/ cannot be watched")?;
    // The files that the tests themselves write during each check: they don't count as saves.
    let mut written = BTreeSet::new();
    loop {
        let before = read(&work.chat);
        check(course, options, look)?;
        let mut after = read(&work.chat);
        let changed = difference(&before, &after);
        if !changed.is_subset(&written) {
            // The student may have saved it during the check.
            check(course, options, look)?;
            let again = read(&work.chat);
            written = difference(&after, &again);
            after = again;
        }
        say_that_it_waits(look)?;
        wait(&saved)?;
        while read(&work.chat) == after {
            wait(&saved)?;
        }
    }
}

/// Prints an error instead of returning it, because the next save may fix the problem.
fn check(course: &Course, options: &Options, look: &Look) -> io::Result<()> {
    if let Err(error) = show::check(course, options, look) {
        anstream::eprintln!("error: {error:#}");
    }
    Ok(())
}

fn say_that_it_waits(look: &Look) -> io::Result<()> {
    match look.json {
        true => Ok(()),
        false => writeln!(
            anstream::stdout(),
            "\nWaiting for you to save a file; Ctrl+C ends.\n"
        ),
    }
}

/// Reads the files that the check depends on; none if the chat can't be read right now.
fn read(chat: &Path) -> Inputs {
    let mut inputs = inputs::read(chat).unwrap_or_default();
    inputs.retain(|file, _| is_input(file));
    inputs
}

/// The files that differ between the two.
fn difference(before: &Inputs, after: &Inputs) -> BTreeSet<String> {
    let files = before.keys().chain(after.keys());
    let changed = files.filter(|file| before.get(*file) != after.get(*file));
    changed.cloned().collect()
}

fn is_input(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_left = name.starts_with('.') || LEFT_BY_EDITORS.iter().any(|end| name.ends_with(end));
    let is_of_crate = FILES.contains(&file) || FOLDERS.iter().any(|start| file.starts_with(start));
    is_of_crate && !is_left
}

/// Ignores read events, because every check reads the files. An event for a folder counts,
/// because the folder may have been moved here with its files.
fn may_be_save(chat: &Path, event: &notify::Result<notify::Event>) -> bool {
    match event {
        Ok(event) => {
            let mut paths = event.paths.iter();
            !event.kind.is_access() && paths.any(|path| may_be_input(chat, path))
        }
        // Events may have been lost, so look at the files to be safe.
        Err(_) => true,
    }
}

fn may_be_input(chat: &Path, path: &Path) -> bool {
    path.strip_prefix(chat).is_ok_and(|inside| {
        let inside = inside.to_string_lossy().replace('\\', "/");
        let is_folder = |folder: &str| folder.trim_end_matches('/') == inside;
        inside.is_empty() || is_input(&inside) || FOLDERS.iter().any(|folder| is_folder(folder))
    })
}

fn wait(saved: &Receiver<()>) -> Result<()> {
    saved.recv().context("files are not watched any more")?;
    while saved.recv_timeout(CALM).is_ok() {}
    Ok(())
}
