//! The report as JUnit XML, for systems that collect test results. Each submission is a
//! test suite.

use std::time::Duration;

use anyhow::Result;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::result::{Batch, Grade, Status, Test};

/// The report as XML.
pub fn xml(batch: &Batch) -> Result<String> {
    let mut report = Report::new(format!("lesson-{:02}", batch.lesson));
    report.add_test_suites(batch.submissions.iter().map(suite));
    // The schema of Jenkins knows this number for each suite, but not for all together.
    let all_skipped = format!(" skipped=\"{}\"", report.skipped);
    Ok(report.to_string()?.replacen(&all_skipped, "", 1) + "\n")
}

fn suite(grade: &Grade) -> TestSuite {
    let mut suite = TestSuite::new(name(grade));
    suite.set_time(seconds(grade.build_seconds + grade.test_seconds));
    match grade.tests.is_empty() {
        // Without tests, a single case reports the error of the whole suite.
        true => suite.add_test_case(whole(grade)),
        false => {
            let tests = grade.tests.iter().chain(&grade.rules);
            suite.add_test_cases(tests.map(|test| case(grade, test)))
        }
    };
    suite
}

/// The suite's name. Each attempt of a student has a suite of its own.
fn name(grade: &Grade) -> String {
    match grade.who.attempt {
        Some(attempt) => format!("{}, attempt {attempt}", grade.who.name),
        None => grade.who.name.clone(),
    }
}

fn whole(grade: &Grade) -> TestCase {
    let mut status = match grade.status {
        Status::Absent => TestCaseStatus::skipped(),
        _ => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_type(grade.status.as_str());
    status.set_message(grade.reason.as_deref().unwrap_or_default());
    if let Some(said) = &grade.compiler {
        status.set_description(said.as_str());
    }
    // This case stands for a submission whose tests could not run.
    of_class(TestCase::new("build", status), grade)
}

fn case(grade: &Grade, test: &Test) -> TestCase {
    let mut status = TestCaseStatus::success();
    if let Some(failure) = &test.failure {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(test.kind());
        status.set_message(test.reason.as_deref().unwrap_or_default());
        status.set_description(failure.said.as_str());
    }
    of_class(TestCase::new(test.name.as_str(), status), grade)
}

/// Adds the class name and the time that the schema requires. Tests run in parallel, so
/// a single test has no time of its own.
fn of_class(mut case: TestCase, grade: &Grade) -> TestCase {
    case.set_classname(name(grade)).set_time(Duration::ZERO);
    case
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
