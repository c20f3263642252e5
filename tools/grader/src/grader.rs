//! Grades submissions, all in the same way.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Error, Result, bail};

use super::{
    build::{Build, Builder},
    build_cache::{BuildCache, Place},
    code_pages,
    confined::{Confinement, Network},
    events::Events,
    find_chat, orphans,
    page_run::PageRun,
    points::{self, Points},
    reason,
    result::{Grade, Status, Test},
    sandbox::Sandbox,
    submissions::Submission,
    test_run::{Server, TestRun},
    who::Who,
};
use course::{
    check::failure::Failure,
    lessons::{Course, Lesson},
    limits::Limits,
};

/// System folders and files that a server needs: libraries to run, and files to read.
const LIBRARIES: [&str; 4] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];
const SYSTEM: [&str; 4] = [
    "/dev/urandom",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
];

/// The setup that all submissions of a batch share.
pub struct Grader<'a> {
    course: &'a Course,
    lesson: &'a Lesson,
    builder: Builder,
    cache: BuildCache,
    test_run: TestRun,
    /// The rules of the page, if they are tested, too.
    page_run: Option<PageRun>,
    points: Points,
    events: Events,
    /// The memory limit of a server, in MiB.
    memory: u64,
    /// The time limit of a build, and of all tests together.
    limit: Duration,
}

impl<'a> Grader<'a> {
    /// Builds the lesson's tests and checks that they and the page's rules fail without a
    /// server.
    pub fn set_up(
        course: &'a Course,
        lesson: &'a Lesson,
        builder: Builder,
        memory: u64,
        page_run: Option<PageRun>,
    ) -> Result<Grader<'a>> {
        let test_run = TestRun::of(course, lesson, &builder.programs)?;
        let cache = BuildCache::open(course, lesson)?;
        let points = points::of(course, lesson, &test_run.names)?;
        let grader = Grader {
            course,
            lesson,
            limit: builder.limit,
            builder,
            cache,
            test_run,
            page_run,
            points,
            events: Events::of(lesson)?,
            memory,
        };
        grader.expect_failure_without_server()?;
        Ok(grader)
    }

    /// The slots for grading `count` submissions in parallel. The first is tried out with
    /// the lesson's own code.
    pub fn places(&self, count: usize) -> Result<Vec<Place>> {
        let (course, lesson) = (self.course, self.lesson);
        let places = self.cache.places(course, lesson, &self.builder, count)?;
        for place in places.iter().take(1) {
            self.expect_success_of_lesson(place)?;
        }
        Ok(places)
    }

    /// The number of points in total.
    pub fn all_points(&self) -> u32 {
        self.points.values().sum()
    }

    /// A test that passes without a server would pass for everyone.
    fn expect_failure_without_server(&self) -> Result<()> {
        let space = self.cache.space()?;
        let nothing = self.server(vec!["false".into()], space.path());
        let mut outcomes = self.test_run.run(&nothing, space.path())?;
        let mut names: Vec<&String> = self.test_run.names.iter().collect();
        if let Some(page) = &self.page_run {
            outcomes.extend(page.run(&nothing, space.path())?);
            names.extend(&page.names);
        }
        let mut outcomes = names.iter().zip(&outcomes);
        match outcomes.find(|(_, failure)| failure.is_none()) {
            Some((name, _)) => bail!("{name} passes without a server, so it cannot grade one"),
            None => Ok(()),
        }
    }

    /// If the lesson's own code fails, the problem is this machine, not a submission.
    fn expect_success_of_lesson(&self, place: &Place) -> Result<()> {
        let who = Who::of("the lesson".as_ref(), true);
        let grade = self.grade_chat(&who, &self.lesson.path, place)?;
        match grade.status {
            Status::Passed => Ok(()),
            _ => bail!(
                "the lesson's own code does not pass here: {}",
                grade.reason.unwrap_or_default()
            ),
        }
    }

    /// Grades a submission. The result reports its faults as well as errors of the
    /// grader.
    pub fn grade(&self, submission: &Submission, place: &Place) -> Grade {
        let who = &submission.who;
        let none = |status, error: Error| Grade::none(who, status, format!("{error:#}"));
        let space = match self.cache.space() {
            Ok(space) => space,
            Err(error) => return none(Status::NotGraded, error),
        };
        match find_chat::find(submission, self.lesson, space.path()) {
            Ok(chat) => self
                .grade_chat(who, &chat, place)
                .unwrap_or_else(|error| none(Status::NotGraded, error)),
            Err(error) => none(Status::Unreadable, error),
        }
    }

    fn grade_chat(&self, who: &Who, chat: &Path, place: &Place) -> Result<Grade> {
        if let Err(error) = place.sandbox.fill(self.course, self.lesson, chat) {
            return Ok(Grade::none(who, Status::Unreadable, format!("{error:#}")));
        }
        self.cache.clean(place)?;
        let (code, differ) = code_pages::of(who, self.lesson, &place.sandbox.chat())?;
        let begun = Instant::now();
        let built = self.builder.build(&place.sandbox)?;
        let build_seconds = begun.elapsed().as_secs_f64();
        let grade = match built {
            Build::Server(server) => self.test(who, &place.sandbox, server)?,
            Build::Broken(said) => broken(who, said),
            Build::Late => {
                let words = format!("it did not compile within {} s", self.limit.as_secs());
                Grade::none(who, Status::NotBuilt, words)
            }
            Build::ReadsOutside(file) => {
                let words = format!("it reads a file that is not its own: {}", file.display());
                Grade::none(who, Status::ReadsOutside, words)
            }
        };
        Ok(Grade {
            build_seconds,
            lines_differ: Some(differ),
            code: Some(code),
            ..grade
        })
    }

    fn test(&self, who: &Who, sandbox: &Sandbox, program: PathBuf) -> Result<Grade> {
        let begun = Instant::now();
        let space = sandbox.temporary();
        let server = self.confined(sandbox, &program, Network::FreePort)?;
        let failures = self.test_run.run(&server, &space);
        orphans::stop(&sandbox.target())?;
        let tests = self.test_run.names.iter().zip(failures?);
        let tests = tests.map(|(name, failure)| self.judge(name, failure));
        let tests: Vec<Test> = tests.collect();
        let test_seconds = begun.elapsed().as_secs_f64();
        let rules = match &self.page_run {
            Some(page_run) => self.test_page(page_run, sandbox, &program)?,
            None => Vec::new(),
        };
        let reason = reason::of_tests(&tests, &self.events).or_else(|| reason::of_page(&rules));
        Ok(Grade {
            test_seconds,
            ..Grade::tested(who, reason, tests, rules)
        })
    }

    /// The rules of the page, and how the submission keeps them. A rule may start the server
    /// again on the port that it had.
    fn test_page(
        &self,
        page_run: &PageRun,
        sandbox: &Sandbox,
        program: &Path,
    ) -> Result<Vec<Test>> {
        let server = self.confined(sandbox, program, Network::AnyPort)?;
        let failures = page_run.run(&server, &sandbox.temporary());
        orphans::stop(&sandbox.target())?;
        let rules = page_run.names.iter().zip(failures?);
        let rule = |(name, failure): (&String, Option<Failure>)| Test {
            name: name.clone(),
            of: None,
            reason: failure
                .as_ref()
                .map(|failure| reason::of_rule(name, failure)),
            failure: failure.map(reason::without_library),
        };
        Ok(rules.map(rule).collect())
    }

    fn judge(&self, name: &str, failure: Option<Failure>) -> Test {
        Test {
            name: name.to_owned(),
            of: self.points.get(name).copied(),
            reason: failure
                .as_ref()
                .map(|failure| reason::of_failure(failure, &self.events)),
            failure: failure.map(reason::without_library),
        }
    }

    /// The submission's server in a confined process: it can read its own files and the
    /// static files that all lessons share, and it cannot write.
    fn confined(&self, sandbox: &Sandbox, program: &Path, network: Network) -> Result<Server> {
        let mut read: Vec<PathBuf> = SYSTEM.map(PathBuf::from).into();
        read.extend([sandbox.chat(), sandbox.workspace().join("static")]);
        let mut execute: Vec<PathBuf> = LIBRARIES.map(PathBuf::from).into();
        execute.push(program.to_owned());
        let confinement = Confinement {
            limits: Limits {
                memory: self.memory,
                seconds: self.limit.as_secs(),
                ..Limits::default()
            },
            read,
            execute,
            write: Vec::new(),
            network,
        };
        Ok(self.server(confinement.around(program)?, &sandbox.folder))
    }

    fn server(&self, words: Vec<OsString>, folder: &Path) -> Server {
        Server {
            words,
            folder: folder.to_owned(),
            memory: self.memory,
            limit: self.limit,
        }
    }
}

fn broken(who: &Who, said: String) -> Grade {
    let (status, words) = reason::of_compiler(&said);
    Grade {
        compiler: Some(said),
        ..Grade::none(who, status, words)
    }
}
