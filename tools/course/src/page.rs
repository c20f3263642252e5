//! A Markdown page: its headings, code blocks, links and names in backticks.

use std::{
    collections::HashMap,
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Result;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use crate::files;

/// A lesson's page, as far as the checks need it.
#[derive(Default)]
pub struct Page {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The headings in order.
    pub headings: Vec<Heading>,
    /// The code blocks in order.
    pub fences: Vec<Fence>,
    /// The lines of fences inside HTML, which are not shown as code.
    pub lost_fences: Vec<usize>,
    /// Where links and images point to.
    pub links: Vec<Link>,
    /// The words in backticks.
    pub codes: Vec<Code>,
}

/// A heading.
pub struct Heading {
    /// 2 for `##`.
    pub level: usize,
    /// Without marks.
    pub text: String,
    /// The fragment of a link to it, without `#`.
    pub anchor: String,
    /// Its line.
    pub line: usize,
    /// Its position in the text.
    start: usize,
}

/// A code block.
pub struct Fence {
    /// The words after the opening fence; none when it is indented only.
    pub info: String,
    /// Its lines.
    pub body: String,
    /// The line it begins in.
    pub line: usize,
    range: Range<usize>,
}

/// A link or an image.
pub struct Link {
    /// As written.
    pub target: String,
    /// Its line.
    pub line: usize,
}

/// Words in backticks.
pub struct Code {
    /// The words.
    pub text: String,
    /// Their line.
    pub line: usize,
    start: usize,
}

impl Page {
    /// Reads and parses the file.
    pub fn read(path: &Path) -> Result<Page> {
        let text = files::read(path)?;
        let mut page = Page {
            path: path.to_owned(),
            ..Page::default()
        };
        page.collect(&text)?;
        page.text = text;
        page.name_anchors();
        Ok(page)
    }

    fn collect(&mut self, text: &str) -> Result<()> {
        let attribute = Regex::new(r#"\b(?:href|src|srcset)\s*=\s*"([^"]*)""#)?;
        let mut heading: Option<Heading> = None;
        for (event, range) in parser(text).into_offset_iter() {
            let line = line_of(text, range.start);
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    heading = Some(Heading::begin(level as usize, line, range.start));
                }
                Event::End(TagEnd::Heading(_)) => self.headings.extend(heading.take()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.add_link(&dest_url, line);
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    self.fences.push(Fence::begin(&kind, line, range));
                }
                Event::Text(words) => self.add_text(&words, &range, heading.as_mut()),
                Event::Code(words) => self.add_code(&words, (line, range), heading.as_mut()),
                Event::Html(html) | Event::InlineHtml(html) => {
                    if html.trim_start().starts_with("```") {
                        self.lost_fences.push(line);
                    }
                    for found in attribute.captures_iter(&html) {
                        self.add_link(&found[1], line);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add_link(&mut self, target: &str, line: usize) {
        let target = target.to_owned();
        self.links.push(Link { target, line });
    }

    fn add_text(&mut self, words: &str, range: &Range<usize>, heading: Option<&mut Heading>) {
        if let Some(heading) = heading {
            heading.text.push_str(words);
        } else if let Some(fence) = self.fences.last_mut()
            && fence.range.contains(&range.start)
        {
            fence.body.push_str(words);
        }
    }

    fn add_code(
        &mut self,
        words: &str,
        (line, range): (usize, Range<usize>),
        heading: Option<&mut Heading>,
    ) {
        if let Some(heading) = heading {
            heading.text.push_str(words);
        }
        self.codes.push(Code {
            text: words.to_owned(),
            line,
            start: range.start,
        });
    }

    /// GitHub numbers headings that read the same: `steps`, `steps-1`.
    fn name_anchors(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for heading in &mut self.headings {
            let anchor = anchor_of(&heading.text);
            let count = seen.entry(anchor.clone()).or_insert(0);
            heading.anchor = match *count {
                0 => anchor,
                number => format!("{anchor}-{number}"),
            };
            *count += 1;
        }
    }

    /// The part of the text below the heading, up to the next one that is as
    /// high or higher.
    pub fn section(&self, level: usize, text: &str) -> Option<Range<usize>> {
        let found = |heading: &Heading| heading.level == level && heading.text == text;
        let index = self.headings.iter().position(found)?;
        let after = &self.headings[index + 1..];
        let next = after.iter().find(|heading| heading.level <= level);
        let end = next.map_or(self.text.len(), |heading| heading.start);
        Some(self.headings[index].start..end)
    }

    /// The headings of that level in a part of the text.
    pub fn headings_in(&self, part: Range<usize>, level: usize) -> impl Iterator<Item = &Heading> {
        let all = self.headings.iter();
        all.filter(move |heading| heading.level == level && part.contains(&heading.start))
    }

    /// The headings of that level in a part of the text, each with the range of its
    /// section.
    pub fn parts(&self, part: Range<usize>, level: usize) -> Vec<(&Heading, Range<usize>)> {
        let all = self.headings.iter();
        let inside = all.filter(|heading| part.contains(&heading.start));
        let headings: Vec<&Heading> = inside.filter(|heading| heading.level <= level).collect();
        let end = |index: usize| headings.get(index + 1).map_or(part.end, |next| next.start);
        let parts = headings.iter().enumerate();
        parts
            .filter(|(_, heading)| heading.level == level)
            .map(|(index, heading)| (*heading, heading.start..end(index)))
            .collect()
    }

    /// The code blocks in a part of the text.
    pub fn fences_in(&self, part: Range<usize>) -> impl Iterator<Item = &Fence> {
        let all = self.fences.iter();
        all.filter(move |fence| part.contains(&fence.range.start))
    }

    /// The words in backticks in a part of the text.
    pub fn codes_in(&self, part: Range<usize>) -> impl Iterator<Item = &Code> {
        let all = self.codes.iter();
        all.filter(move |code| part.contains(&code.start))
    }

    /// The heading above a code block.
    pub fn heading_of(&self, fence: &Fence) -> Option<&Heading> {
        let mut before = self.headings.iter().rev();
        before.find(|heading| heading.start < fence.range.start)
    }

    /// Whether there is no heading between two code blocks.
    pub fn is_below_same_heading(&self, one: &Fence, other: &Fence) -> bool {
        let [one, other] = [one, other].map(|fence| self.heading_of(fence));
        one.map(|heading| heading.start) == other.map(|heading| heading.start)
    }

    /// The words between this block and the block, or heading, before it.
    pub fn words_before(&self, fence: &Fence) -> &str {
        let blocks = self.fences.iter().map(|other| other.range.end);
        let headings = self.headings.iter().map(|heading| {
            let line = self.text[heading.start..].find('\n');
            heading.start + line.unwrap_or(0)
        });
        let ends = blocks.chain(headings);
        let start = ends.filter(|end| *end <= fence.range.start).max();
        self.text[start.unwrap_or(0)..fence.range.start].trim()
    }

    /// The lines of a part of the text that are not inside a code block, each
    /// with its number.
    pub fn lines_in(&self, part: Range<usize>) -> Vec<(usize, &str)> {
        let mut start = part.start;
        let mut lines = Vec::new();
        for line in self.text[part].split_inclusive('\n') {
            if !self.fences.iter().any(|fence| fence.range.contains(&start)) {
                lines.push((line_of(&self.text, start), line.trim_end()));
            }
            start += line.len();
        }
        lines
    }
}

impl Heading {
    fn begin(level: usize, line: usize, start: usize) -> Heading {
        Heading {
            level,
            text: String::new(),
            anchor: String::new(),
            line,
            start,
        }
    }
}

impl Fence {
    fn begin(kind: &CodeBlockKind, line: usize, range: Range<usize>) -> Fence {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.trim(),
            CodeBlockKind::Indented => "",
        };
        Fence {
            info: info.to_owned(),
            body: String::new(),
            line,
            range,
        }
    }
}

/// Reads Markdown as all pages, decks and handouts are written: as on GitHub.
pub fn parser(text: &str) -> Parser<'_> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    Parser::new_ext(text, options)
}

/// GitHub's rule: lower case, hyphens for spaces, no punctuation.
fn anchor_of(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
    let lower = heading.to_lowercase();
    lower
        .trim()
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}
