//! The changes from one stage to another, or of each step of a lesson.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use super::{
    Workshop,
    changed_files::Files,
    error::{Path, Query, Shown, render},
    layout::{DIFF, Place, title},
    notes::Notes,
};
use course::{
    diff::{self, LEFT_OUT, StageDiff, StepDiff},
    lessons::Lesson,
};

/// The stages to compare, and the order in which to show the changes.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    by: By,
    /// The stage before; that of the lesson when left out.
    from: Option<u32>,
    /// The stage after; the lesson when left out.
    to: Option<u32>,
}

/// The order in which changes are shown.
#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum By {
    #[default]
    File,
    Step,
}

#[derive(Template)]
#[template(path = "workshop/diff.html")]
struct DiffPage<'a> {
    place: Place,
    by: By,
    from: u32,
    to: u32,
    stages: Vec<(u32, String)>,
    /// Why there is nothing to see, if so.
    problem: Option<String>,
    /// Code and everything else except tests.
    code: Files<'a>,
    /// Tests, which are folded.
    tests: Files<'a>,
    left_out: &'static str,
}

#[derive(Template)]
#[template(path = "workshop/diff_steps.html")]
struct StepsPage<'a> {
    place: Place,
    by: By,
    /// Why there is nothing to see, if so.
    problem: Option<String>,
    steps: Vec<(&'a StepDiff<'a>, Files<'a>)>,
}

/// `GET /lessons/3/diff?from=1&to=3`, `GET /lessons/3/diff?by=step`
pub async fn page(
    State(workshop): State<Workshop>,
    Path(number): Path<u32>,
    Query(chosen): Query<Chosen>,
) -> Shown {
    let lesson = workshop.lesson(number)?;
    match chosen.by {
        By::File => by_file(&workshop, lesson, &chosen),
        By::Step => by_step(&workshop, lesson),
    }
}

fn by_file(workshop: &Workshop, lesson: &Lesson, chosen: &Chosen) -> Shown {
    let course = &workshop.course;
    let to = chosen.to.unwrap_or(lesson.number);
    let from = chosen.from.unwrap_or(to.saturating_sub(1));
    let stages = course.lessons.iter();
    let mut page = DiffPage {
        place: Place::new(course, lesson, DIFF),
        by: By::File,
        from,
        to,
        stages: stages.map(|one| (one.number, title(one))).collect(),
        problem: None,
        code: Files::default(),
        tests: Files::default(),
        left_out: LEFT_OUT,
    };
    if from == 0 {
        page.problem = Some("Lesson 01 is the first one: there is no stage before it.".to_owned());
        return render(&page);
    }
    for number in [from, to] {
        workshop.lesson(number)?;
    }
    if from == to {
        page.problem = Some("Choose two different lessons.".to_owned());
        return render(&page);
    }
    let diff = diff::between(course, from, to)?;
    let notes = Notes::of(course, &diff)?;
    (page.code, page.tests) = code_and_tests(&diff, &notes);
    render(&page)
}

fn code_and_tests<'a>(diff: &'a StageDiff, notes: &'a Notes) -> (Files<'a>, Files<'a>) {
    let (tests, code): (Vec<_>, Vec<_>) = diff.files.iter().partition(|file| file.is_test());
    (
        Files::new("file", code, notes),
        Files::new("test", tests, notes),
    )
}

fn by_step(workshop: &Workshop, lesson: &Lesson) -> Shown {
    let course = &workshop.course;
    let (diffs, problem) = match diff::of_steps(course, lesson) {
        Ok(diffs) => (diffs, None),
        Err(error) => (
            Vec::new(),
            Some(format!("There is nothing to see: {error:#}.")),
        ),
    };
    let no_notes = Notes::default();
    let steps = diffs.iter().map(|diff| {
        let prefix = format!("step-{}-file", diff.step);
        (diff, Files::new(&prefix, &diff.files, &no_notes))
    });
    render(&StepsPage {
        place: Place::new(course, lesson, DIFF),
        by: By::Step,
        problem,
        steps: steps.collect(),
    })
}
