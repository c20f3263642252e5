//! Checks again whenever a file of the student's chat is saved.

use std::{
    io::{self, Write},
    path::Path,
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use anyhow::{Context, Result};
use notify::{RecursiveMode, Watcher};

use super::{Look, Options, show};
use crate::{lessons::Course, work::Work};

/// An editor saves in several steps; what follows within this time belongs to it.
const CALM: Duration = Duration::from_millis(150);

/// Checks until somebody stops it.
pub fn run(course: &Course, options: &Options, look: &Look) -> Result<()> {
    let work = Work::of(course);
    work.lesson(course)?;
    let (sender, saved) = mpsc::channel();
    let chat = work.chat.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if is_save(&chat, &event) {
            // The other end is gone only when the program ends.
            let _ = sender.send(());
        }
    })
    .context("files cannot be watched")?;
    // The folder above, because `start` and `restore` put another one in place.
    let folder = work.chat.parent().unwrap_or(&work.chat);
    watcher
        .watch(folder, RecursiveMode::Recursive)
        .context("work/ cannot be watched")?;
    loop {
        check(course, options, look)?;
        wait(&saved)?;
    }
}

/// A check that cannot be made is told too, because the next save may mend it.
fn check(course: &Course, options: &Options, look: &Look) -> io::Result<()> {
    if let Err(error) = show::check(course, options, look) {
        anstream::eprintln!("error: {error:#}");
    }
    if !look.json {
        let mut out = anstream::stdout();
        writeln!(out, "\nWaiting for you to save a file; Ctrl+C ends.\n")?;
    }
    Ok(())
}

/// Reading a file is an event too, and every check reads.
fn is_save(chat: &Path, event: &notify::Result<notify::Event>) -> bool {
    match event {
        Ok(event) => {
            let mut paths = event.paths.iter();
            !event.kind.is_access() && paths.any(|path| is_theirs(chat, path))
        }
        // Events may have been lost: better one check too many.
        Err(_) => true,
    }
}

/// A check commits and builds: what git keeps, and what cargo makes, is not what a
/// student saves.
fn is_theirs(chat: &Path, path: &Path) -> bool {
    path.strip_prefix(chat).is_ok_and(|inside| {
        let first = inside.iter().next().unwrap_or_default();
        !first.to_string_lossy().starts_with('.') && first != "target"
    })
}

fn wait(saved: &Receiver<()>) -> Result<()> {
    saved.recv().context("files are not watched any more")?;
    while saved.recv_timeout(CALM).is_ok() {}
    Ok(())
}
