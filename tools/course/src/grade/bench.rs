//! Where submissions are graded, one like the other.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Error, Result, bail};

use super::{
    build::{Build, Builder},
    confined::Limits,
    points::{self, Points},
    reason,
    result::{Grade, Status, Test},
    scratch::Scratch,
    strays,
    submissions::{self, Submission},
    trial::{Server, Trial},
    warm::{Place, Warm},
};
use crate::{
    check::failure::Failure,
    lessons::{Course, Lesson},
};

/// What a server reads, or runs, apart from itself.
const LIBRARIES: [&str; 4] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];
const SYSTEM: [&str; 4] = [
    "/dev/urandom",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
];

/// Everything that is the same for all submissions.
pub struct Bench<'a> {
    course: &'a Course,
    lesson: &'a Lesson,
    builder: Builder,
    warm: Warm,
    trial: Trial,
    points: Points,
    /// MiB of memory for a server.
    memory: u64,
    /// How long building may take, and how long all tests.
    limit: Duration,
}

impl<'a> Bench<'a> {
    /// Builds the lesson's tests.
    pub fn set_up(
        course: &'a Course,
        lesson: &'a Lesson,
        builder: Builder,
        memory: u64,
    ) -> Result<Bench<'a>> {
        let trial = Trial::of(course, lesson, &builder.programs)?;
        let warm = Warm::up(course, lesson)?;
        let points = points::of(lesson, &trial.names)?;
        let bench = Bench {
            course,
            lesson,
            limit: builder.limit,
            builder,
            warm,
            trial,
            points,
            memory,
        };
        bench.expect_failure_without_server()?;
        Ok(bench)
    }

    /// The places for so many submissions at once, of which the first is tried out.
    pub fn places(&self, count: usize) -> Result<Vec<Place>> {
        let (course, lesson) = (self.course, self.lesson);
        let places = self.warm.places(course, lesson, &self.builder, count)?;
        for place in places.iter().take(1) {
            self.expect_success_of_lesson(place)?;
        }
        Ok(places)
    }

    /// How many points there are.
    pub fn all_points(&self) -> u32 {
        self.points.values().sum()
    }

    /// A test that passes without a server would pass for everyone.
    fn expect_failure_without_server(&self) -> Result<()> {
        let space = self.warm.space()?;
        let nothing = self.server(vec!["false".into()]);
        let failures = self.trial.run(&nothing, space.path())?;
        let names = self.trial.names.iter().zip(&failures);
        let passed: Vec<_> = names.filter(|(_, failure)| failure.is_none()).collect();
        match passed.first() {
            Some((name, _)) => bail!("{name} passes without a server, so it cannot grade one"),
            None => Ok(()),
        }
    }

    /// Otherwise it is the machine that fails, not the students.
    fn expect_success_of_lesson(&self, place: &Place) -> Result<()> {
        let grade = self.grade_chat("the lesson", &self.lesson.path, place)?;
        match grade.status {
            Status::Passed => Ok(()),
            _ => bail!(
                "the lesson's own code does not pass here: {}",
                grade.reason.unwrap_or_default()
            ),
        }
    }

    /// Grades a submission. What is wrong with it is told in the result, and so
    /// is what the grader could not do.
    pub fn grade(&self, submission: &Submission, place: &Place) -> Grade {
        let name = &submission.name;
        let none = |status, error: Error| Grade::none(name, status, format!("{error:#}"));
        let space = match self.warm.space() {
            Ok(space) => space,
            Err(error) => return none(Status::NotGraded, error),
        };
        let chat = submission
            .open(space.path())
            .and_then(|folder| submissions::find_crate(&folder, self.lesson));
        match chat {
            Ok(chat) => self
                .grade_chat(name, &chat, place)
                .unwrap_or_else(|error| none(Status::NotGraded, error)),
            Err(error) => none(Status::Unreadable, error),
        }
    }

    fn grade_chat(&self, name: &str, chat: &Path, place: &Place) -> Result<Grade> {
        if let Err(error) = place.scratch.fill(self.course, self.lesson, chat) {
            return Ok(Grade::none(name, Status::Unreadable, format!("{error:#}")));
        }
        self.warm.give(place)?;
        let begun = Instant::now();
        let built = self.builder.build(&place.scratch)?;
        let build_seconds = begun.elapsed().as_secs_f64();
        let grade = match built {
            Build::Server(server) => self.test(name, &place.scratch, server)?,
            Build::Broken(said) => broken(name, said),
            Build::Late => {
                let words = format!("it did not compile within {} s", self.limit.as_secs());
                Grade::none(name, Status::NotBuilt, words)
            }
            Build::ReadsOutside(file) => {
                let words = format!("it reads a file that is not its own: {}", file.display());
                Grade::none(name, Status::ReadsOutside, words)
            }
        };
        Ok(Grade {
            build_seconds,
            ..grade
        })
    }

    fn test(&self, name: &str, scratch: &Scratch, program: PathBuf) -> Result<Grade> {
        let begun = Instant::now();
        let server = self.confined(scratch, program)?;
        let failures = self.trial.run(&server, &scratch.temporary());
        strays::stop(&scratch.target())?;
        let failures = failures?;
        let test_seconds = begun.elapsed().as_secs_f64();
        let tests = self.trial.names.iter().zip(failures);
        let tests: Vec<Test> = tests
            .map(|(name, failure)| self.judge(name, failure))
            .collect();
        let passed = tests.iter().filter(|test| test.is_passed()).count();
        let failed = tests.len() - passed;
        let status = if failed == 0 {
            Status::Passed
        } else {
            Status::Failed
        };
        Ok(Grade {
            name: name.to_owned(),
            status,
            reason: reason::of_tests(&tests),
            points: tests.iter().map(Test::points).sum(),
            passed,
            failed,
            build_seconds: 0.0,
            test_seconds,
            compiler: None,
            tests,
        })
    }

    fn judge(&self, name: &str, failure: Option<Failure>) -> Test {
        Test {
            name: name.to_owned(),
            of: self.points.get(name).copied().unwrap_or_default(),
            reason: failure.as_ref().map(reason::of_failure),
            failure,
        }
    }

    /// The submission's program in its fence: it reads its own files and what every
    /// lesson's browser loads, and writes nothing.
    fn confined(&self, scratch: &Scratch, program: PathBuf) -> Result<Server> {
        let mut read: Vec<PathBuf> = SYSTEM.map(PathBuf::from).into();
        read.extend([scratch.chat(), scratch.workspace().join("static")]);
        let mut execute: Vec<PathBuf> = LIBRARIES.map(PathBuf::from).into();
        execute.push(program.clone());
        let limits = Limits {
            memory: self.memory,
            seconds: self.limit.as_secs(),
            fenced: true,
            read,
            execute,
            ..Limits::default()
        };
        Ok(self.server(limits.around(&program)?))
    }

    fn server(&self, words: Vec<OsString>) -> Server {
        Server {
            words,
            memory: self.memory,
            limit: self.limit,
        }
    }
}

fn broken(name: &str, said: String) -> Grade {
    let (status, words) = reason::of_compiler(&said);
    Grade {
        compiler: Some(said),
        ..Grade::none(name, status, words)
    }
}
