//! A checkpoint that says that a command is green tells the truth: the tests that the
//! command runs are those that pass by then.

use anyhow::Result;
use regex::Regex;

use super::Part;
use crate::verify::Report;
use course::{
    lesson_tests::TestName,
    steps::{Moment, table},
};

/// `` `cargo test -- closes loses` is green but for `a_test` ``
const GREEN: &str = r"`cargo test (?:-- )?([^`]+)` is green(?: but for `([^`]+)`)?";

/// A command that a step's checkpoint calls green.
struct Claim<'a> {
    moment: Moment,
    place: String,
    /// The words after `cargo test`: a test runs if its name contains one of them.
    words: &'a str,
    /// A test that is red all the same.
    except: Option<&'a str>,
}

pub fn check(part: &Part, report: &mut Report) -> Result<()> {
    for claim in claims(part)? {
        let runs: Vec<&TestName> = part.tests.iter().filter(|test| claim.runs(test)).collect();
        if runs.is_empty() {
            let what = format!("`cargo test {}` runs no test of the lesson", claim.words);
            report.problem(&claim.place, what, "name tests of this step");
        }
        for test in runs.into_iter().filter(|test| !claim.excepts(test)) {
            if let Some(later) = table::moment_in(&part.rows, test)
                && later > claim.moment
            {
                let command = format!("`cargo test {}`", claim.words);
                let what = format!("{command} is not green yet: `{test}` waits for {later}");
                report.problem(&claim.place, what, "name tests of this step alone");
            }
        }
    }
    Ok(())
}

fn claims<'a>(part: &'a Part) -> Result<Vec<Claim<'a>>> {
    let green = Regex::new(GREEN)?;
    let script = &part.replay.script;
    let end = script.line_of("Your turn").unwrap_or(usize::MAX);
    let mut claims = Vec::new();
    for (line, text) in script.page.lines_in(0..script.page.text.len()) {
        let mut before = script.steps.iter().rev();
        let Some(step) = before.find(|step| step.line < line && line < end) else {
            continue;
        };
        claims.extend(green.captures_iter(text).filter_map(|found| {
            Some(Claim {
                moment: Moment::Step(step.number),
                place: part.place(line),
                words: found.get(1)?.as_str(),
                except: found.get(2).map(|name| name.as_str()),
            })
        }));
    }
    Ok(claims)
}

impl Claim<'_> {
    fn runs(&self, test: &TestName) -> bool {
        let name = test.to_string();
        self.words
            .split_whitespace()
            .any(|word| name.contains(word))
    }

    fn excepts(&self, test: &TestName) -> bool {
        self.except
            .is_some_and(|name| test.to_string().contains(name))
    }
}
