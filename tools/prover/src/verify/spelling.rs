//! The words on the pages and slides are in a dictionary.

use std::{
    collections::HashSet,
    env,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};
use regex::Regex;
use spellbook::Dictionary;

use super::{Report, links::checked_pages};
use crate::prose::{self, Prose};
use course::{files, lessons::Course};

/// Words of this course that no dictionary has, one a line.
const OWN_WORDS: &str = "tools/course/words.txt";
/// Set to `required` where a missing dictionary is a failure.
const SWITCH: &str = "SPELLING";
/// Where Debian's package hunspell-en-gb puts it; `DICPATH` names other folders,
/// as it does for hunspell.
const FOLDERS: [&str; 2] = ["/usr/share/hunspell", "/usr/share/myspell/dicts"];
const NAME: &str = "en_GB";

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let Some(file) = dictionary_file() else {
        let what = format!("there is no dictionary {NAME}");
        if env::var(SWITCH).is_ok_and(|value| value == "required") {
            report.problem("spelling", what, "install the package hunspell-en-gb");
        } else {
            report.note(format!(
                "skipped: {what}; the package hunspell-en-gb has one"
            ));
        }
        return Ok(());
    };
    let speller = Speller::open(course, &file)?;
    for path in checked_pages(course)? {
        let page = prose::of(&files::read(&path)?);
        for prose in page.iter().filter(|prose| !prose.is_link) {
            for word in speller.wrong_words(prose) {
                let place = course.place(&path, prose.line);
                let to_do = format!("correct it, or add it to {OWN_WORDS}");
                report.problem(place, format!("`{word}` is in no dictionary"), to_do);
            }
        }
    }
    Ok(())
}

/// The dictionary's affixes; its words lie beside them.
fn dictionary_file() -> Option<PathBuf> {
    let own = env::var_os("DICPATH").map(|folders| env::split_paths(&folders).collect());
    let folders: Vec<PathBuf> = own.unwrap_or_else(|| FOLDERS.map(PathBuf::from).to_vec());
    let files = folders
        .iter()
        .map(|folder| folder.join(format!("{NAME}.aff")));
    files.into_iter().find(|file| file.is_file())
}

/// Knows words.
struct Speller {
    dictionary: Dictionary,
    own_words: HashSet<String>,
    word: Regex,
}

impl Speller {
    fn open(course: &Course, affixes: &Path) -> Result<Speller> {
        let words = files::read(&affixes.with_extension("dic"))?;
        let dictionary = Dictionary::new(&files::read(affixes)?, &words);
        let own = files::text_or_empty(&course.root.join(OWN_WORDS))?;
        let own_words = own.lines().filter(|line| !line.starts_with('#'));
        Ok(Speller {
            dictionary: dictionary.map_err(|error| anyhow!("{}: {error}", affixes.display()))?,
            own_words: own_words.map(|word| word.trim().to_owned()).collect(),
            word: Regex::new(r"\p{L}[\p{L}\p{M}]+(?:['’]\p{L}+)*")?,
        })
    }

    fn wrong_words<'a>(&self, prose: &'a Prose) -> Vec<&'a str> {
        let words = self.word.find_iter(&prose.text).map(|word| word.as_str());
        words.filter(|word| !self.knows(word)).collect()
    }

    /// Abbreviations are in capitals, and there is no end of them.
    fn knows(&self, word: &str) -> bool {
        let plain = word.replace('’', "'");
        let plain = plain.strip_suffix("'s").unwrap_or(&plain);
        plain.chars().all(char::is_uppercase)
            || self.own_words.contains(plain)
            || self.own_words.contains(&plain.to_lowercase())
            || self.dictionary.check(plain)
    }
}
