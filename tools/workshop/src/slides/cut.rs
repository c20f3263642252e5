//! The sign below an excerpt that ends before its block does.

use std::{ops::Range, path::Path};

/// A line that marks the rest of the block below the excerpt, if there is any.
pub fn sign(path: &Path, lines: &[&str], shown: &Range<usize>) -> Option<String> {
    let language = path.extension()?.to_str()?;
    let below = lines[shown.end..].iter();
    if language == "snap" {
        // A step of a tape ends with a blank line.
        let goes_on = below.into_iter().next()?.trim() != "";
        return goes_on.then(|| "…".to_owned());
    }
    let is_blank = |line: &&&str| line.trim().is_empty();
    let below = below.into_iter().find(|line| !is_blank(line))?;
    let inside = || lines[shown.clone()].iter().filter(|line| !is_blank(line));
    let block = inside().map(|line| indentation(line)).min()?;
    let last = indentation(inside().next_back()?);
    let goes_on = match indentation(below) {
        // Top-level items follow each other; each ends for itself.
        0 => block == 0 && last > 0,
        further => further >= block,
    };
    let column = if is_closing(below) {
        last
    } else {
        indentation(below)
    };
    goes_on.then(|| format!("{}{}", " ".repeat(column), comment(language)))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_closing(line: &str) -> bool {
    line.trim_start().starts_with(['}', ')', ']']) || line.trim_start().starts_with("</")
}

fn comment(language: &str) -> &'static str {
    match language {
        "css" => "/* … */",
        "html" => "<!-- … -->",
        "rs" | "js" => "// …",
        _ => "# …",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "fn one() {
    let a = Router::new()
        .route(1)
        .route(2);
    a.run(|| {
        b();
        c();
    });
    d();
}

fn two() {}";

    fn below(first: &str, last: &str) -> Option<String> {
        let lines: Vec<&str> = CODE.lines().collect();
        let at = |words: &str| lines.iter().position(|line| line.contains(words)).unwrap();
        sign(Path::new("x.rs"), &lines, &(at(first)..at(last) + 1))
    }

    #[test]
    fn a_block_that_goes_on_is_cut() {
        assert_eq!(below("fn one", "route(2)").unwrap(), "    // …");
        assert_eq!(below("Router", "route(1)").unwrap(), "        // …");
        assert_eq!(below("a.run", "b()").unwrap(), "        // …");
        assert_eq!(below("a.run", "c()").unwrap(), "        // …");
        assert_eq!(below("Router", "});").unwrap(), "    // …");
        assert_eq!(below("fn one", "d()").unwrap(), "    // …");
    }

    #[test]
    fn what_ends_with_its_block_is_not_cut() {
        assert_eq!(below("b()", "c()"), None);
        assert_eq!(below("Router", "d()"), None);
        assert_eq!(below("two", "two"), None);
        let lines: Vec<&str> = CODE.lines().collect();
        assert_eq!(sign(Path::new("x.rs"), &lines, &(0..10)), None);
    }

    #[test]
    fn a_tape_is_cut_within_a_step() {
        let lines = ["== one", "a", "b", "", "== two"];
        let tape = |end| sign(Path::new("x.snap"), &lines, &(0..end));
        assert_eq!(tape(2).unwrap(), "…");
        assert_eq!(tape(3), None);
        assert_eq!(tape(5), None);
    }

    #[test]
    fn each_language_has_its_comment() {
        let lines = ["  a", "  b"];
        for (file, expected) in [
            ("x.css", "  /* … */"),
            ("x.html", "  <!-- … -->"),
            ("x.toml", "  # …"),
        ] {
            assert_eq!(sign(Path::new(file), &lines, &(0..1)).unwrap(), expected);
        }
    }
}
