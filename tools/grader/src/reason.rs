//! Explains in one sentence why a submission failed. The sentence helps people and never
//! affects points, because part of the text comes from the submission.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    events::Events,
    result::{Status, Test},
};
use course::check::{
    comparison::{Comparison, Mark},
    failure::Failure,
};

/// The line after which testkit quotes the server's output.
const SERVER_SAID: &str = "The server said:\n";

/// The line after which a test of the page lists the errors of the browser.
const PAGE_ERRORS: &str = "\nerrors in the pages:\n";

/// The address of the server in an error of the browser.
// A constant.
#[allow(clippy::expect_used)]
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"http://127\.0\.0\.1:\d+").expect("it is an expression"));

/// Patterns in a test's output, each with its meaning.
type Meanings = LazyLock<Vec<(Regex, &'static str)>>;

/// Ways in which a server ends; the most specific come first.
static ENDS: Meanings = LazyLock::new(|| {
    meanings([
        (
            r"The server printed more than (\d+ MiB)",
            "the server printed more than $1",
        ),
        (
            r"memory allocation of (\d+) bytes failed",
            "the server wanted more memory than allowed: an allocation of $1 bytes failed",
        ),
        (
            r"(?s)panicked at (?:lessons/[^/\s]+/)?(src/[^\s:]+:\d+):\d+:\n([^\n]+)",
            "the server panicked at $1: $2",
        ),
        (
            r"(?s)panicked at \S*/([a-z][\w-]*?)-\d[^/\s]*/src/[^\s:]+:\d+:\d+:\n([^\n]+)",
            "the server panicked in the library $1: $2",
        ),
        (
            r"(?s)The server ended before it printed its address.*The server ended with ([^\n]+)\.\n",
            "the server did not start: it ended with $1",
        ),
        (
            r"The server printed no address [^\n]*within (\S+ s)",
            "the server did not start: it printed no address within $1",
        ),
        (
            r"The server ended with ([^\n]+)\.\n",
            "the server ended with $1",
        ),
    ])
});

/// Acknowledgements, events and responses that never arrived.
static SILENCES: Meanings = LazyLock::new(|| {
    meanings([
        (
            r"\w+ requested (\S+:\S+) and got no ack within (\S+ s)",
            "$1 got no acknowledgement within $2",
        ),
        (
            r"\w+ waited for (\S+) and did not receive it within (\S+ s)",
            "$1 did not come within $2",
        ),
        (
            r"(?:got no answer|no answer|get rid of it) within (\S+ s)",
            "the server did not answer within $1",
        ),
    ])
});

/// Two values that should be equal. The lessons' tests put the expected value last.
static UNEQUAL: Meanings = LazyLock::new(|| {
    let found =
        r"assertion `left == right` failed(?:: ([^\n]*))?\s+left: ([^\n]*)\s+right: ([^\n]*)";
    meanings([(found, "expected $3, received $2 $1")])
});

/// A test that ran out of time; another test explains why.
static LATE: Meanings = LazyLock::new(|| meanings([(r"(it had not ended[^\n]*)", "$1")]));

// The expressions are constants, and every failure is matched against all of them.
#[allow(clippy::expect_used)]
fn meanings<const N: usize>(all: [(&str, &'static str); N]) -> Vec<(Regex, &'static str)> {
    let expressions = all.into_iter();
    expressions
        .map(|(found, meaning)| (Regex::new(found).expect("it is an expression"), meaning))
        .collect()
}

/// The cause of a failure; the most specific come first.
enum Cause {
    End(usize, String),
    OtherName(String),
    Silence(usize, String),
    Difference(String),
    Assertion(String),
    Late(usize, String),
}

impl Cause {
    fn of(failure: &Failure, events: &Events) -> Cause {
        let words = words_of(failure);
        let ends = || meant(&ENDS, &words).map(|(rank, words)| Cause::End(rank, words));
        let names = || events.under_another_name(failure).map(Cause::OtherName);
        let silences = || meant(&SILENCES, &words).map(|(rank, words)| Cause::Silence(rank, words));
        let late = || meant(&LATE, &words).map(|(rank, words)| Cause::Late(rank, words));
        let compared = || failure.comparison.as_ref().and_then(of_comparison);
        ends()
            .or_else(names)
            .or_else(silences)
            .or_else(late)
            .or_else(|| compared().map(Cause::Difference))
            .unwrap_or_else(|| Cause::Assertion(of_assertion(&failure.said)))
    }

    fn rank(&self) -> (u8, usize) {
        match self {
            Cause::End(place, _) => (0, *place),
            Cause::OtherName(_) => (1, 0),
            Cause::Silence(place, _) => (2, *place),
            Cause::Difference(_) => (3, 0),
            Cause::Assertion(_) => (4, 0),
            Cause::Late(place, _) => (5, *place),
        }
    }

    fn into_words(self) -> String {
        match self {
            Cause::End(_, words) | Cause::Silence(_, words) | Cause::Late(_, words) => words,
            Cause::OtherName(words) | Cause::Difference(words) | Cause::Assertion(words) => words,
        }
    }
}

/// The most specific cause among all failed tests of a submission.
pub fn of_tests(tests: &[Test], events: &Events) -> Option<String> {
    let failed = tests.iter().filter_map(|test| {
        let cause = Cause::of(test.failure.as_ref()?, events);
        Some((cause, test))
    });
    // On a tie, the first test is named.
    let (cause, test) = failed.min_by(|(one, _), (other, _)| one.rank().cmp(&other.rank()))?;
    Some(format!("{} ({})", cause.into_words(), test.name))
}

/// The reason why a test failed.
pub fn of_failure(failure: &Failure, events: &Events) -> String {
    Cause::of(failure, events).into_words()
}

/// The reason for the first rule of the page that fails.
pub fn of_page(rules: &[Test]) -> Option<String> {
    let first = rules.iter().find(|rule| !rule.is_passed())?;
    Some(format!("{} ({})", first.reason.as_ref()?, first.name))
}

/// The reason why a rule of the page failed: an error of the page explains more than what
/// did not appear.
pub fn of_rule(failure: &Failure) -> String {
    let said = &failure.said;
    let error = said.split_once(PAGE_ERRORS).and_then(|(_, errors)| {
        let (_window, error) = errors.lines().next()?.trim().split_once(": ")?;
        Some(format!(
            "an error on the page: {}",
            ADDRESS.replace_all(error, "")
        ))
    });
    let first = || said.lines().next().unwrap_or_default().to_owned();
    shortened(&error.unwrap_or_else(first))
}

/// The first pattern that matches the words: its position and its meaning.
fn meant(meanings: &[(Regex, &str)], words: &str) -> Option<(usize, String)> {
    let mut places = meanings.iter().enumerate();
    places.find_map(|(place, (found, meaning))| {
        let mut reason = String::new();
        found.captures(words)?.expand(meaning, &mut reason);
        Some((place, reason))
    })
}

/// The status and the reason for a submission that did not compile, from cargo's output.
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

/// The text to search: the test's output before the tape, then the server's output.
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

/// The message of an assertion, without the line that gives its location.
fn of_assertion(said: &str) -> String {
    if let Some((_, words)) = meant(&UNEQUAL, said) {
        return shortened(words.trim());
    }
    let words = said.lines().filter(|line| !line.starts_with("panicked at"));
    let words: Vec<&str> = words
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    shortened(&words.join(" "))
}

/// A reason is for reading, so there is a limit.
fn shortened(words: &str) -> String {
    const LONGEST: usize = 300;
    words.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(said: &str) -> String {
        of_failure(&Failure::of(said), &Events::none())
    }

    #[test]
    fn values_that_differ_are_told_as_expected_and_received() {
        let said = "panicked at lessons/05/tests/view.rs:9:5:\nassertion `left == right` \
                    failed: /x\n  left: 500\n right: 404";
        assert_eq!(reason(said), "expected 404, received 500 /x");
    }

    #[test]
    fn a_panic_is_told_with_the_place_in_the_chat_or_the_library() {
        let said = |place: &str| {
            format!(
                "panicked at tools/testkit/src/wire.rs:1:2:\nno ack\nThe server said:\nthread 'x' panicked at {place}:5:1:\nno more\n"
            )
        };
        assert_eq!(
            reason(&said("lessons/05-connect-disconnect/src/users.rs")),
            "the server panicked at src/users.rs:5: no more"
        );
        assert_eq!(
            reason(&said(
                "/home/x/registry/src/index-1/tokio-stream-0.1.2/src/wrap.rs"
            )),
            "the server panicked in the library tokio-stream: no more"
        );
        assert_eq!(
            reason("panicked at tools/testkit/src/wire.rs:1:2:\nno ack"),
            "no ack"
        );
    }
}
