//! Explains in one sentence why a submission failed. The sentence helps people and never
//! affects points, because part of the text comes from the submission.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    events::Events,
    expression,
    result::{Status, Test},
};
use course::check::{
    browser::PAGE,
    comparison::{Comparison, Mark},
    failure::Failure,
};

/// The line after which testkit quotes the server's output.
const SERVER_SAID: &str = "The server said:\n";

/// The line after which a test of the page lists the errors of the browser.
const PAGE_ERRORS: &str = "\nerrors in the pages:\n";
/// The line after which it lists its pictures.
const PICTURES: &str = "\npictures:\n";
/// How the reason of an error in a page begins.
const PAGE_ERROR: &str = "an error on the page: ";

/// The address of the server in an error of the browser.
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| expression::constant(r"http://127\.0\.0\.1:\d+"));

/// The compiler's words about a file that the fence keeps from it.
static KEPT_BACK: LazyLock<Regex> =
    LazyLock::new(|| expression::constant(r"^error: couldn't read `([^`]+)`: Permission denied.*"));

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

/// Words of Rust in a panic, and the words of people for them.
static PLAIN: Meanings = LazyLock::new(|| {
    meanings([
        (r#"Os \{ code: \d+, kind: \w+, message: "([^"]*)" \}"#, "$1"),
        (
            r"called `Result::unwrap\(\)` on an `Err` value: ",
            "it unwraps an error: ",
        ),
        (
            r"called `Option::unwrap\(\)` on a `None` value",
            "it unwraps an Option that is None",
        ),
    ])
});

fn meanings<const N: usize>(all: [(&str, &'static str); N]) -> Vec<(Regex, &'static str)> {
    let all = all.into_iter();
    all.map(|(found, meaning)| (expression::constant(found), meaning))
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
        let ends = || meant(&ENDS, &words).map(|(rank, words)| Cause::End(rank, plain(words)));
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

/// The reason for the first rule of the page that fails, or that fails with an error.
pub fn of_page(rules: &[Test]) -> Option<String> {
    let failed = || rules.iter().filter_map(|rule| rule.reason.clone());
    let error = failed().find(|reason| reason.starts_with(PAGE_ERROR));
    error.or_else(|| failed().next())
}

/// The reason why a rule of the page failed. An error of the page explains more than a rule
/// does; a rule explains more than the condition that its test waits for.
pub fn of_rule(name: &str, failure: &Failure) -> String {
    if let Some((_, late)) = meant(&LATE, &failure.said) {
        return late;
    }
    let error = failure.said.split_once(PAGE_ERRORS);
    let error = error.and_then(|(_, errors)| {
        let (_window, error) = errors.lines().next()?.trim().split_once(": ")?;
        Some(format!("{PAGE_ERROR}{}", ADDRESS.replace_all(error, "")))
    });
    let rule = || name.trim_start_matches(PAGE).replace('_', " ");
    shortened(&error.unwrap_or_else(|| format!("the page breaks a rule: {}", rule())))
}

/// The failure without what only the authors of the tests understand: where in their code a
/// test stopped, and where pictures of the browser were to be.
pub fn without_library(failure: Failure) -> Failure {
    let said = failure.said.split(PICTURES).next().unwrap_or_default();
    let lines: Vec<&str> = said.lines().filter(|line| !is_of_library(line)).collect();
    Failure {
        said: lines.join("\n").trim().to_owned(),
        comparison: failure.comparison,
    }
}

fn is_of_library(line: &str) -> bool {
    let is_place = line.starts_with("panicked at ") || line.starts_with("(tools/");
    let of_library = ["/insta-", "tools/testkit/", "tools/browser/"];
    is_place && of_library.iter().any(|library| line.contains(library))
        || line.starts_with("snapshot assertion for ")
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

/// The words of a panic as people would say them.
fn plain(words: String) -> String {
    let all = PLAIN.iter();
    all.fold(words, |words, (found, meaning)| {
        found.replace_all(&words, *meaning).into_owned()
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
    let first = KEPT_BACK.replace(&first, "$1");
    let words = format!("{what}: {first}{}", place.unwrap_or_default());
    (status, shortened(&words))
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
            let (expected, received) = differing(&line.text, &next.text);
            format!("expected `{expected}`, received `{received}`")
        }
        (Mark::Extra | Mark::Received, _) => format!("`{}` was not expected", line.text),
        _ => format!("`{}` is missing", line.text),
    })
}

/// Two lines that differ; if one of them is long, only the field in which they differ first.
fn differing<'a>(expected: &'a str, received: &'a str) -> (&'a str, &'a str) {
    const LONGEST: usize = 120;
    if expected.len().max(received.len()) <= LONGEST {
        return (expected, received);
    }
    let mut letters = expected.char_indices().zip(received.chars());
    let differ = letters.find(|((_, one), other)| one != other);
    let same = differ.map_or(expected.len().min(received.len()), |((at, _), _)| at);
    // Both lines have the same letters up to there.
    let start = expected[..same].rfind([',', '{']).map_or(0, |at| at + 1);
    let field = |line: &'a str| {
        let end = line[same..].find(",\"").map_or(line.len(), |at| same + at);
        &line[start..end]
    };
    (field(expected), field(received))
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
    fn of_long_lines_only_the_field_that_differs_is_told() {
        let line = |latitude: &str, url: &str| {
            let author = "Jürgen".repeat(20);
            format!(
                "Ada <- at {{\"author\":\"{author}\",\"latitude\":{latitude},\"url\":\"{url}\"}}"
            )
        };
        let (one, other) = (line("52.5", "x"), line("13.3", "y"));
        assert_eq!(
            differing(&one, &other),
            ("\"latitude\":52.5", "\"latitude\":13.3")
        );
        let other = line("52.5", "é");
        assert_eq!(
            differing(&one, &other),
            ("\"url\":\"x\"}", "\"url\":\"é\"}")
        );
        assert_eq!(differing(&one, "Ada <- ack {}").1, "Ada <- ack {}");
        assert_eq!(differing(&one, &one[..28]).1, &one[11..28]);
        assert_eq!(differing("a,b", "a,c"), ("a,b", "a,c"));
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
        let raw = "The server said:\nthread 'x' panicked at src/main.rs:7:1:\n\
                   called `Result::unwrap()` on an `Err` value: Os { code: 13, kind: \
                   PermissionDenied, message: \"Permission denied\" }\n";
        assert_eq!(
            reason(raw),
            "the server panicked at src/main.rs:7: it unwraps an error: Permission denied"
        );
        assert_eq!(
            reason("panicked at tools/testkit/src/wire.rs:1:2:\nno ack"),
            "no ack"
        );
    }

    #[test]
    fn a_rule_of_the_page_is_told_in_words() {
        let name = "page::enter_sends";
        let waited = "Ada waits for true from ((body) => {})(): it is still false\n\
                      (tools/browser/src/window.rs:173:9)\n\nwhat was done:\n  Ada opens /\n";
        let rule = "the page breaks a rule: enter sends";
        assert_eq!(of_rule(name, &Failure::of(waited)), rule);
        let error =
            "\nerrors in the pages:\n  Ada: http://127.0.0.1:43621/client/composer.js - 404\n";
        let failure = Failure::of(&format!("{waited}{error}\npictures:\n  /x.png\n"));
        let reason = "an error on the page: /client/composer.js - 404";
        assert_eq!(of_rule(name, &failure), reason);
        let said = without_library(failure).said;
        assert!(said.ends_with("composer.js - 404"), "{said}");
        assert!(!said.contains("tools/browser"), "{said}");
        let late = "it had not ended when the 9 s for all rules of the page were over";
        assert_eq!(of_rule(name, &Failure::of(late)), late);
    }

    #[test]
    fn what_is_shown_names_no_place_in_the_test_library() {
        let said = "panicked at tools/testkit/src/wire.rs:1:2:\nno ack\n\
                    panicked at /registry/insta-1.49.0/src/runtime.rs:734:13:\n\
                    snapshot assertion for 'x' failed in line 150\n\
                    panicked at lessons/05/src/users.rs:5:1:\nno more";
        let shown = "no ack\npanicked at lessons/05/src/users.rs:5:1:\nno more";
        assert_eq!(without_library(Failure::of(said)).said, shown);
    }
}
