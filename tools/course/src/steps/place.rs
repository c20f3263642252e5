//! Finding the place of a block in a file.
//!
//! Lines of the block that stand in the file hold it in its place; all others are
//! new. The pairing with the most pairs wins, and among
//! equals the one that removes least.

use super::text::{Kind, Text};

/// A line of the block and the line of the file that it stands for. They are
/// equal, or begin an item of the same name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// Counted from 0.
    pub block: usize,
    /// Counted from 0.
    pub file: usize,
}

/// The block's place: its anchors, in order.
#[derive(Debug, PartialEq)]
pub struct Place {
    /// At least one.
    pub anchors: Vec<Anchor>,
    /// How much further to the right the lines stand in the file.
    pub shift: isize,
}

/// How good a place is: the larger, the better.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    telling: usize,
    closing: usize,
    removed: std::cmp::Reverse<usize>,
}

/// Which of two equally good anchors is taken. When it makes a difference, the
/// block has several places.
#[derive(Clone, Copy, PartialEq)]
enum Lean {
    Early,
    Late,
}

/// The best places of the block: none, one, or several that are equally good.
pub fn find(block: &Text, file: &Text) -> Vec<Place> {
    let mut best = Score::default();
    let mut places = Vec::new();
    for shift in shifts(block, file) {
        let search = Search::new(block, file, shift);
        for lean in [Lean::Early, Lean::Late] {
            let Some((score, place)) = search.best(lean) else {
                continue;
            };
            if score > best {
                places.clear();
                best = score;
            }
            if score == best && !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

/// By how much the block may be moved to the right; 0 first.
fn shifts(block: &Text, file: &Text) -> Vec<isize> {
    let mut shifts = vec![0];
    for line in block.lines.iter().filter(|line| line.kind == Kind::Telling) {
        for other in file.lines.iter().filter(|other| other.text == line.text) {
            let shift = other.indent as isize - line.indent as isize;
            if !shifts.contains(&shift) {
                shifts.push(shift);
            }
        }
    }
    shifts
}

struct Search<'a> {
    block: &'a Text,
    file: &'a Text,
    shift: isize,
    /// In the order of the block, then of the file.
    pairs: Vec<Anchor>,
}

impl<'a> Search<'a> {
    fn new(block: &'a Text, file: &'a Text, shift: isize) -> Search<'a> {
        let mut search = Search {
            block,
            file,
            shift,
            pairs: Vec::new(),
        };
        search.pairs = search.allowed();
        search
    }

    fn allowed(&self) -> Vec<Anchor> {
        let blocks = 0..self.block.lines.len();
        let all = blocks.flat_map(|block| {
            let files = 0..self.file.lines.len();
            files.map(move |file| Anchor { block, file })
        });
        let is_allowed = |pair: &Anchor| self.is_same(*pair) && self.is_inside_same(*pair);
        all.filter(is_allowed).collect()
    }

    /// Equal lines, or lines that begin an item of the same name.
    fn is_same(&self, Anchor { block, file }: Anchor) -> bool {
        let (line, other) = (&self.block.lines[block], &self.file.lines[file]);
        let is_anchor = matches!(line.kind, Kind::Telling | Kind::Closer);
        let is_same_head = line.head.is_some() && line.head == other.head;
        is_anchor
            && line.indent.checked_add_signed(self.shift) == Some(other.indent)
            && (line.text == other.text || is_same_head)
    }

    /// Whether what encloses both lines is the same, or changed on both sides.
    /// Lines inside a new item are new.
    fn is_inside_same(&self, pair: Anchor) -> bool {
        let Some(block) = self.block.lines[pair.block].outer else {
            return true;
        };
        let Some(file) = self.file.lines[pair.file].outer else {
            return false;
        };
        let is_same = |block, file| self.is_same(Anchor { block, file });
        is_same(block, file)
            || self.block.lines[block].head.is_none()
                && !(0..self.file.lines.len()).any(|other| is_same(block, other))
                && !(0..self.block.lines.len()).any(|other| is_same(other, file))
    }

    /// The best chain of pairs, each below the one before.
    fn best(&self, lean: Lean) -> Option<(Score, Place)> {
        let mut chains: Vec<(Score, Option<usize>)> = Vec::new();
        for pair in &self.pairs {
            let mut best = (self.worth(*pair), None);
            for (before, chain) in chains.iter().enumerate() {
                let Some(removed) = self.removed_between(self.pairs[before], *pair) else {
                    continue;
                };
                let score = chain.0.and(self.worth(*pair), removed);
                if is_better(score, best.0, lean) {
                    best = (score, Some(before));
                }
            }
            chains.push(best);
        }
        let mut end: Option<usize> = None;
        for (index, chain) in chains.iter().enumerate() {
            if end.is_none_or(|end| is_better(chain.0, chains[end].0, lean)) {
                end = Some(index);
            }
        }
        let score = chains[end?].0;
        (score.telling > 0).then(|| (score, self.place(&chains, end)))
    }

    fn place(&self, chains: &[(Score, Option<usize>)], end: Option<usize>) -> Place {
        let before = |index: &usize| chains[*index].1;
        let indices = std::iter::successors(end, before);
        let mut anchors: Vec<Anchor> = indices.map(|index| self.pairs[index]).collect();
        anchors.reverse();
        self.add_changed(&mut anchors);
        Place {
            anchors,
            shift: self.shift,
        }
    }

    /// Where `if old {` has become `if new {` around equal lines, these two belong
    /// together as well.
    fn add_changed(&self, anchors: &mut Vec<Anchor>) {
        let mut index = 0;
        while index < anchors.len() {
            let inner = anchors[index];
            let block = self.block.lines[inner.block].outer;
            let file = self.file.lines[inner.file].outer;
            if let (Some(block), Some(file)) = (block, file)
                && anchors[..index]
                    .last()
                    .is_none_or(|last| last.block < block && last.file < file)
            {
                anchors.insert(index, Anchor { block, file });
            } else {
                index += 1;
            }
        }
    }

    fn worth(&self, pair: Anchor) -> Score {
        let is_closer = self.block.lines[pair.block].kind == Kind::Closer;
        Score {
            telling: usize::from(!is_closer),
            closing: usize::from(is_closer),
            ..Score::default()
        }
    }

    /// How many lines go when `next` follows `before`; nothing when it cannot.
    fn removed_between(&self, before: Anchor, next: Anchor) -> Option<usize> {
        if before.block >= next.block || before.file >= next.file {
            return None;
        }
        let shown = &self.block.lines[before.block..=next.block];
        let full = shown.iter().filter(|line| line.kind != Kind::Blank);
        let least = full.map(|line| line.indent).min().unwrap_or(0);
        let least = least.saturating_add_signed(self.shift);
        let between = &self.file.lines[before.file + 1..next.file];
        let mut between = between.iter().filter(|line| line.kind != Kind::Blank);
        let closed = &self.file.lines[next.file];
        // The way from line to line leaves nothing that the block does not leave,
        // and what a line closes was not closed before.
        let stays_inside = between.clone().all(|line| {
            line.indent >= least
                && (closed.kind != Kind::Closer || line.indent > closed.indent || line.closes())
        });
        if !stays_inside {
            return None;
        }
        if shown.iter().any(|line| line.kind == Kind::Ellipsis) {
            return Some(0);
        }
        let is_removed = |line: &&_| !super::text::Line::is_doc(line);
        Some(between.by_ref().filter(is_removed).count())
    }
}

impl Score {
    fn and(self, other: Score, removed: usize) -> Score {
        Score {
            telling: self.telling + other.telling,
            closing: self.closing + other.closing,
            removed: std::cmp::Reverse(self.removed.0 + removed),
        }
    }
}

fn is_better(one: Score, other: Score, lean: Lean) -> bool {
    one > other || lean == Lean::Late && one == other
}
