//! The message flow of a lesson's page, drawn as the page draws it.

use anyhow::{Context, Result, bail};
use askama::Template;

use super::{
    excerpt,
    reference::{Part, Reference},
};
use crate::sequence::Sequence;
use course::{lessons::Course, page::Page};

/// The beginning of a line that declares a participant.
const PARTICIPANT: &str = "participant ";

/// The figure of the page as HTML, or a part of it.
pub fn draw(course: &Course, reference: &Reference) -> Result<String> {
    let path = excerpt::locate(course, &reference.path)?;
    let page = Page::read(&course.root.join(path))?;
    let mut fences = page.fences.iter();
    let figure = fences.find(|fence| fence.info == "mermaid");
    let figure = figure.context("the page has no figure, a block of `mermaid`")?;
    let text = chosen(&figure.body, reference)?;
    let sequence = Sequence::read(&text);
    let sequence = sequence.context("the figure has lines that cannot be drawn")?;
    Ok(sequence.render()?)
}

/// The lines that are wanted, with those who take part in them, in their order.
fn chosen(text: &str, reference: &Reference) -> Result<String> {
    let lines: Vec<&str> = text.lines().collect();
    let (first, last) = match (&reference.item, &reference.part) {
        (None, None) => return Ok(text.to_owned()),
        (None, Some(Part::Lines(first, last))) => (first, last),
        _ => bail!("a figure is shown whole, or from … to …"),
    };
    let start = excerpt::one_line(&lines, 0..lines.len(), first)?;
    let end = excerpt::one_line(&lines, start..lines.len(), last)?;
    let shown = &lines[start..=end];
    let takes_part = |name: &&str| shown.iter().any(|line| line.contains(name));
    let names = lines
        .iter()
        .filter_map(|line| line.trim().strip_prefix(PARTICIPANT));
    let head = names
        .filter(takes_part)
        .map(|name| format!("{PARTICIPANT}{name}\n"));
    let head: String = head.collect();
    Ok(format!("sequenceDiagram\n{head}{}", shown.join("\n")))
}
