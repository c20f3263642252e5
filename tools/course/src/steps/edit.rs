//! Writing a block into a file.

use std::fmt;

use super::{
    head::Language,
    imports,
    place::{self, Anchor, Place},
    text::{Kind, Line, Text, is_ellipsis},
};

/// A file after a block was applied.
#[derive(Debug, PartialEq)]
pub struct Edited {
    /// The file afterwards.
    pub text: String,
    /// The lines of the block that the file did not have, counted from 0.
    pub new: Vec<usize>,
    /// Where it was put, in words.
    pub place: String,
}

/// Why a block cannot be written into a file.
#[derive(Debug, PartialEq)]
pub enum Fault {
    /// A new file has nothing to leave out.
    Ellipsis,
    /// No line of the block stands in the file, and it is no whole item.
    NoPlace,
    /// The numbers of lines in the file.
    SeveralPlaces(Vec<usize>),
    /// The part that begins with this line has no line beside it that the file has.
    Loose(String),
}

impl Fault {
    /// Advice for the page's author.
    pub fn to_do(&self) -> &'static str {
        match self {
            Fault::Ellipsis => "show the whole file: it does not exist before this block",
            Fault::NoPlace => {
                "show a line or two that the file has, before or after the new ones, \
                 or a whole item (with its closing brace)"
            }
            Fault::SeveralPlaces(_) => {
                "show one more line of what stands there, or the line that begins the function"
            }
            Fault::Loose(_) => {
                "show a line beside it that the file has, or the closing brace of what it is in"
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Fault::Ellipsis => write!(formatter, "a new file leaves out lines"),
            Fault::NoPlace => write!(formatter, "the file has no line that says where this goes"),
            Fault::SeveralPlaces(lines) => {
                let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
                write!(formatter, "it could go to lines {}", lines.join(" and "))
            }
            Fault::Loose(line) => {
                write!(
                    formatter,
                    "nothing says where the part that begins with `{line}` goes"
                )
            }
        }
    }
}

/// The file of that path after the block; `text` is nothing when there is no such
/// file yet.
pub fn apply(path: &str, text: Option<&str>, block: &str) -> Result<Edited, Fault> {
    match text {
        None => create(block),
        Some(text) => change(path, text, block),
    }
}

fn create(block: &str) -> Result<Edited, Fault> {
    if block.lines().any(is_ellipsis) {
        return Err(Fault::Ellipsis);
    }
    Ok(Edited {
        text: block.to_owned(),
        new: full_lines(block).collect(),
        place: "a new file".into(),
    })
}

fn full_lines(block: &str) -> impl Iterator<Item = usize> {
    let lines = block.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, _)| number)
}

/// The lines of the block that the file does not have.
fn lines_not_in(text: &str, block: &str) -> Vec<usize> {
    let is_new = |line: &str| {
        !text
            .lines()
            .any(|other| other.trim_end() == line.trim_end())
    };
    let lines = block.lines().enumerate();
    let full = lines.filter(|(_, line)| !line.trim().is_empty());
    full.filter(|(_, line)| is_new(line))
        .map(|(index, _)| index)
        .collect()
}

/// The text without blank lines that are too many.
fn tidy(text: &str, language: Language) -> String {
    let mut page = Page::default();
    page.extend(&Text::of(text, language).lines, 0);
    page.text()
}

fn change(path: &str, text: &str, block: &str) -> Result<Edited, Fault> {
    let language = Language::of(path);
    let file = Text::of(text, language);
    if let Some(merged) = imports::merge(text, block) {
        return Ok(Edited {
            new: lines_not_in(text, block),
            text: tidy(&merged, language),
            place: "among the imports".into(),
        });
    }
    let shown = Text::of(block.trim_matches('\n'), language);
    let places = place::find(&shown, &file);
    let Some(first) = places.first() else {
        return append(&file, &shown);
    };
    let edited = write_at(&file, &shown, first)?;
    for other in &places[1..] {
        // Where it makes no difference, the place is clear.
        if write_at(&file, &shown, other)?.text != edited.text {
            return Err(Fault::SeveralPlaces(different_lines(&places)));
        }
    }
    Ok(edited)
}

/// The first lines in the file in which places differ, counted from 1.
fn different_lines(places: &[Place]) -> Vec<usize> {
    let anchors = |index: usize| places.iter().map(move |place| place.anchors.get(index));
    let differ =
        |index: &usize| anchors(*index).any(|anchor| anchor != anchors(*index).next().flatten());
    let index = (0..places[0].anchors.len()).find(differ).unwrap_or(0);
    let mut lines: Vec<usize> = anchors(index)
        .flatten()
        .map(|anchor| anchor.file + 1)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// New items go to the end of the file, but before its unit tests.
fn append(file: &Text, shown: &Text) -> Result<Edited, Fault> {
    let mut lines = shown.lines.iter();
    let first = lines.find(|line| !line.is_doc() && line.kind != Kind::Blank);
    if first.is_none_or(|line| line.head.is_none()) {
        return Err(Fault::NoPlace);
    }
    if let Some(index) = shown
        .lines
        .iter()
        .position(|line| line.kind == Kind::Ellipsis)
    {
        let mut after = shown.lines[index + 1..].iter();
        let next = after.find(|line| line.kind == Kind::Telling);
        return Err(Fault::Loose(
            next.map_or("…".into(), |line| line.text.clone()),
        ));
    }
    let is_tests = |line: &Line| line.text == "#[cfg(test)]" && line.indent == 0;
    let end = file.lines.iter().rposition(is_tests);
    let (before, after) = file.lines.split_at(end.unwrap_or(file.lines.len()));
    let least = shown.lines.iter().filter(|line| line.kind != Kind::Blank);
    let least = least.map(|line| line.indent).min().unwrap_or(0);
    let mut page = Page::default();
    page.extend(before, 0);
    page.blank();
    page.extend(&shown.lines, -(least as isize));
    page.blank();
    page.extend(after, 0);
    let full = shown.lines.iter().enumerate();
    let full = full.filter(|(_, line)| line.kind != Kind::Blank);
    Ok(Edited {
        text: page.text(),
        new: full.map(|(number, _)| number).collect(),
        place: "at the end".into(),
    })
}

/// Writes the block around its anchors.
fn write_at(file: &Text, shown: &Text, place: &Place) -> Result<Edited, Fault> {
    let Place { anchors, shift } = place;
    let mut page = Page::default();
    let mut done: Option<Anchor> = None;
    for (index, anchor) in anchors.iter().enumerate() {
        let docs = Docs::of(file, shown, *anchor);
        let from = done.map_or(0, |before| before.file + 1);
        // An item that is replaced whole has left no line inside it for the block to continue with.
        let kept = file.lines.get(from..docs.in_file);
        let kept = kept.ok_or_else(|| Fault::Loose(shown.lines[anchor.block].text.clone()))?;
        let start = done.map_or(0, |before| before.block + 1);
        let new = &shown.lines[start..docs.in_block];
        let gap = Gap::of(new, done.is_some())?;
        match (done, gap.is_open) {
            (None, _) => page.extend(kept, 0),
            (Some(_), true) => {
                page.insert(gap.before, *shift);
                page.extend(kept, 0);
            }
            (Some(_), false) => {}
        }
        page.insert(gap.after, *shift);
        page.extend(docs.kept, 0);
        page.extend(&shown.lines[docs.in_block..=anchor.block], *shift);
        done = Some(last_replaced(file, shown, *anchor, anchors.get(index + 1)));
    }
    let end = done.map_or((0, 0), |last| (last.block + 1, last.file + 1));
    let rest = &shown.lines[end.0..];
    let cut = rest.iter().position(|line| line.kind == Kind::Ellipsis);
    let (next, loose) = rest.split_at(cut.unwrap_or(rest.len()));
    page.insert(next, *shift);
    page.extend(&file.lines[end.1..], 0);
    append_rest(&mut page, loose, *shift)?;
    let first = anchors.first().map_or(0, |anchor| anchor.file + 1);
    Ok(Edited {
        text: page.text(),
        new: new_lines(file, shown, place),
        place: format!("at line {first}"),
    })
}

/// An item that is shown whole replaces the whole item, also when nothing but its
/// first line is the same.
fn last_replaced(file: &Text, shown: &Text, anchor: Anchor, next: Option<&Anchor>) -> Anchor {
    let is_item = shown.lines[anchor.block].head.is_some();
    let end = shown.item_end(anchor.block);
    let is_alone = next.is_none_or(|next| next.block > end);
    match is_item && is_alone && shown.is_whole(anchor.block, end) {
        true => Anchor {
            file: file.item_end(anchor.file),
            ..anchor
        },
        false => anchor,
    }
}

/// Appends the lines below an ellipsis at the block's end, which can only be new items.
fn append_rest(page: &mut Page, rest: &[Line], shift: isize) -> Result<(), Fault> {
    let mut full = rest.iter().filter(|line| is_full(line) && !line.is_doc());
    let Some(first) = full.next() else {
        return Ok(());
    };
    let is_item = first.head.is_some() && first.indent.saturating_add_signed(shift) == 0;
    let has_more = rest[1..].iter().any(|line| line.kind == Kind::Ellipsis);
    if !is_item || has_more {
        return Err(Fault::Loose(first.text.clone()));
    }
    page.blank();
    page.extend(&rest[1..], shift);
    Ok(())
}

fn is_full(line: &&Line) -> bool {
    !matches!(line.kind, Kind::Blank | Kind::Ellipsis)
}

fn new_lines(file: &Text, shown: &Text, place: &Place) -> Vec<usize> {
    let is_old = |index: usize, line: &Line| {
        let mut anchors = place.anchors.iter();
        let is_anchored = anchors.any(|anchor| {
            let docs = Docs::of(file, shown, *anchor);
            let old = &file.lines[docs.in_file..=anchor.file];
            (docs.in_block..=anchor.block).contains(&index)
                && old.iter().any(|old| old.text == line.text)
        });
        !is_full(&line) || is_anchored
    };
    let lines = shown.lines.iter().enumerate();
    lines
        .filter(|(index, line)| !is_old(*index, line))
        .map(|(index, _)| index)
        .collect()
}

/// The documentation and attributes above an anchor.
struct Docs<'a> {
    /// Where they begin in the block.
    in_block: usize,
    /// Where they begin in the file.
    in_file: usize,
    /// Those of the file that the block does not show anew.
    kept: &'a [Line],
}

impl Docs<'_> {
    fn of<'a>(file: &'a Text, shown: &Text, anchor: Anchor) -> Docs<'a> {
        let in_block = shown.docs_above(anchor.block);
        let in_file = file.docs_above(anchor.file);
        let above = &file.lines[in_file..anchor.file];
        let shows = |kind| {
            let mut shown = shown.lines[in_block..anchor.block].iter();
            shown.any(|line| line.kind == kind)
        };
        let attributes = above.iter().position(|line| line.kind == Kind::Attribute);
        let attributes = attributes.unwrap_or(above.len());
        let kept = match (shows(Kind::Doc), shows(Kind::Attribute)) {
            (true, true) => &above[..0],
            (true, false) => &above[attributes..],
            (false, true) => &above[..attributes],
            (false, false) => above,
        };
        Docs {
            in_block,
            in_file,
            kept,
        }
    }
}

/// The lines of a block between two anchors.
struct Gap<'a> {
    /// Those above the lines left out.
    before: &'a [Line],
    /// Those below them.
    after: &'a [Line],
    /// Whether lines are left out.
    is_open: bool,
}

impl Gap<'_> {
    fn of(lines: &[Line], has_anchor_above: bool) -> Result<Gap<'_>, Fault> {
        let is_ellipsis = |line: &Line| line.kind == Kind::Ellipsis;
        let (Some(first), Some(last)) = (
            lines.iter().position(is_ellipsis),
            lines.iter().rposition(is_ellipsis),
        ) else {
            return Ok(Gap {
                before: &[],
                after: lines,
                is_open: false,
            });
        };
        let start = if has_anchor_above { first } else { 0 };
        if let Some(loose) = lines[start..last].iter().find(is_full) {
            return Err(Fault::Loose(loose.text.clone()));
        }
        Ok(Gap {
            before: &lines[..start],
            after: &lines[last + 1..],
            is_open: true,
        })
    }
}

/// A file that is being written: never two blank lines, none at its ends.
#[derive(Default)]
struct Page {
    lines: Vec<String>,
}

impl Page {
    fn extend(&mut self, lines: &[Line], shift: isize) {
        for line in lines {
            match line.kind {
                Kind::Blank => self.blank(),
                _ => self.lines.push(line.moved(shift)),
            }
        }
    }

    /// New lines: items keep a blank line above them.
    fn insert(&mut self, lines: &[Line], shift: isize) {
        let mut code = lines.iter().filter(|line| !line.is_doc());
        let is_item = code
            .find(|line| line.kind != Kind::Blank)
            .and_then(|line| line.head.as_deref())
            .is_some_and(|head| !["const", "static", "type", "let"].contains(&keyword(head)));
        let opens = |line: &String| line.ends_with(['{', '(', '[']);
        if is_item && !self.lines.last().is_some_and(opens) {
            self.blank();
        }
        self.extend(lines, shift);
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn text(mut self) -> String {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.push(String::new());
        self.lines.join("\n")
    }
}

fn keyword(head: &str) -> &str {
    head.split(' ').next().unwrap_or(head)
}
