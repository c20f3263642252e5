//! Each lesson can be built from its page alone: its blocks lead from the lesson
//! before to the finished lesson, and after each step the page's claims are true.

use anyhow::Result;

use super::{Report, pages::with_page};
use course::{
    lesson_tests::{self, TestName},
    lessons::{Course, Lesson},
    steps::{
        self, Moment, Replay,
        table::{self, Row},
    },
};

use turns::Solution;

mod checkpoints;
mod commands;
mod figures;
mod member;
mod owners;
mod proven;
mod show;
mod turns;

/// The scope of the check.
#[derive(Default)]
pub struct Scope {
    /// This lesson alone, with every block.
    pub lesson: Option<u32>,
    /// Whether nothing is built: the page is only read and replayed.
    pub quick: bool,
}

/// A lesson with its page, ready to be judged.
pub struct Part<'a> {
    course: &'a Course,
    lesson: &'a Lesson,
    replay: Replay,
    rows: Vec<Row>,
    /// All tests of the lesson that its source shows.
    tests: Vec<TestName>,
    /// Other solutions of its turn.
    solutions: Vec<Solution>,
}

pub fn check(course: &Course, scope: &Scope, report: &mut Report) -> Result<()> {
    let mut whole = Vec::new();
    for lesson in with_page(course) {
        if scope.lesson.is_some_and(|number| number != lesson.number) {
            continue;
        }
        let mut part = Part::read(course, lesson)?;
        let before = report.problems.len();
        part.check(report)?;
        part.solutions = turns::read(&part, report)?;
        if scope.lesson.is_some() {
            show::blocks(&part, report);
        }
        // A page that cannot be followed is built for its author only.
        if report.problems.len() == before || scope.lesson.is_some() {
            whole.push(part);
        }
    }
    if !scope.quick {
        checkpoints::check(course, &whole, report)?;
    }
    Ok(())
}

impl Part<'_> {
    fn read<'a>(course: &'a Course, lesson: &'a Lesson) -> Result<Part<'a>> {
        let replay = steps::replay(course, lesson)?;
        Ok(Part {
            course,
            lesson,
            rows: table::rows(&replay.script.page)?,
            tests: lesson_tests::of(lesson)?.into_keys().collect(),
            replay,
            solutions: Vec::new(),
        })
    }

    /// Finds everything that needs no build.
    fn check(&self, report: &mut Report) -> Result<()> {
        for misfit in &self.replay.misfits {
            let what = format!("{}: {}", misfit.path, misfit.fault);
            report.problem(self.place(misfit.line), what, misfit.fault.to_do());
        }
        figures::check(self, report);
        self.check_rows(report);
        commands::check(self, report)?;
        owners::check(self, report)
    }

    fn check_rows(&self, report: &mut Report) {
        let mut seen = Vec::new();
        for row in &self.rows {
            let place = self.place(row.line);
            let is_known = |moment: &Moment| self.replay.state(*moment).is_some();
            if row.moment.as_ref().is_none_or(|moment| !is_known(moment)) {
                let what = "the row's first cell names no step";
                let to_do = "write the number of a step, `given` or `turn`";
                report.problem(&place, what, to_do);
            }
            for test in &row.tests {
                if seen.contains(&test) {
                    let what = format!("`{test}` stands in the table twice");
                    report.problem(&place, what, "name it where it turns green");
                }
                seen.push(test);
            }
        }
    }

    /// `lessons/04-messages/README.md:12`
    fn place(&self, line: usize) -> String {
        self.course.place(&self.replay.script.page.path, line)
    }

    /// The place of a moment on the page.
    fn place_of(&self, moment: Moment) -> String {
        let script = &self.replay.script;
        let line = match moment {
            Moment::Step(number) => script.step(number).map(|step| step.line),
            Moment::Start => script.line_of("Steps"),
            Moment::Turn => script.line_of("Your turn"),
        };
        self.place(line.unwrap_or(1))
    }
}
