//! The message flow of a lesson: a Mermaid sequence diagram as a picture, with
//! the same in words for people who cannot see it.

use std::{borrow::Cow, sync::LazyLock};

use askama::Template;
use regex::Regex;

/// Units of the picture; a letter is about seven wide.
const LETTER: usize = 7;
const MARGIN: usize = 16;
const TOP: usize = 44;
const ROW: usize = 34;
const NARROWEST: usize = 110;

/// Mermaid breaks lines with a tag; here, every line of words has the room that it needs.
static BREAK: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pattern is fixed and a test uses it"
    )]
    Regex::new(r"\s*<br\s*/?>\s*").expect("the pattern is valid")
});

/// A diagram, laid out.
#[derive(Template)]
#[template(path = "sequence.html")]
pub struct Sequence<'a> {
    lanes: Vec<Lane<'a>>,
    steps: Vec<Step<'a>>,
    width: usize,
    height: usize,
}

/// A participant.
struct Lane<'a> {
    name: &'a str,
    x: usize,
}

/// Something that happens.
struct Step<'a> {
    from: usize,
    to: usize,
    kind: Kind,
    words: Cow<'a, str>,
    y: usize,
}

/// The kind of an element in the diagram.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Message,
    /// Drawn as a broken line.
    Answer,
    /// A message that never arrives.
    Lost,
    Note,
}

/// In the order in which they are looked for: some begin like others.
const ARROWS: [(&str, Kind); 4] = [
    ("-->>", Kind::Answer),
    ("->>", Kind::Message),
    ("--x", Kind::Lost),
    ("-x", Kind::Lost),
];

impl<'a> Sequence<'a> {
    /// Reads a diagram; nothing when it has lines that are not known here.
    pub fn read(text: &'a str) -> Option<Sequence<'a>> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.next() != Some("sequenceDiagram") {
            return None;
        }
        let mut sequence = Sequence {
            lanes: Vec::new(),
            steps: Vec::new(),
            width: 0,
            height: 0,
        };
        for line in lines {
            sequence.add(line)?;
        }
        sequence.lay_out();
        Some(sequence)
    }

    fn add(&mut self, line: &'a str) -> Option<()> {
        if let Some(name) = line.strip_prefix("participant ") {
            self.lane(name);
            return Some(());
        }
        let (head, words) = line.split_once(':')?;
        let (from, to, kind) = match head.strip_prefix("Note over ") {
            Some(names) => {
                let (first, last) = names.split_once(',').unwrap_or((names, names));
                (first, last, Kind::Note)
            }
            None => ARROWS.iter().find_map(|(arrow, kind)| {
                let (from, to) = head.split_once(arrow)?;
                Some((from, to, *kind))
            })?,
        };
        let step = Step {
            from: self.lane(from),
            to: self.lane(to),
            kind,
            words: BREAK.replace_all(words.trim(), " "),
            y: TOP + ROW * (self.steps.len() + 1),
        };
        self.steps.push(step);
        Some(())
    }

    fn lane(&mut self, name: &'a str) -> usize {
        let name = name.trim();
        let known = self.lanes.iter().position(|lane| lane.name == name);
        known.unwrap_or_else(|| {
            self.lanes.push(Lane { name, x: 0 });
            self.lanes.len() - 1
        })
    }

    /// Places lanes as far apart as the words between them need.
    fn lay_out(&mut self) {
        let mut x = MARGIN + NARROWEST / 2;
        for index in 0..self.lanes.len() {
            x = self.steps.iter().fold(x, |x, step| {
                let (left, right) = (step.from.min(step.to), step.from.max(step.to));
                match right == index && left < right {
                    true => x.max(self.lanes[left].x + step.needs()),
                    false => x,
                }
            });
            self.lanes[index].x = x;
            x += NARROWEST;
        }
        self.shift();
        let right = |step: &Step| self.middle(step) + step.needs() / 2;
        let steps = self.steps.iter().map(right).max().unwrap_or(0);
        let lanes = self.lanes.last().map_or(0, |lane| lane.x + NARROWEST / 2);
        self.width = steps.max(lanes) + MARGIN;
        self.height = TOP + ROW * self.steps.len() + MARGIN;
    }

    /// Moves all lanes so far that no words begin left of the picture.
    fn shift(&mut self) {
        let lacks = |step: &Step| (MARGIN + step.needs() / 2).saturating_sub(self.middle(step));
        let most = self.steps.iter().map(lacks).max().unwrap_or(0);
        for lane in &mut self.lanes {
            lane.x += most;
        }
    }

    /// Where the line of a message begins and ends, its head left free.
    fn line(&self, step: &Step) -> (usize, usize) {
        let (from, to) = (self.lanes[step.from].x, self.lanes[step.to].x);
        let is_lost = step.kind == Kind::Lost;
        let short = if is_lost { from.abs_diff(to) / 3 } else { 1 };
        match from < to {
            true => (from, to - short),
            false => (from, to + short),
        }
    }

    /// The head of an arrow, or the cross where a message is lost.
    fn head(&self, step: &Step) -> String {
        let (from, to) = self.line(step);
        let y = step.y;
        if step.kind == Kind::Lost {
            return format!("M{} {}l10 10m0 -10l-10 10", to - 5, y - 5);
        }
        let back = if from < to { to - 8 } else { to + 8 };
        format!("M{back} {}L{to} {y}L{back} {}", y - 5, y + 5)
    }

    fn middle(&self, step: &Step) -> usize {
        (self.lanes[step.from].x + self.lanes[step.to].x) / 2
    }
}

impl Step<'_> {
    fn needs(&self) -> usize {
        self.words.chars().count() * LETTER + MARGIN
    }

    fn is_note(&self) -> bool {
        self.kind == Kind::Note
    }

    fn class(&self) -> &'static str {
        match self.kind {
            Kind::Message | Kind::Note => "sequence__message",
            Kind::Answer => "sequence__message sequence__message--answer",
            Kind::Lost => "sequence__message sequence__message--lost",
        }
    }
}

impl Kind {
    /// The words for screen readers.
    fn word(self) -> &'static str {
        if self == Kind::Lost {
            ", which is lost"
        } else {
            ""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words for people who cannot see the picture.
    fn words(text: &str) -> Vec<String> {
        let picture = Sequence::read(text).unwrap().render().unwrap();
        let items = picture.lines().filter_map(|line| line.strip_prefix("<li>"));
        items
            .map(|item| item.split("</li>").next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_kind_of_line_is_told() {
        let text = "sequenceDiagram\n    participant Bob\n    Ada->>Server: a: <b>\n    \
                    Server-->>Bob: c\n    Note over Ada,Bob: a long note that begins left of all\n    \
                    Server--xAda: ping";
        let expected = [
            "Ada to Server: a: &#60;b&#62;",
            "Server to Bob: c",
            "Ada: a long note that begins left of all",
            "Server to Ada: ping, which is lost",
        ];
        assert_eq!(words(text), expected);
    }

    #[test]
    fn a_broken_line_is_one_line_without_a_tag() {
        let text = "sequenceDiagram\nNote over A: leave room #General,<br/>enter room #Recipes";
        assert_eq!(words(text), ["A: leave room #General, enter room #Recipes"]);
    }

    #[test]
    fn lanes_stand_in_the_order_in_which_they_are_named() {
        let sequence = Sequence::read("sequenceDiagram\nparticipant B\nA->>B: x").unwrap();
        let names: Vec<&str> = sequence.lanes.iter().map(|lane| lane.name).collect();
        assert_eq!(names, ["B", "A"]);
        assert!(sequence.lanes[0].x < sequence.lanes[1].x);
    }

    #[test]
    fn words_have_the_room_that_they_need() {
        let long = "x".repeat(100);
        let text = format!("sequenceDiagram\nA->>B: {long}\nNote over A: {long}");
        let sequence = Sequence::read(&text).unwrap();
        let needs = sequence.steps[0].needs();
        assert!(sequence.lanes[1].x - sequence.lanes[0].x >= needs);
        assert!(sequence.lanes[0].x >= needs / 2);
        assert!(sequence.width >= sequence.lanes[0].x + needs / 2);
    }

    #[test]
    fn what_is_not_known_is_not_drawn() {
        for text in [
            "flowchart TD\nA-->B",
            "sequenceDiagram\nloop",
            "sequenceDiagram\nA>B: x",
        ] {
            assert!(Sequence::read(text).is_none(), "{text}");
        }
    }
}
