//! Finds the code that a page quotes in its file.

use std::ops::Range;

/// Lines that stand for lines left out.
const ELLIPSES: [&str; 6] = ["// …", "/* … */", "# …", "<!-- … -->", "{# … #}", "…"];

/// The lines of `file`, counted from 0, that `block` quotes: a range for each
/// part between lines left out. If a part does not follow the parts before it, the error
/// is its first line.
pub fn find(block: &str, file: &str) -> Result<Vec<Range<usize>>, String> {
    let lines: Vec<&str> = block.lines().collect();
    let file: Vec<&str> = file.lines().collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for part in lines.split(|line| ELLIPSES.contains(&line.trim())) {
        let part = without_indentation(trimmed(part));
        let Some(first) = part.first() else { continue };
        let start = found.last().map_or(0, |before| before.end);
        match find_part(&part, &file[start..]) {
            Some(index) => found.push(start + index..start + index + part.len()),
            None => return Err(first.trim().to_owned()),
        }
    }
    Ok(found)
}

/// Where the part begins in the file's lines.
fn find_part(part: &[&str], file: &[&str]) -> Option<usize> {
    let mut windows = file.windows(part.len());
    windows.position(|window| without_indentation(window) == part)
}

/// The lines without blank ones at the beginning and the end.
fn trimmed<'a>(lines: &'a [&'a str]) -> &'a [&'a str] {
    let is_full = |line: &&str| !line.trim().is_empty();
    let start = lines.iter().position(is_full).unwrap_or(lines.len());
    let end = lines
        .iter()
        .rposition(is_full)
        .map_or(start, |last| last + 1);
    &lines[start..end]
}

/// The lines without the indentation that all of them share, and without
/// blanks at their ends.
fn without_indentation<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = full.map(|line| line.len() - line.trim_start().len()).min();
    let cut = |line: &&'a str| line.get(shared.unwrap_or(0)..).unwrap_or("").trim_end();
    lines.iter().map(cut).collect()
}
