//! No text has a phrase that we have left behind, and no sentence begins with a riddle.
//!
//! The check searches pages, slides, templates, browser modules, and the comments and
//! messages in sources. Quoted words on pages are somebody's speech, so they are left out.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use regex::{Regex, RegexBuilder};

use super::{Report, links};
use crate::prose;
use course::{files, lessons::Course};

/// A line for each phrase: `phrase => replacement`.
const PHRASES: &str = "tools/course/phrases.txt";
/// The folders with sources, and folders in them whose files are not ours.
const FOLDERS: [&str; 4] = ["final", "lessons", "static", "tools"];
const NOT_OURS: [&str; 4] = ["snapshots", "target", "vendor", "node_modules"];
const SOURCES: [&str; 4] = ["css", "html", "js", "rs"];
const INSTEAD: &str = "begin with the person or the part that does something";

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let phrases = Phrases::read(&files::text_or_empty(&course.root.join(PHRASES))?)?;
    for page in links::checked_pages(course)? {
        let sentences = sentences_of_page(&files::read(&page)?);
        phrases.check(course, &page, &sentences, report);
    }
    for source in sources(course)? {
        let text = files::read(&source)?;
        phrases.check_lines(course, &source, &text, report);
        let sentences = sentences_of_comments(&text);
        check_openings(course, (&source, &phrases.in_comments), &sentences, report);
    }
    report.note(format!("{} phrases", phrases.old.len()));
    Ok(())
}

/// Some words with the line in which they begin.
struct Sentence {
    line: usize,
    text: String,
}

struct Phrases {
    /// Each phrase with its replacement.
    old: Vec<(Regex, String)>,
    /// A sentence in a comment that begins with a riddle.
    in_comments: Regex,
    /// The same on a page, where "What …" may begin an explanation.
    on_pages: Regex,
    quoted: Regex,
}

impl Phrases {
    fn read(list: &str) -> Result<Phrases> {
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        let old = lines.map(|line| {
            let Some((phrase, instead)) = line.split_once(" => ") else {
                bail!("{PHRASES}: `{line}` has no ` => ` before its replacement");
            };
            let phrase = RegexBuilder::new(phrase).case_insensitive(true).build();
            let phrase = phrase.with_context(|| format!("{PHRASES}: `{line}`"))?;
            Ok((phrase, instead.to_owned()))
        });
        Ok(Phrases {
            old: old.collect::<Result<_>>()?,
            in_comments: Regex::new(r"^(Wh(?:at|o(?:ever)?)|Of|So many)\s[^?]*$")?,
            on_pages: Regex::new(r"^(What (?:is|was|are|were)|Who(?:ever)?|Of|So many)\s[^?]*$")?,
            quoted: Regex::new("\"[^\"]*\"|“[^”]*”")?,
        })
    }

    fn check(&self, course: &Course, page: &Path, sentences: &[Sentence], report: &mut Report) {
        for sentence in sentences {
            let text = self.quoted.replace_all(&sentence.text, "");
            self.check_phrases(course, page, (sentence.line, &text), report);
        }
        check_openings(course, (page, &self.on_pages), sentences, report);
    }

    fn check_lines(&self, course: &Course, file: &Path, text: &str, report: &mut Report) {
        for (index, line) in text.lines().enumerate() {
            self.check_phrases(course, file, (index + 1, line), report);
        }
    }

    fn check_phrases(
        &self,
        course: &Course,
        file: &Path,
        (line, text): (usize, &str),
        report: &mut Report,
    ) {
        for (phrase, instead) in &self.old {
            if let Some(found) = phrase.find(text) {
                let what = format!("`{}` is left behind", found.as_str());
                report.problem(course.place(file, line), what, format!("write: {instead}"));
            }
        }
    }
}

fn check_openings(
    course: &Course,
    (file, opening): (&Path, &Regex),
    sentences: &[Sentence],
    report: &mut Report,
) {
    for sentence in sentences {
        if let Some(found) = opening.captures(&sentence.text) {
            let what = format!("a sentence begins with `{}`", &found[1]);
            report.problem(course.place(file, sentence.line), what, INSTEAD);
        }
    }
}

/// The files with comments and messages.
fn sources(course: &Course) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in FOLDERS.map(|folder| course.root.join(folder)) {
        if !folder.is_dir() {
            continue;
        }
        for path in files::list(&folder)? {
            let is_source = path
                .rsplit_once('.')
                .is_some_and(|(_, end)| SOURCES.contains(&end));
            let is_ours = !path.split('/').any(|part| NOT_OURS.contains(&part));
            if is_source && is_ours {
                found.push(folder.join(path));
            }
        }
    }
    Ok(found)
}

/// The sentences of a page, without headings and tables, whose cells are no sentences.
fn sentences_of_page(text: &str) -> Vec<Sentence> {
    let words = prose::of(text).into_iter();
    let words = words.filter(|words| !words.is_heading && !words.is_table);
    let lines = words.map(|words| (words.line, words.text));
    sentences(lines)
}

/// The sentences of the comments in a source.
fn sentences_of_comments(text: &str) -> Vec<Sentence> {
    let lines = text.lines().enumerate();
    let comments = lines.filter_map(|(index, line)| Some((index + 1, comment(line)?.to_owned())));
    sentences(comments)
}

/// The words of a line that is a comment.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    let starts = ["///", "//!", "//", "/**", "* "];
    let words = starts.iter().find_map(|start| line.strip_prefix(start))?;
    Some(words.trim_end_matches("*/").trim()).filter(|words| !words.is_empty())
}

/// Joins the words of neighbouring lines, and cuts them into sentences.
fn sentences(lines: impl Iterator<Item = (usize, String)>) -> Vec<Sentence> {
    let mut found: Vec<Sentence> = Vec::new();
    let mut last_line = 0;
    for (line, text) in lines {
        let is_next = line <= last_line + 1;
        last_line = line;
        for (index, part) in text.split_inclusive(['.', '!', '?', ':']).enumerate() {
            let goes_on = match found.last() {
                Some(before) if index > 0 => !part.starts_with(' ') || !is_end(&before.text),
                Some(before) => is_next && !is_end(&before.text),
                None => false,
            };
            match found.last_mut() {
                Some(before) if goes_on => before.text += &format!(" {}", part.trim()),
                _ => found.push(Sentence {
                    line,
                    text: part.trim().to_owned(),
                }),
            }
        }
    }
    found
}

fn is_end(text: &str) -> bool {
    text.ends_with(['.', '!', '?', ':'])
}
