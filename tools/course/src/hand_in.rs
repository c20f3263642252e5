//! `cargo course hand-in`: packs the chat into an archive for grading.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    files,
    lessons::{Course, Lesson},
    work::Work,
};

/// The file in the archive that names the student and the lesson.
pub const NOTE: &str = "hand-in.toml";
/// `hand-in` never writes a longer note.
const LONGEST_NOTE: u64 = 4096;
const LONGEST_NAME: usize = 100;
/// Build output, git's data, and settings for this machine.
const LEFT_OUT: [&str; 3] = [".cargo", ".git", "target"];

/// The student and the lesson of a hand-in.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub struct Note {
    /// The lesson's number.
    pub lesson: u32,
    /// The student's name.
    pub name: String,
}

/// Writes the archive and prints its path and contents.
pub fn run(course: &Course, name: Option<String>) -> Result<()> {
    let work = Work::of(course);
    let lesson = work.lesson(course)?;
    let name = match name {
        Some(name) => name,
        None => name_in_git(&work.chat).context(
            "git does not know your name: add it, as in \
             `cargo course hand-in --name \"Ada Lovelace\"`",
        )?,
    };
    let note = Note {
        lesson: lesson.number,
        name: usable(&name).context("--name needs your name, in one line of up to 100 letters")?,
    };
    let (files, links) = chat_files(&work.chat)?;
    if !files.iter().any(|file| file == "src/lib.rs") {
        bail!("work/chat has no src/lib.rs, so there is nothing to hand in");
    }
    let stem = format!("{}-{}", lesson.names.folder, slug(&note.name));
    let archive = course.root.join("work/hand-in").join(stem.clone() + ".zip");
    let bytes = packed(&work.chat, &files, &note, &stem)?;
    let size = bytes.len();
    let replaces = archive.is_file();
    files::replace(&archive, bytes)?;
    show(course, lesson, &note, &archive, replaces);
    show_files(&files, &links, size);
    Ok(())
}

/// The note in a folder or zip that was handed in, if it has one.
pub fn note_in(submission: &Path) -> Option<Note> {
    let text = match submission.is_dir() {
        true => note_of_folder(submission)?,
        false => note_of_zip(submission)?,
    };
    let mut note: Note = toml_edit::de::from_str(&text).ok()?;
    note.name = usable(&note.name)?;
    Some(note)
}

fn note_of_folder(folder: &Path) -> Option<String> {
    let entries = WalkDir::new(folder).max_depth(2).sort_by_file_name();
    let mut notes = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file() && entry.file_name() == NOTE);
    text_of(File::open(notes.next()?.path()).ok()?)
}

fn note_of_zip(path: &Path) -> Option<String> {
    let mut archive = ZipArchive::new(File::open(path).ok()?).ok()?;
    let is_note = |name: &String| {
        let mut parts = name.rsplit('/');
        parts.next() == Some(NOTE) && parts.count() <= 1
    };
    let names = archive.file_names().flatten();
    let name = names.map(|name| name.into_owned()).find(is_note)?;
    text_of(archive.by_name(&name).ok()?)
}

fn text_of(note: impl Read) -> Option<String> {
    let mut text = String::new();
    note.take(LONGEST_NOTE).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The name on one line; `None` if it is empty or too long, or has control characters.
fn usable(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join(" ");
    let is_long = name.chars().count() > LONGEST_NAME;
    let is_usable = !name.is_empty() && !is_long && !name.chars().any(char::is_control);
    is_usable.then_some(name)
}

fn name_in_git(folder: &Path) -> Option<String> {
    let asked = Command::new("git")
        .args(["config", "user.name"])
        .current_dir(folder)
        .output()
        .ok()?;
    let name = String::from_utf8(asked.stdout).ok()?;
    usable(&name)
}

/// The relative paths of the chat's files and links.
fn chat_files(chat: &Path) -> Result<(Vec<String>, Vec<String>)> {
    let is_left_out = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 1 && LEFT_OUT.contains(&name.as_ref())
            || name == NOTE
            || name.ends_with(".snap.new")
    };
    let (mut files, mut links) = (Vec::new(), Vec::new());
    let entries = WalkDir::new(chat)
        .follow_root_links(true)
        .sort_by_file_name();
    for entry in entries
        .into_iter()
        .filter_entry(|entry| !is_left_out(entry))
    {
        let entry = entry.context("work/chat cannot be read")?;
        let path = entry.path().strip_prefix(chat)?;
        let path = path.to_string_lossy().replace('\\', "/");
        if entry.file_type().is_file() {
            files.push(path);
        } else if entry.file_type().is_symlink() {
            links.push(path);
        }
    }
    Ok((files, links))
}

fn packed(chat: &Path, files: &[String], note: &Note, folder: &str) -> Result<Vec<u8>> {
    let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.start_file(format!("{folder}/{NOTE}"), options)?;
    archive.write_all(toml_edit::ser::to_string(note)?.as_bytes())?;
    for file in files {
        let content = fs::read(chat.join(file))
            .with_context(|| format!("work/chat/{file} cannot be read"))?;
        archive.start_file(format!("{folder}/{file}"), options)?;
        archive.write_all(&content)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn show(course: &Course, lesson: &Lesson, note: &Note, archive: &Path, replaces: bool) {
    let title = lesson.title().unwrap_or_default();
    anstream::println!("{} is ready: hand in this file.", course.shown(archive));
    if replaces {
        anstream::println!("It replaces the one that you made before.");
    }
    anstream::println!("  lesson  {:02} {title}", lesson.number);
    anstream::println!("  name    {}", note.name);
}

fn show_files(files: &[String], links: &[String], size: usize) {
    let mut folders: Vec<(&str, usize)> = Vec::new();
    for file in files {
        let part = file
            .split_once('/')
            .map_or(file.as_str(), |(folder, _)| folder);
        match folders.last_mut() {
            Some((last, count)) if *last == part => *count += 1,
            _ => folders.push((part, 1)),
        }
    }
    let parts = folders.iter().map(|(part, count)| match count {
        1 => (*part).to_owned(),
        _ => format!("{part}/ ({count})"),
    });
    let parts: Vec<String> = parts.collect();
    let kibibytes = size.div_ceil(1024);
    anstream::println!(
        "  files   {}, {kibibytes} KiB: {}",
        files.len(),
        parts.join(", ")
    );
    if !links.is_empty() {
        anstream::println!("  left out, because they are links: {}", links.join(", "));
    }
}

/// A file name that every operating system allows: `jürgen-müller`.
pub fn slug(name: &str) -> String {
    const LONGEST: usize = 40;
    let lower = name.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(LONGEST).collect();
    match slug.is_empty() {
        true => "student".to_owned(),
        false => slug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_names_that_every_system_allows() {
        assert_eq!(slug("Jürgen  Müller"), "jürgen-müller");
        assert_eq!(slug("../../=1\u{202e}"), "1");
        assert_eq!(slug("???"), "student");
        assert_eq!(slug(&"long ".repeat(100)).chars().count(), 40);
    }
}
