//! Each term of the glossary is linked where the lessons first use it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use regex::Regex;

use super::{Report, pages::with_page};
use crate::prose::{self, Prose};
use course::{lessons::Course, page::Page};

/// From `lessons/`.
const FILE: &str = "glossary.md";

/// The glossary.
#[derive(Default)]
struct Glossary {
    /// The anchor of each term and of its variants, in lower case.
    anchors: BTreeMap<String, String>,
    /// Finds any of them, the longest first.
    pattern: Option<Regex>,
}

pub fn check(course: &Course, report: &mut Report) -> Result<()> {
    let path = course.root.join("lessons").join(FILE);
    if !path.is_file() {
        return Ok(());
    }
    let glossary = Glossary::read(&Page::read(&path)?)?;
    let mut known = BTreeSet::new();
    for lesson in with_page(course) {
        let page = Page::read(&lesson.page())?;
        glossary.check_page(course, &page, &mut known, report);
    }
    let number = glossary.anchors.values().collect::<BTreeSet<_>>().len();
    let linked = known.len();
    report.note(format!("{number} terms, {linked} of them in the lessons"));
    Ok(())
}

impl Glossary {
    /// Each `### term, variant` is a term.
    fn read(page: &Page) -> Result<Glossary> {
        let mut glossary = Glossary::default();
        // A word of code is code on the pages, too: it is not looked for in their prose.
        let is_code = |term: &str| page.codes.iter().any(|code| code.text == term);
        for heading in page.headings_in(0..page.text.len(), 3) {
            for term in heading.text.split(',').map(str::trim) {
                if !is_code(term) {
                    let term = term.to_lowercase();
                    glossary.anchors.insert(term, heading.anchor.clone());
                }
            }
        }
        // Signs such as `?` cannot be told from punctuation.
        let is_word = |term: &&String| {
            let mut ends = term.chars().next().into_iter().chain(term.chars().last());
            ends.all(char::is_alphanumeric)
        };
        let mut terms: Vec<&String> = glossary.anchors.keys().filter(is_word).collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
        let terms: Vec<String> = terms.into_iter().map(|term| regex::escape(term)).collect();
        if !terms.is_empty() {
            let any = format!(r"(?i)\b({})(?:e?s)?\b", terms.join("|"));
            glossary.pattern = Some(Regex::new(&any)?);
        }
        Ok(glossary)
    }

    /// Adds to `known` what the page links.
    fn check_page(
        &self,
        course: &Course,
        page: &Page,
        known: &mut BTreeSet<String>,
        report: &mut Report,
    ) {
        let mut missed = BTreeSet::new();
        let titles = titles(page);
        for prose in prose::of(&page.text) {
            if let Some(anchor) = linked(&prose) {
                known.insert(anchor.to_owned());
                continue;
            }
            if prose.is_heading || prose.is_link || titles.contains(&prose.line) {
                continue;
            }
            for (term, anchor) in self.terms_in(&prose.text) {
                if !known.contains(anchor) && missed.insert(anchor.to_owned()) {
                    let what = format!("`{term}` is used before any page links it");
                    let to_do = format!("link it here: [{term}](../{FILE}#{anchor})");
                    report.problem(course.place(&page.path, prose.line), what, to_do);
                }
            }
        }
    }

    /// The terms in some words, each with its anchor.
    fn terms_in<'a>(&'a self, words: &'a str) -> impl Iterator<Item = (&'a str, &'a String)> {
        let pattern = self.pattern.iter();
        let found = pattern.flat_map(|pattern| pattern.captures_iter(words));
        found.filter_map(|found| {
            let term = found.get(1)?.as_str();
            Some((term, self.anchors.get(&term.to_lowercase())?))
        })
    }
}

/// The lines with titles of lessons and names of files.
fn titles(page: &Page) -> BTreeSet<usize> {
    let head = page.text.find("\n## ").unwrap_or(0);
    let outline = page.section(2, "Where you are").unwrap_or(0..0);
    let parts = [0..head, outline].into_iter();
    let lines = parts.flat_map(|part| page.lines_in(part));
    lines.map(|(line, _)| line).collect()
}

/// The term to which these words are a link.
fn linked(prose: &Prose) -> Option<&str> {
    let target = prose.link.as_deref()?;
    target
        .strip_prefix("../")?
        .strip_prefix(FILE)?
        .strip_prefix('#')
}
