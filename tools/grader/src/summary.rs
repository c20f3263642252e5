//! The results of a class in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::result::{Batch, Grade, Status};

/// The results of a class. Only a student's last attempt counts; absent students and
/// submissions that could not be graded do not.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The number of students whose submission was graded.
    pub graded: usize,
    /// The mean of their points.
    pub mean: f64,
    /// The standard deviation of their points.
    pub deviation: f64,
    /// The lowest points.
    pub lowest: u32,
    /// The median of their points.
    pub median: f64,
    /// The highest points.
    pub highest: u32,
    /// Tests and rules of the page that fail, in order of how often they do.
    pub failing: Vec<Failing>,
    /// Students who handed in late.
    pub late: Vec<String>,
    /// Students who handed in nothing.
    pub absent: Vec<String>,
}

/// A test that fails.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// `users::a_taken_name_is_refused`
    pub test: String,
    /// The number of students whose submission fails it.
    pub students: usize,
    /// The most common reason.
    pub reason: String,
    /// The number of students with that reason.
    pub for_this_reason: usize,
}

impl Summary {
    /// The summary of a class; `None` if no submission was graded.
    pub fn of(batch: &Batch) -> Option<Summary> {
        let grades = last_attempts(&batch.submissions);
        let graded = grades.iter().filter(|grade| is_graded(grade));
        let mut points: Vec<u32> = graded.clone().map(|grade| grade.points).collect();
        points.sort_unstable();
        let (lowest, highest) = (*points.first()?, *points.last()?);
        let mean = mean(points.iter().map(|point| f64::from(*point)));
        let squares = points
            .iter()
            .map(|point| (f64::from(*point) - mean).powi(2));
        let names = |is_meant: fn(&Grade) -> bool| {
            let meant = grades.iter().filter(|grade| is_meant(grade));
            meant.map(|grade| grade.who.name.clone()).collect()
        };
        Some(Summary {
            graded: points.len(),
            mean,
            deviation: self::mean(squares).sqrt(),
            lowest,
            median: median(&points),
            highest,
            failing: failing(graded.copied()),
            late: names(|grade| grade.who.is_late()),
            absent: names(|grade| grade.status == Status::Absent),
        })
    }
}

fn is_graded(grade: &Grade) -> bool {
    !matches!(grade.status, Status::Absent | Status::NotGraded)
}

/// The last attempt of each student. Name and number identify a student.
fn last_attempts(all: &[Grade]) -> Vec<&Grade> {
    let mut last: BTreeMap<(&str, &str), &Grade> = BTreeMap::new();
    for grade in all {
        let who = &grade.who;
        // Without a number, equal names may belong to two students.
        let number = who.id.as_deref().unwrap_or(&who.file);
        let kept = last.entry((&who.name, number)).or_insert(grade);
        if who.attempt > kept.who.attempt {
            *kept = grade;
        }
    }
    last.into_values().collect()
}

fn mean(numbers: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = numbers.len().max(1) as f64;
    numbers.sum::<f64>() / count
}

fn median(sorted: &[u32]) -> f64 {
    let half = sorted.len() / 2;
    let upper = sorted.get(half).copied().unwrap_or_default();
    let lower = match sorted.len() % 2 {
        0 => sorted.get(half.saturating_sub(1)).copied().unwrap_or(upper),
        _ => upper,
    };
    f64::from(lower + upper) / 2.0
}

fn failing<'a>(grades: impl Iterator<Item = &'a Grade>) -> Vec<Failing> {
    let mut reasons: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for test in grades.flat_map(|grade| grade.tests.iter().chain(&grade.rules)) {
        if let Some(reason) = &test.reason {
            let reasons = reasons.entry(&test.name).or_default();
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let failing = reasons.into_iter().filter_map(|(test, reasons)| {
        let students = reasons.values().sum();
        let (reason, count) = reasons.into_iter().max_by_key(|(_, count)| *count)?;
        Some(Failing {
            test: test.to_owned(),
            students,
            reason: reason.to_owned(),
            for_this_reason: count,
        })
    });
    let mut failing: Vec<Failing> = failing.collect();
    failing.sort_by_key(|failing| std::cmp::Reverse(failing.students));
    failing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{result::Test, who::Who};
    use course::check::failure::Failure;

    fn who(file: &str) -> Who {
        Who::of(file.as_ref(), false)
    }

    fn test(name: &str, failure: Option<&str>) -> Test {
        Test {
            name: name.to_owned(),
            of: Some(2),
            reason: failure.map(str::to_owned),
            failure: failure.map(Failure::of),
        }
    }

    fn batch(submissions: Vec<Grade>) -> Batch {
        Batch {
            lesson: 2,
            title: String::new(),
            of: 4,
            warning: None,
            submissions,
            not_on_roster: Vec::new(),
        }
    }

    #[test]
    fn the_last_attempt_counts_and_who_is_absent_does_not() {
        let grade = |file: &str, failures: [Option<&str>; 2]| {
            let tests = vec![test("a::one", failures[0]), test("a::two", failures[1])];
            Grade::tested(&who(file), None, tests, Vec::new())
        };
        let summary = Summary::of(&batch(vec![
            grade("doejane_7_1_chat.zip", [Some("no ack"), Some("no ack")]),
            grade("doejane_LATE_7_2_chat-1.zip", [None, None]),
            grade("ada", [None, Some("late")]),
            grade("bob", [Some("x"), Some("no ack")]),
            grade("cy", [None, Some("no ack")]),
            Grade::none(&who("dan"), Status::Absent, ""),
            Grade::none(&who("eve"), Status::NotGraded, ""),
        ]))
        .unwrap();
        assert_eq!((summary.graded, summary.lowest, summary.highest), (4, 0, 4));
        assert_eq!((summary.mean, summary.median), (2.0, 2.0));
        assert_eq!(summary.deviation, 2.0_f64.sqrt());
        assert_eq!(summary.late, ["doejane"]);
        assert_eq!(summary.absent, ["dan"]);
        let two = &summary.failing[0];
        assert_eq!((two.test.as_str(), two.students), ("a::two", 3));
        assert_eq!((two.reason.as_str(), two.for_this_reason), ("no ack", 2));
        assert_eq!(summary.failing[1].test, "a::one");
    }

    #[test]
    fn a_class_that_was_not_graded_has_no_numbers() {
        let absent = Grade::none(&who("dan"), Status::Absent, "");
        assert!(Summary::of(&batch(vec![absent])).is_none());
    }
}
