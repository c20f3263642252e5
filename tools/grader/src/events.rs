//! Recognizes events that a server emits under a wrong name.

use std::{collections::HashSet, sync::LazyLock};

use anyhow::Result;
use regex::Regex;

use super::expression;
use course::{
    check::{comparison::Mark, failure::Failure},
    files,
    lessons::Lesson,
};

/// `user:joined`
static NAME: LazyLock<Regex> =
    LazyLock::new(|| expression::constant(r"\b[a-z][a-z-]*:[a-z][a-z-]*\b"));

/// A word that may be meant as the name of an event: also `user-joined`, `user_joined` and
/// `userJoined`.
static MEANT: LazyLock<Regex> =
    LazyLock::new(|| expression::constant(r"^[A-Za-z]+(?:[:._-][A-Za-z]+|[A-Z][a-z]+)+$"));

/// `Bob waited for user:left and did not receive it`
static WAITED: LazyLock<Regex> =
    LazyLock::new(|| expression::constant(r"(\w+) waited for (\S+) and did not receive it"));

/// Every event name in the lesson's tests and tapes.
pub struct Events(HashSet<String>);

impl Events {
    /// The names in a lesson's tests.
    pub fn of(lesson: &Lesson) -> Result<Events> {
        let tests = lesson.path.join("tests");
        let mut paths = files::in_folder(&tests, ".rs")?;
        paths.extend(files::in_folder(&tests.join("snapshots"), ".snap")?);
        let mut names = HashSet::new();
        for path in paths {
            let text = files::read_text(&path)?;
            names.extend(NAME.find_iter(&text).map(|name| name.as_str().to_owned()));
        }
        Ok(Events(names))
    }

    /// No names, as in a lesson without events.
    #[cfg(test)]
    pub fn none() -> Events {
        Events(HashSet::new())
    }

    /// The reason, if an expected event was received under a name that the lesson does
    /// not use.
    pub fn under_another_name(&self, failure: &Failure) -> Option<String> {
        let (wanted, name) = self.waited(failure).or_else(|| self.compared(failure))?;
        Some(format!(
            "the server emits {name}, and the lesson wants {wanted}"
        ))
    }

    fn waited(&self, failure: &Failure) -> Option<(String, String)> {
        let waited = WAITED.captures(&failure.said)?;
        let (_, tape) = failure.said.split_once("The tape so far:")?;
        let step = tape.rsplit("\n== ").next()?;
        let own = format!("{} <- ", &waited[1]);
        let mut received = step.lines().filter_map(|line| line.strip_prefix(&own));
        let name = received.find_map(|event| self.unknown(event))?;
        Some((waited[2].to_owned(), name))
    }

    fn compared(&self, failure: &Failure) -> Option<(String, String)> {
        let comparison = failure.comparison.as_ref()?;
        let first = comparison.first?;
        let pair = comparison.lines.get(first..first + 2)?;
        let [expected, received] = [&pair[0], &pair[1]];
        if (expected.mark, received.mark) != (Mark::Expected, Mark::Received) {
            return None;
        }
        let (user, wanted) = expected.text.split_once(" <- ")?;
        let event = received.text.strip_prefix(user)?.strip_prefix(" <- ")?;
        let wanted = NAME.find(wanted).filter(|name| name.start() == 0)?;
        Some((wanted.as_str().to_owned(), self.unknown(event)?))
    }

    /// The event's name, if the lesson does not use it.
    fn unknown(&self, event: &str) -> Option<String> {
        let name = event.split(' ').next()?;
        (MEANT.is_match(name) && !self.0.contains(name)).then(|| name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use course::check::comparison::compare;

    fn events() -> Events {
        Events(["user:left", "user:joined"].map(str::to_owned).into())
    }

    #[test]
    fn an_event_that_is_waited_for_may_have_come_under_another_name() {
        let said = |received: &str| {
            Failure::of(&format!(
                "Bob waited for user:left and did not receive it within 5 s. The tape so far:\n\n\
                 == Ada joins\nBob <- user:came {{}}\n\n== Ada leaves\nAda -> disconnect\n{received}"
            ))
        };
        assert_eq!(
            events()
                .under_another_name(&said("Bob <- user:gone {\"name\":\"Ada\"}"))
                .as_deref(),
            Some("the server emits user:gone, and the lesson wants user:left")
        );
        for received in [
            "",
            "Bob <- user:joined {}",
            "Ada <- user:gone {}",
            "Bob <- ack {}",
        ] {
            assert_eq!(events().under_another_name(&said(received)), None);
        }
    }

    #[test]
    fn a_tape_may_show_another_name() {
        let failure = |received: &str| {
            let expected = "== Ada leaves\nBob <- user:left {}\n";
            let received = format!("== Ada leaves\n{received}\n");
            Failure::new("", Some(compare(expected, &received)))
        };
        for name in [
            "user:gone",
            "user-left",
            "user_left",
            "userLeft",
            "user.left",
        ] {
            let received = failure(&format!("Bob <- {name} {{}}"));
            assert_eq!(
                events().under_another_name(&received),
                Some(format!(
                    "the server emits {name}, and the lesson wants user:left"
                ))
            );
        }
        for received in [
            "Bob <- user:left 1",
            "Cy <- user:gone {}",
            "Bob <- user:joined {}",
            "Bob <- ack {}",
            "Bob <- test",
            "",
        ] {
            assert_eq!(events().under_another_name(&failure(received)), None);
        }
    }
}
