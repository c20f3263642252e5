//! A suite a submission, for systems that collect tests.

use anyhow::Result;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::grade::result::{Batch, Grade, Test};

/// The report as XML.
pub fn xml(batch: &Batch) -> Result<String> {
    let mut report = Report::new(format!("lesson-{:02}", batch.lesson));
    report.add_test_suites(batch.submissions.iter().map(suite));
    Ok(report.to_string()? + "\n")
}

fn suite(grade: &Grade) -> TestSuite {
    let mut suite = TestSuite::new(grade.name.as_str());
    match grade.tests.is_empty() {
        // There was nothing to test: an error of the whole suite.
        true => suite.add_test_case(whole(grade)),
        false => suite.add_test_cases(grade.tests.iter().map(case)),
    };
    suite
}

fn whole(grade: &Grade) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(grade.status.as_str());
    status.set_message(grade.reason.as_deref().unwrap_or_default());
    if let Some(said) = &grade.compiler {
        status.set_description(said.as_str());
    }
    TestCase::new("build", status)
}

fn case(test: &Test) -> TestCase {
    let Some(failure) = &test.failure else {
        return TestCase::new(test.name.as_str(), TestCaseStatus::success());
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(test.reason.as_deref().unwrap_or_default());
    status.set_description(failure.said.as_str());
    TestCase::new(test.name.as_str(), status)
}
