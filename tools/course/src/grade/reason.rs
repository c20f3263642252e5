//! What is wrong, in a sentence. It helps people and decides nothing: part of what
//! is read here was said by the submission.

use std::sync::LazyLock;

use regex::Regex;

use super::result::{Status, Test};
use crate::check::{
    comparison::{Comparison, Mark},
    failure::Failure,
};

/// Where testkit begins to quote the server.
const SERVER_SAID: &str = "The server said:\n";

/// What stands in a test's words, and what it means; what explains more comes first.
// The expressions are constants, and every failure reads them all.
#[allow(clippy::expect_used)]
static MEANINGS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"The server printed more than (\d+ MiB)", "the server printed more than $1"),
        (
            r"memory allocation of (\d+) bytes failed",
            "the server wanted more memory than allowed: an allocation of $1 bytes failed",
        ),
        (
            r"(?s)panicked at (?:\S*?/)?(src/[^\s:]+:\d+):\d+:\n([^\n]+)",
            "the server panicked at $1: $2",
        ),
        (
            r"(?s)The server ended before it printed its address.*The server ended with ([^\n]+)\.\n",
            "the server did not start: it ended with $1",
        ),
        (
            r"The server printed no address [^\n]*within (\S+ s)",
            "the server did not start: it printed no address within $1",
        ),
        (r"The server ended with ([^\n]+)\.\n", "the server ended with $1"),
        (
            r"\w+ asked (\S+:\S+) and got no ack within (\S+ s)",
            "$1 got no answer within $2",
        ),
        (
            r"\w+ waited for (\S+) and did not receive it within (\S+ s)",
            "$1 did not come within $2",
        ),
        (
            r"(?:got no answer|no answer|get rid of it) within (\S+ s)",
            "the server did not answer within $1",
        ),
        (r"(it had not ended[^\n]*)", "$1"),
    ]
    .into_iter()
    .map(|(found, meaning)| (Regex::new(found).expect("it is an expression"), meaning))
    .collect()
});

/// What is wrong with a submission whose tests ran: what explains most.
pub fn of_tests(tests: &[Test]) -> Option<String> {
    let failed = tests.iter().filter(|test| !test.is_passed());
    let ranked = failed.filter_map(|test| Some((rank(test.failure.as_ref()?), test)));
    let (_, test) = ranked.min_by_key(|(rank, _)| *rank)?;
    let reason = test.reason.as_deref().unwrap_or_default();
    Some(format!("{reason} ({})", test.name))
}

/// Why a test failed.
pub fn of_failure(failure: &Failure) -> String {
    let words = words_of(failure);
    let meant = MEANINGS.iter().find_map(|(found, meaning)| {
        let mut reason = String::new();
        found.captures(&words)?.expand(meaning, &mut reason);
        Some(reason)
    });
    let compared = || failure.comparison.as_ref().and_then(of_comparison);
    meant
        .or_else(compared)
        .unwrap_or_else(|| of_assertion(&failure.said))
}

/// Status and words for what cargo said when a submission did not compile.
pub fn of_compiler(said: &str) -> (Status, String) {
    let error = said.lines().position(|line| line.starts_with("error"));
    let mut lines = said.lines().skip(error.unwrap_or_default());
    let first = lines.next().unwrap_or("cargo says nothing").to_owned();
    let place = lines.find_map(|line| line.trim_start().strip_prefix("--> "));
    let place = place.map(|place| format!(" ({})", own_path(place)));
    let status = match first.contains("Permission denied") {
        true => Status::ReadsOutside,
        false => Status::NotBuilt,
    };
    let what = match status {
        Status::ReadsOutside => "it reads a file that is not its own",
        _ => "it does not compile",
    };
    (
        status,
        format!("{what}: {first}{}", place.unwrap_or_default()),
    )
}

fn own_path(path: &str) -> &str {
    path.find("/src/").map_or(path, |start| &path[start + 1..])
}

fn rank(failure: &Failure) -> usize {
    let words = words_of(failure);
    let found = MEANINGS
        .iter()
        .position(|(found, _)| found.is_match(&words));
    match (found, &failure.comparison) {
        // It was not its turn any more, so another one says why.
        (Some(last), _) if last + 1 == MEANINGS.len() => usize::MAX,
        (Some(rank), _) => rank,
        (None, Some(_)) => MEANINGS.len(),
        (None, None) => MEANINGS.len() + 1,
    }
}

/// What the server said, and of the test's own words those before the tape.
fn words_of(failure: &Failure) -> String {
    let (own, server) = failure
        .said
        .split_once(SERVER_SAID)
        .unwrap_or((&failure.said, ""));
    let (before, after) = own.split_once("The tape so far:").unwrap_or((own, ""));
    let ends = after.lines().filter(|line| line.starts_with("The server "));
    let ends: String = ends.map(|line| format!("{line}\n")).collect();
    let before = before.replace("panicked at", "failed at");
    format!("{before}\n{ends}{server}\n")
}

/// The first line that differs.
fn of_comparison(comparison: &Comparison) -> Option<String> {
    let first = comparison.first?;
    let line = comparison.lines.get(first)?;
    let next = comparison.lines.get(first + 1);
    Some(match (line.mark, next) {
        (Mark::Expected, Some(next)) => {
            format!("expected `{}`, received `{}`", line.text, next.text)
        }
        (Mark::Extra | Mark::Received, _) => format!("`{}` was not expected", line.text),
        _ => format!("`{}` is missing", line.text),
    })
}

/// The words of an assertion: behind the line that tells where it stands.
fn of_assertion(said: &str) -> String {
    let words = said.lines().filter(|line| !line.starts_with("panicked at"));
    let words: Vec<&str> = words
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    words.join(" ").chars().take(300).collect()
}
