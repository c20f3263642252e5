//! Regular expressions that are constants.

use regex::Regex;

/// Compiles an expression that is written in the code, where a test uses it.
#[allow(clippy::expect_used)]
pub fn constant(expression: &str) -> Regex {
    Regex::new(expression).expect("it is an expression")
}
