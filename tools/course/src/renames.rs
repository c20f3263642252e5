//! Files that have another path in the later stage, and mostly the same lines.

use std::collections::BTreeMap;

use crate::{diff::Side, line_diff};

/// The path of each renamed file with the path that it had before. The most alike
/// files find each other first.
pub fn find(old: &Side, new: &Side) -> BTreeMap<String, String> {
    let mut pairs = alike_pairs(old, new);
    pairs.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
    let mut renamed = BTreeMap::new();
    for Pair { from, to, .. } in pairs {
        let is_taken = renamed.contains_key(to) || renamed.values().any(|other| other == from);
        if !is_taken {
            renamed.insert(to.clone(), from.clone());
        }
    }
    renamed
}

/// Two paths whose files are alike.
struct Pair<'a> {
    from: &'a String,
    to: &'a String,
    likeness: f32,
}

fn alike_pairs<'a>(old: &'a Side, new: &'a Side) -> Vec<Pair<'a>> {
    // Empty files have nothing in common but that.
    let removed = old
        .iter()
        .filter(|(path, lines)| !new.contains_key(*path) && !lines.is_empty());
    let all = removed.flat_map(|(from, before)| {
        let added = new.iter().filter(|(path, _)| !old.contains_key(*path));
        added.map(move |(to, after)| Pair {
            from,
            to,
            likeness: line_diff::likeness(before, after),
        })
    });
    all.filter(|pair| pair.likeness >= line_diff::ALIKE)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_diff::Lines;

    fn side(files: &[(&str, &str)]) -> Side {
        let files = files.iter();
        files
            .map(|(path, text)| ((*path).to_owned(), Lines::plain(text)))
            .collect()
    }

    fn renamed(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<(String, String)> {
        find(&side(old), &side(new)).into_iter().collect()
    }

    fn pair(to: &str, from: &str) -> (String, String) {
        (to.to_owned(), from.to_owned())
    }

    #[test]
    fn half_of_the_lines_are_enough() {
        let old = [("old.rs", "1\n2\n3\n4\n")];
        let half = [("new.rs", "1\n2\nc\nd\n")];
        assert_eq!(renamed(&old, &half), [pair("new.rs", "old.rs")]);
        let less = [("new.rs", "1\nb\nc\nd\n")];
        assert_eq!(renamed(&old, &less), []);
    }

    #[test]
    fn the_most_alike_find_each_other() {
        let old = [("a", "1\n2\n3\n"), ("b", "1\n2\n4\n")];
        let new = [("c", "1\n2\n4\n"), ("d", "1\n2\n5\n")];
        assert_eq!(renamed(&old, &new), [pair("c", "b"), pair("d", "a")]);
    }

    #[test]
    fn a_file_that_stays_is_no_older_name_of_another() {
        let old = [("a", "1\n")];
        let new = [("a", "2\n"), ("b", "1\n")];
        assert_eq!(renamed(&old, &new), []);
    }

    #[test]
    fn an_empty_file_is_not_followed() {
        assert_eq!(renamed(&[("a", "")], &[("b", "")]), []);
    }
}
