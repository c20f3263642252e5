//! What was handed in, as pages: its code, and how it differs from the finished lesson.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use askama::Template;

use super::{result::CodePages, who::Who};
use crate::{
    diff::{self, FileDiff},
    files, graded,
    lessons::{Lesson, Names},
};

/// What is larger is no code that somebody reads, and takes long to compare.
const LONGEST: usize = 256 * 1024;

/// Texts by their paths in the crate.
type Files = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "grades/code.html")]
struct CodePage<'a> {
    /// The way from the page to the folder of the reports.
    root: &'static str,
    who: &'a Who,
    lesson: u32,
    files: &'a Files,
}

#[derive(Template)]
#[template(path = "grades/difference.html")]
struct DifferencePage<'a> {
    root: &'static str,
    who: &'a Who,
    lesson: u32,
    files: &'a [FileDiff],
    added: usize,
    removed: usize,
}

/// The pages, and how many lines differ.
pub fn of(who: &Who, lesson: &Lesson, chat: &Path) -> Result<(CodePages, usize)> {
    let (root, number) = ("../", lesson.number);
    let own = read(chat, &lesson.names)?;
    let files = diff::compare_states(&read(&lesson.path, &lesson.names)?, &own);
    let (added, removed) = (diff::added(&files), diff::removed(&files));
    let difference = DifferencePage {
        root,
        who,
        lesson: number,
        files: &files,
        added,
        removed,
    };
    let code = CodePage {
        root,
        who,
        lesson: number,
        files: &own,
    };
    let pages = CodePages {
        code: code.render()?,
        difference: difference.render()?,
    };
    Ok((pages, added + removed))
}

/// The files that are graded; none of them speaks of a lesson's number.
fn read(chat: &Path, names: &Names) -> Result<Files> {
    let mut texts = Files::new();
    for part in graded::FOLDERS
        .into_iter()
        .filter(|part| chat.join(part).is_dir())
    {
        for file in files::list(&chat.join(part))? {
            let text = files::read_text(&chat.join(part).join(&file))?;
            let text = match text.len() > LONGEST {
                true => format!("(too long to be shown: {} KiB)\n", text.len() / 1024),
                false => names.replaced(&text, &Names::neutral()),
            };
            texts.insert(format!("{part}/{file}"), text);
        }
    }
    Ok(texts)
}
