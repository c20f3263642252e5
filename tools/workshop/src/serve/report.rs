//! The report of a check as a part of a page, in the words of the terminal.

use anyhow::Error;
use askama::Template;

use super::checks::End;
use course::check::{Report, comparison::Row, failure::Failure, words::Words};

#[derive(Template)]
#[template(path = "workshop/report.html")]
struct ReportPart<'a> {
    words: &'a Words,
    is_passed: bool,
    compiler: Option<&'a str>,
    failures: Vec<Failed<'a>>,
}

/// A test that failed.
struct Failed<'a> {
    name: String,
    said: &'a str,
    /// The expected tape beside the received one.
    rows: Option<Vec<Row<'a>>>,
}

#[derive(Template)]
#[template(path = "workshop/no-report.html")]
struct NoReport<'a> {
    reason: &'a str,
}

/// How a check ended that came to a result.
pub fn end(report: &Report) -> End {
    let words = Words::of(report);
    let failures = report.failed().filter_map(|test| {
        let failure = test.failure.as_ref()?;
        Some(Failed::new(test.words(), failure))
    });
    let part = ReportPart {
        words: &words,
        is_passed: report.is_passed(),
        compiler: report.compiler.as_deref(),
        failures: failures.collect(),
    };
    let html = part.render();
    End {
        says: format!("{}. {}", words.title, words.outcome),
        html: html.unwrap_or_else(|error| error.to_string()),
        next: report.next.filter(|_| report.is_done),
    }
}

/// How a check ended that came to none.
pub fn without(error: &Error) -> End {
    let reason = format!("{error:#}");
    let html = NoReport { reason: &reason }.render();
    End {
        html: html.unwrap_or_else(|error| error.to_string()),
        says: reason,
        next: None,
    }
}

impl<'a> Failed<'a> {
    fn new(name: String, failure: &'a Failure) -> Self {
        let rows = failure.comparison.as_ref();
        Failed {
            name,
            said: &failure.said,
            rows: rows.map(|comparison| comparison.rows()),
        }
    }
}
