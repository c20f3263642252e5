//! Sets up the environment of a test program, and interprets its output.

use std::{
    collections::HashMap,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Result;
use regex::Regex;

use super::comparison::{self, Comparison};
use crate::files;

/// Sets up the environment that `cargo test` gives to a test program of the crate in
/// `folder`. Insta writes received snapshots to a separate folder, not into the crate.
pub fn surround(command: &mut Command, root: &Path, folder: &Path, pending: &Path) {
    command
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder)
        .env("INSTA_WORKSPACE_ROOT", root)
        .env("INSTA_PENDING_DIR", pending)
        .env("INSTA_UPDATE", "new")
        .env("INSTA_FORCE_PASS", "0")
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null());
}

/// Compares the snapshot of a failed test with the received text, if the test has one.
pub fn comparison(root: &Path, pending: &Path, said: &str) -> Result<Option<Comparison>> {
    let file = Regex::new(r"(?m)^Snapshot file: (.+)$")?;
    let Some(file) = file.captures(said).map(|found| root.join(&found[1])) else {
        return Ok(None);
    };
    let inside = file.strip_prefix(root).unwrap_or(&file);
    let received = pending.join(inside).with_extension("snap.new");
    if !file.is_file() || !received.is_file() {
        return Ok(None);
    }
    let (expected, received) = (files::read_text(&file)?, files::read_text(&received)?);
    Ok(Some(comparison::compare(
        files::without_front_matter(&expected),
        files::without_front_matter(&received),
    )))
}

/// The tests that a program lists with `--list --format terse`.
pub fn listed(printed: &str) -> impl Iterator<Item = &str> {
    let lines = printed.lines();
    lines.filter_map(|line| line.strip_suffix(": test"))
}

/// How a test has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ended {
    /// It passes.
    Passed,
    /// It fails.
    Failed,
    /// It did not run.
    Ignored,
}

/// How each test has ended, as libtest prints it. Text that a test has printed appears only
/// after these lines, where libtest explains the failures.
pub fn results(printed: &str) -> HashMap<&str, Ended> {
    let lines = printed.split("\nfailures:\n").next().unwrap_or_default();
    let results = lines.lines().filter_map(|line| {
        let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
        let ended = match result.split([',', ' ']).next()? {
            "ok" => Ended::Passed,
            "FAILED" => Ended::Failed,
            "ignored" => Ended::Ignored,
            _ => return None,
        };
        Some((name.trim_end_matches(" - should panic"), ended))
    });
    results.collect()
}

/// The test's own output: libtest prints it below a heading with the test's name.
pub fn section<'a>(printed: &'a str, test: &str) -> &'a str {
    let start = format!("---- {test} stdout ----\n");
    let after = printed.split_once(&start).map_or("", |(_, after)| after);
    let ends = ["\n---- ", "\nfailures:\n"].map(|end| after.find(end));
    let end = ends.into_iter().flatten().min().unwrap_or(after.len());
    after[..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "
running 4 tests
test users::a_name_is_shown ... ok
test users::nobody_joins_twice - should panic ... FAILED
test users::it_takes_long ... ignored, it takes a minute
test users::it_never_ends ... 
failures:

---- users::nobody_joins_twice stdout ----
test users::it_never_ends ... ok

failures:
    users::nobody_joins_twice
";

    #[test]
    fn only_the_harness_says_how_a_test_has_ended() {
        let results = results(PRINTED);
        assert_eq!(results.len(), 3, "{results:?}");
        assert_eq!(results["users::a_name_is_shown"], Ended::Passed);
        assert_eq!(results["users::nobody_joins_twice"], Ended::Failed);
        assert_eq!(results["users::it_takes_long"], Ended::Ignored);
        let said = section(PRINTED, "users::nobody_joins_twice");
        assert_eq!(said, "test users::it_never_ends ... ok");
    }
}
