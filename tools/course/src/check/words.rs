//! The texts of a check's report, the same in the terminal and on the page.

use super::{Report, Test, guide::CurrentStep};

const UNTESTED: &str = "not tested in a browser; cargo course check --browser does it";
const OWN: &str = "you wrote this test, and the lesson does not need it: fix the chat or the test";
const UNSEEN_TURN: &str = "no test here sees \"Your turn\": try it in a browser";

/// The texts of a report.
pub struct Words {
    /// `Lesson 03: User form`
    pub title: String,
    /// How many tests pass, or that nothing compiles.
    pub outcome: String,
    /// The names of the tests that fail.
    pub failed: Vec<List>,
    /// The names of the page's rules that pass in a browser.
    pub passed: Vec<List>,
    /// Problems that keep the lesson from being done, even if all tests pass.
    pub warnings: Vec<List>,
    /// A closing sentence, such as that the lesson is done.
    pub end: Option<String>,
    /// The next things to do, each with a label.
    pub next: Vec<(&'static str, String)>,
}

/// A list with a title.
pub struct List {
    /// The title above the items.
    pub title: &'static str,
    /// The items, one on each line.
    pub items: Vec<String>,
    /// Advice for all of the items.
    pub advice: Option<&'static str>,
}

impl Words {
    /// Creates the texts of a report.
    pub fn of(report: &Report) -> Words {
        let (number, title) = (report.lesson, &report.title);
        let first = report.failed().next();
        let (end, mut next) = match (&report.compiler, first) {
            (Some(_), _) => (None, vec![("Next", repair(report))]),
            (None, Some(test)) => (None, go_on(report, test)),
            (None, None) => when_all_pass(report),
        };
        if report.is_passed() && report.filter.is_none() && report.has_untested_page() {
            next.insert(0, ("Page", UNTESTED.to_owned()));
        }
        if report.is_student && report.is_passed() && report.is_turn_unseen {
            next.insert(0, ("Turn", UNSEEN_TURN.to_owned()));
        }
        Words {
            title: format!("Lesson {number:02}: {title}"),
            outcome: outcome(report),
            failed: failed(report),
            passed: lists([(
                "Passing on the page, in Chromium:",
                page(report, true),
                None,
            )]),
            warnings: warnings(report),
            end,
            next,
        }
    }
}

fn outcome(report: &Report) -> String {
    let (all, failed) = (report.tests.len(), report.failed().count());
    match (&report.compiler, &report.filter, all, failed) {
        (Some(_), _, _, _) if report.is_student => "Your chat does not compile yet.".into(),
        (Some(_), _, _, _) => "The lesson does not compile.".into(),
        (_, Some(filter), 0, _) => format!("No test has \"{filter}\" in its name."),
        (_, None, 0, _) => "There are no tests.".into(),
        (_, _, 1, 0) => "The test passes.".into(),
        (_, _, _, 0) => format!("All {all} tests pass."),
        (_, _, 1, _) => "The test fails.".into(),
        _ => format!("{} of {all} tests pass.", all - failed),
    }
}

fn failed(report: &Report) -> Vec<List> {
    let words = |is_wanted: fn(&Test) -> bool| {
        let tests = report.failed().filter(|test| is_wanted(test));
        tests.map(Test::words).collect()
    };
    let is_kept = |test: &Test| test.place.is_none() && !test.is_own && !test.is_of_page();
    lists([
        ("Not new in this lesson, and failing:", words(is_kept), None),
        ("Still missing:", words(|test| test.place.is_some()), None),
        (
            "Your own tests, and failing:",
            words(|test| test.is_own),
            None,
        ),
        (
            "Failing on the page, in Chromium:",
            page(report, false),
            None,
        ),
    ])
}

/// The page's rules that pass, or those that fail.
fn page(report: &Report, is_passed: bool) -> Vec<String> {
    let tests = report.tests.iter().filter(|test| test.is_of_page());
    let tests = tests.filter(|test| test.failure.is_none() == is_passed);
    tests.map(Test::words).collect()
}

fn warnings(report: &Report) -> Vec<List> {
    let how = |is_missing| if is_missing { "missing" } else { "changed" };
    let changed = report.changed.iter();
    let changed = changed.map(|file| format!("{} ({})", file.path, how(file.is_missing)));
    let unlisted = report.unlisted.iter();
    let unlisted = unlisted.map(|file| format!("tests/{file}.rs (add the line `mod {file};`)"));
    lists([
        (
            "These tests are not as the lesson has them:",
            changed.collect(),
            Some(
                "cargo course check --renew-tests puts the lesson's back, and keeps a copy of yours.",
            ),
        ),
        (
            "tests/main.rs does not name these, so they do not run:",
            unlisted.collect(),
            None,
        ),
        (
            "The grader would not take these, and your chat may not build without them:",
            report.ungraded.clone(),
            Some(
                "What is graded is in client, src and templates; all else is as the lesson has it.",
            ),
        ),
        (
            "This may be what keeps cargo from building:",
            report.obstacles.clone(),
            None,
        ),
        (
            "Your chat is not committed, because git failed:",
            report.uncommitted.iter().cloned().collect(),
            None,
        ),
    ])
}

fn repair(report: &Report) -> String {
    match report.is_student {
        true => "fix the first error, then run cargo course check".into(),
        false => "fix the first error".into(),
    }
}

fn go_on(report: &Report, test: &Test) -> Vec<(&'static str, String)> {
    let mut next = Vec::new();
    match &report.step {
        Some(step) => next.extend(next_step(report, step)),
        None if test.is_turn => next.push(("Read", format!("{}#your-turn", report.page))),
        None if test.is_own => next.push(("Own", OWN.to_owned())),
        None => next.push(("Read", report.page.clone())),
    }
    if report.is_student && report.step.is_none() && test.is_turn {
        let words = "cargo course hint (this test is \"Your turn\")";
        next.push(("Hint", words.to_owned()));
    }
    if report.is_student {
        let name = test.name.rsplit("::").next().unwrap_or_default();
        let words = match test.is_of_page() {
            true => "cargo course check --browser".to_owned(),
            false => format!("cargo course check, or cargo course check {name}"),
        };
        next.push(("Again", words));
    }
    next
}

/// For example `No test here sees steps 4 and 5`.
fn unseen(report: &Report) -> String {
    let numbers: Vec<String> = report.unseen.iter().map(u32::to_string).collect();
    match numbers.split_last() {
        Some((last, [])) => format!("No test here sees step {last}"),
        Some((last, others)) => {
            format!("No test here sees steps {} and {last}", others.join(", "))
        }
        None => String::new(),
    }
}

/// The step, where to read about it, and where to get a hint.
fn next_step(report: &Report, step: &CurrentStep) -> Vec<(&'static str, String)> {
    let number = step.number;
    let unseen = match report.unseen.contains(&number) {
        true => ", which no test sees",
        false => "",
    };
    let mut next = vec![
        ("Step", format!("{number}: {}{unseen}", step.title)),
        ("Read", step.link.clone()),
    ];
    if report.is_student {
        next.push(("Hint", format!("cargo course hint --step {number}")));
    }
    next
}

fn when_all_pass(report: &Report) -> (Option<String>, Vec<(&'static str, String)>) {
    let number = report.lesson;
    let say = |words: String| (Some(words), Vec::new());
    if let (false, Some(step)) = (report.unseen.is_empty(), &report.step) {
        let what = if report.unseen.len() == 1 {
            "it"
        } else {
            "them"
        };
        let end = format!(
            "{}: your chat has next to nothing of {what}.",
            unseen(report)
        );
        return (Some(end), next_step(report, step));
    }
    match (report.is_done, report.next) {
        (true, Some(next)) => (
            Some(format!("Lesson {number:02} is done.")),
            vec![("Next", format!("cargo course start {next}"))],
        ),
        (true, None) => say(format!(
            "Lesson {number:02} is done, and it was the last one."
        )),
        _ if report.filter.is_some() => (None, vec![("Next", "cargo course check".into())]),
        _ if report.is_student => say(format!("So lesson {number:02} does not count as done yet.")),
        _ => say("This is the lesson's own code, not yours.".into()),
    }
}

/// The lists that have items, from title, items and advice.
fn lists<const N: usize>(all: [(&'static str, Vec<String>, Option<&'static str>); N]) -> Vec<List> {
    let full = all.into_iter().filter(|(_, items, _)| !items.is_empty());
    let list = |(title, items, advice)| List {
        title,
        items,
        advice,
    };
    full.map(list).collect()
}
