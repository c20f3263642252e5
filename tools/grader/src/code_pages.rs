//! Pages that show a submission's code and how it differs from the finished lesson.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use askama::Template;

use super::{result::CodePages, who::Who};
use course::{
    diff::{self, FileDiff},
    files, graded,
    lessons::{Lesson, Names},
};

/// Bytes. Nobody reads a larger file, and it takes long to compare.
const LONGEST: usize = 256 * 1024;

/// The texts of files, by path in the crate.
type Files = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "grades/code.html")]
struct CodePage<'a> {
    /// The relative path from the page to the reports' folder.
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

/// The pages and the number of lines that differ.
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

/// The graded files. Names with the lesson's number are replaced with neutral ones.
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
