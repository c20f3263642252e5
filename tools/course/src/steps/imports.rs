//! Blocks that hold nothing but `use`, `import` and `mod` lines: their places are
//! clear without any context, because these lines are sorted.

use std::{cmp::Ordering, collections::BTreeSet, ops::Range};

/// A `use`, an `import` or a `mod`, over one line or several.
#[derive(Clone)]
struct Statement {
    keyword: Keyword,
    lines: Range<usize>,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Keyword {
    Use,
    Import,
    Mod,
}

/// The file after each statement of the block has replaced those that bring the
/// same names, or has gone to its place; nothing when the block holds other lines.
pub fn merge(file: &str, block: &str) -> Option<String> {
    let new = statements(block);
    let lines = block.lines().enumerate();
    let mut full = lines.filter(|(_, line)| !line.trim().is_empty());
    let is_statement = |index: usize| new.iter().any(|one| one.lines.contains(&index));
    if new.is_empty() || !full.all(|(index, _)| is_statement(index)) {
        return None;
    }
    let mut text = file.to_owned();
    for keyword in [Keyword::Use, Keyword::Import, Keyword::Mod] {
        let new: Vec<Statement> = new
            .iter()
            .filter(|one| one.keyword == keyword)
            .cloned()
            .collect();
        if !new.is_empty() {
            text = merge_kind(&text, keyword, new)?;
        }
    }
    Some(text)
}

/// Nothing when other lines stand between the file's statements.
fn merge_kind(file: &str, keyword: Keyword, new: Vec<Statement>) -> Option<String> {
    let lines: Vec<&str> = file.lines().collect();
    let mut all = statements(file);
    all.retain(|one| one.keyword == keyword && !is_conditional(&lines, one));
    let range = match (all.first(), all.last()) {
        (Some(first), Some(last)) => first.lines.start..last.lines.end,
        _ => {
            let start = start_of_new(&lines, keyword);
            start..start
        }
    };
    let between = range
        .clone()
        .filter(|index| !lines[*index].trim().is_empty());
    let is_statement = |index: usize| all.iter().any(|one| one.lines.contains(&index));
    if !between.clone().all(is_statement) {
        return None;
    }
    for one in new {
        let names = one.names();
        all.retain(|other| other.names().is_disjoint(&names));
        all.push(one);
    }
    all.sort_by(Statement::order);
    let mut page: Vec<&str> = lines[..range.start].to_vec();
    if range.is_empty() {
        page.push("");
    }
    let mut before: Option<&Statement> = None;
    for one in &all {
        if before.is_some_and(|before| before.group() != one.group()) {
            page.push("");
        }
        page.extend(one.text.lines());
        before = Some(one);
    }
    if range.is_empty() {
        page.push("");
    }
    page.extend(&lines[range.end..]);
    page.push("");
    Some(page.join("\n"))
}

/// Below the file's own documentation; modules below the imports, too.
fn start_of_new(lines: &[&str], keyword: Keyword) -> usize {
    let is_about_file = |line: &&&str| line.starts_with("//!") || line.starts_with("#![");
    let start = lines.iter().take_while(is_about_file).count();
    let text = lines.join("\n");
    let imports = statements(&text).into_iter();
    let imports = imports.filter(|one| one.keyword == Keyword::Use);
    match keyword {
        Keyword::Mod => imports.map(|one| one.lines.end).max().unwrap_or(start),
        _ => start,
    }
}

/// `mod tests;` below `#[cfg(test)]` has a place of its own.
fn is_conditional(lines: &[&str], one: &Statement) -> bool {
    let above = one.lines.start.checked_sub(1).map(|index| lines[index]);
    above.is_some_and(|line| line.starts_with("#["))
}

/// The statements that begin at the left margin.
fn statements(text: &str) -> Vec<Statement> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let Some(keyword) = Keyword::of(lines[index]) else {
            index += 1;
            continue;
        };
        let ends = |line: &&str| line.trim_end().ends_with(';');
        let length = lines[index..]
            .iter()
            .position(ends)
            .map_or(1, |end| end + 1);
        found.push(Statement {
            keyword,
            lines: index..index + length,
            text: lines[index..index + length].join("\n"),
        });
        index += length;
    }
    found
}

impl Keyword {
    fn of(line: &str) -> Option<Keyword> {
        let private = match line.strip_prefix("pub(crate) ") {
            Some(rest) => rest,
            None => line.strip_prefix("pub ").unwrap_or(line),
        };
        if private.starts_with("use ") {
            Some(Keyword::Use)
        } else if line.starts_with("import ") {
            Some(Keyword::Import)
        } else if private.starts_with("mod ") && line.trim_end().ends_with(';') {
            Some(Keyword::Mod)
        } else {
            None
        }
    }
}

impl Statement {
    /// The names that it imports, to see which statement it replaces.
    fn names(&self) -> BTreeSet<String> {
        match self.keyword {
            Keyword::Use => leaves(self.tree()),
            Keyword::Import => BTreeSet::from([self.source().to_owned()]),
            Keyword::Mod => BTreeSet::from([self.tree().to_owned()]),
        }
    }

    /// The text between the keyword and the semicolon.
    fn tree(&self) -> &str {
        let keyword = match self.keyword {
            Keyword::Use => "use ",
            Keyword::Import => "import ",
            Keyword::Mod => "mod ",
        };
        let rest = self.text.split_once(keyword);
        let rest = rest.map_or(self.text.as_str(), |(_, rest)| rest);
        rest.trim_end().trim_end_matches(';')
    }

    /// The file that JavaScript imports.
    fn source(&self) -> &str {
        let source = self.tree().rsplit("from").next().unwrap_or_default();
        source.trim()
    }

    /// Statements of a group stand together.
    fn group(&self) -> u8 {
        let first = self.tree().split("::").next().unwrap_or_default();
        match (self.keyword, first) {
            (Keyword::Use, "std" | "core" | "alloc") => 0,
            (Keyword::Use, "crate" | "super" | "self") => 2,
            (Keyword::Use, _) => 1,
            // Shared libraries come before the lesson's own modules, without a blank line.
            _ => 0,
        }
    }

    fn order(&self, other: &Statement) -> Ordering {
        let is_own = |one: &Statement| !one.source().starts_with("\"/");
        let key = |one: &Statement| match one.keyword {
            Keyword::Use => (
                one.group() > 0,
                one.text.split_whitespace().collect::<Vec<_>>().join(" "),
            ),
            Keyword::Import => (is_own(one), one.source().to_owned()),
            Keyword::Mod => (false, one.tree().to_owned()),
        };
        self.group()
            .cmp(&other.group())
            .then_with(|| key(self).cmp(&key(other)))
    }
}

/// `a::B` and `a::c::D` of `a::{B, c::D}`.
fn leaves(tree: &str) -> BTreeSet<String> {
    let Some((start, rest)) = tree.split_once('{') else {
        let leaf = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        return BTreeSet::from([leaf])
            .into_iter()
            .filter(|leaf| !leaf.is_empty())
            .collect();
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let path = start.trim();
    let full = |leaf: String| match leaf.as_str() {
        "self" => path.trim_end_matches("::").to_owned(),
        _ => format!("{path}{leaf}"),
    };
    parts(inside)
        .into_iter()
        .flat_map(leaves)
        .map(full)
        .collect()
}

/// The parts between commas, except for commas inside braces.
fn parts(list: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0);
    for (index, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}
