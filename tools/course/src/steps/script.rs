//! A lesson's page as a script: what is given, what each step edits, what the
//! turn's solution edits.

use std::{fmt, ops::Range};

use anyhow::Result;
use regex::Regex;

use crate::{
    lessons::Lesson,
    page::{Fence, Heading, Page},
};

/// The heading of what `start` has changed in files that are not given whole.
pub const GIVEN: &str = "Given";

/// Languages of blocks that show something, and edit nothing.
const NO_CODE: [&str; 2] = ["tape", "diff"];

/// The edits that a lesson's page asks for.
pub struct Script {
    /// The page.
    pub page: Page,
    /// Changes that `start` has made in files that are not given whole.
    pub given: Vec<Block>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The solution of "Your turn".
    pub turn: Vec<Block>,
}

/// A step of the page.
pub struct Step {
    /// As its heading says: 1 for the first.
    pub number: u32,
    /// Without the number.
    pub title: String,
    /// The fragment of a link to it, without `#`.
    pub anchor: String,
    /// The line of its heading.
    pub line: usize,
    /// Its edits.
    pub blocks: Vec<Block>,
}

/// A code block that is an edit.
pub struct Block {
    /// The file, from the lesson's folder.
    pub path: String,
    /// How the place looks afterwards.
    pub text: String,
    /// The line in which its fence begins.
    pub line: usize,
}

/// When something is there: from the start, after a step, or after the turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// After `cargo course start`.
    Start,
    /// After the step of that number.
    Step(u32),
    /// After the solution of "Your turn": the lesson is finished.
    Turn,
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Moment::Start => write!(formatter, "the start"),
            Moment::Step(number) => write!(formatter, "step {number}"),
            Moment::Turn => write!(formatter, "your turn"),
        }
    }
}

impl Script {
    /// Reads the lesson's page.
    pub fn read(lesson: &Lesson) -> Result<Script> {
        let page = Page::read(&lesson.page())?;
        let number = Regex::new(r"^Step (\d+)(?:: *(.*))?$")?;
        let mut script = Script {
            given: Vec::new(),
            steps: Vec::new(),
            turn: Vec::new(),
            page: Page::default(),
        };
        let part = page.section(2, "Steps").unwrap_or(0..0);
        for (heading, part) in page.parts(part, 3) {
            let blocks = blocks_in(&page, part);
            if let Some(found) = number.captures(&heading.text) {
                let number = found[1].parse()?;
                let title = found.get(2).map_or("", |title| title.as_str());
                script.steps.push(Step::of(heading, number, title, blocks));
            } else if heading.text == GIVEN {
                script.given.extend(blocks);
            }
        }
        script.turn = blocks_in(&page, solution(&page));
        script.page = page;
        Ok(script)
    }

    /// The step of that number.
    pub fn step(&self, number: u32) -> Option<&Step> {
        self.steps.iter().find(|step| step.number == number)
    }

    /// The line of a heading `## …`.
    pub fn line_of(&self, heading: &str) -> Option<usize> {
        let mut headings = self.page.headings_in(0..self.page.text.len(), 2);
        headings
            .find(|other| other.text == heading)
            .map(|heading| heading.line)
    }

    /// The edits of each moment, in order.
    pub fn moments(&self) -> impl Iterator<Item = (Moment, &[Block])> {
        let steps = self.steps.iter();
        let steps = steps.map(|step| (Moment::Step(step.number), step.blocks.as_slice()));
        std::iter::once((Moment::Start, self.given.as_slice()))
            .chain(steps)
            .chain([(Moment::Turn, self.turn.as_slice())])
    }
}

impl Step {
    fn of(heading: &Heading, number: u32, title: &str, blocks: Vec<Block>) -> Step {
        Step {
            number,
            title: title.to_owned(),
            anchor: heading.anchor.clone(),
            line: heading.line,
            blocks,
        }
    }
}

impl Block {
    /// The block of a fence, if that is an edit: it names a file of the lesson.
    pub fn of(fence: &Fence) -> Option<Block> {
        let mut words = fence.info.split_whitespace();
        let (language, path) = (words.next()?, words.next()?);
        let is_edit =
            !NO_CODE.contains(&language) && !path.starts_with("..") && !path.starts_with("tests/");
        is_edit.then(|| Block {
            path: path.to_owned(),
            text: fence.body.clone(),
            line: fence.line,
        })
    }
}

/// The edits in a part of a page.
pub fn blocks_in(page: &Page, part: Range<usize>) -> Vec<Block> {
    page.fences_in(part).filter_map(Block::of).collect()
}

/// Where the solution of "Your turn" is folded.
fn solution(page: &Page) -> Range<usize> {
    let turn = page.section(2, "Your turn").unwrap_or(0..0);
    let text = &page.text[turn.clone()];
    let Some(start) = text.find("<summary>Solution") else {
        return 0..0;
    };
    let length = text[start..].find("</details>");
    let length = length.unwrap_or(text.len() - start);
    turn.start + start..turn.start + start + length
}
