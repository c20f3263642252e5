//! A block of code, in which the lines that its file has already are quieter.

use anyhow::Result;
use askama::Template;

use crate::highlight;

#[derive(Template)]
#[template(path = "workshop/code.html")]
struct Code<'a> {
    path: Option<&'a str>,
    parts: Vec<Part>,
}

/// Lines that follow each other and are of one kind.
struct Part {
    /// Nothing when the block does not tell them apart.
    class: Option<&'static str>,
    html: String,
}

/// The block as HTML. `new_lines` are those that the file does not have yet.
pub fn html(
    path: Option<&str>,
    language: &str,
    code: &str,
    new_lines: Option<&[usize]>,
) -> Result<String> {
    let lines: Vec<&str> = code.lines().collect();
    let parts = match new_lines.map(|new| kinds(&lines, new)) {
        Some(kinds) if kinds.contains(&false) => parts(&highlight::lines(language, &lines), &kinds),
        _ => vec![Part {
            class: None,
            html: highlight::html(language, code),
        }],
    };
    Ok(Code { path, parts }.render()?)
}

/// For each line whether it is new. A blank line goes with the line above.
fn kinds(lines: &[&str], new: &[usize]) -> Vec<bool> {
    let mut kinds: Vec<bool> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let is_new = match line.trim().is_empty() {
            true => kinds.last().copied().unwrap_or(false),
            false => new.contains(&index),
        };
        kinds.push(is_new);
    }
    kinds
}

fn parts(lines: &[String], kinds: &[bool]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (line, is_new) in lines.iter().zip(kinds) {
        let class = Some(if *is_new {
            "code__new"
        } else {
            "code__context"
        });
        match parts.last_mut() {
            Some(part) if part.class == class => part.html += &format!("{line}\n"),
            _ => parts.push(Part {
                class,
                html: format!("{line}\n"),
            }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "a\n\nb\nc\n";

    #[test]
    fn lines_that_the_file_has_are_told_apart() {
        let html = html(None, "text", CODE, Some(&[2])).unwrap();
        let expected = "<span class=\"code__context\">a\n\n</span>\
                        <span class=\"code__new\">b\n</span>\
                        <span class=\"code__context\">c\n</span>";
        assert!(html.contains(expected), "{html}");
    }

    #[test]
    fn a_block_of_new_lines_needs_no_marks() {
        for new in [None, Some([0, 2, 3].as_slice())] {
            let html = html(None, "text", CODE, new).unwrap();
            assert!(html.contains("<code>a\n\nb\nc</code>"), "{html}");
        }
    }
}
