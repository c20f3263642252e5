//! A rule is tested in the lesson that brings it and in all later ones, in the
//! finished chat, or in the workshop.

use std::{env, ops::RangeBounds, panic::AssertUnwindSafe, sync::OnceLock, time::Duration};

use futures_util::{FutureExt, future::LocalBoxFuture};
use libtest_mimic::{Arguments, Completion, Conclusion, Failed, Trial};
use tokio::runtime::Runtime;

use crate::{chromium, failure, repository, server::Program, stage::Stage};

/// Each test may have two windows, and a window keeps a processor busy.
const TESTS_AT_ONCE: usize = 2;
const TEST_TIMEOUT: Duration = Duration::from_secs(180);
/// The workshop runs cargo, which may have to build everything.
const WORKSHOP_TIMEOUT: Duration = Duration::from_secs(900);
/// Set to `required` where a missing browser is a failure.
const SWITCH: &str = "BROWSER_TESTS";

/// A rule's test.
pub type Test = for<'a> fn(&'a Stage) -> LocalBoxFuture<'a, ()>;

/// A rule, and the programs in which it holds.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The rule as a sentence.
    pub name: &'static str,
    /// Where it holds.
    pub programs: Vec<Program>,
    /// The test that proves it.
    pub test: Test,
}

/// Lists rules by the functions that test them: `rules!(4..; a_message_arrives, …)`
/// for lessons, `rules!(chat; a_message_arrives, …)` for the finished chat,
/// `rules!(slides; …)` for the slides, `rules!(workshop; …)` for the workshop,
/// `rules!(play; …)` for the chats that it plays.
#[macro_export]
macro_rules! rules {
    (chat; $($test:ident),+ $(,)?) => {
        $crate::rules!(@ vec![$crate::server::Program::Chat]; $($test),+)
    };
    (slides; $($test:ident),+ $(,)?) => {
        $crate::rules!(@ vec![$crate::server::Program::Slides]; $($test),+)
    };
    (workshop; $($test:ident),+ $(,)?) => {
        $crate::rules!(@ vec![$crate::server::Program::Workshop]; $($test),+)
    };
    (play; $($test:ident),+ $(,)?) => {
        $crate::rules!(@ vec![$crate::server::Program::Play]; $($test),+)
    };
    (@ $programs:expr; $($test:ident),+) => {
        vec![$($crate::rules::Rule {
            name: stringify!($test),
            programs: $programs,
            test: |stage| Box::pin($test(stage)),
        }),+]
    };
    ($lessons:expr; $($test:ident),+ $(,)?) => {
        $crate::rules!(@ $crate::rules::lessons($lessons); $($test),+)
    };
}

/// The programs of those lessons whose number is among these.
pub fn lessons(numbers: impl RangeBounds<u8>) -> Vec<Program> {
    let all = 1..=repository::last_lesson();
    let chosen = all.filter(|number| numbers.contains(number));
    chosen.map(Program::Lesson).collect()
}

/// Tests each rule in each of its programs, as the command line says.
pub fn run(rules: &[Rule]) -> Conclusion {
    failure::remember_panics();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(TESTS_AT_ONCE));
    let mut trials: Vec<Trial> = rules.iter().flat_map(trials).collect();
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(chromium) = chromium::find() {
        runtime().block_on(chromium.close_all());
    }
    conclusion
}

fn trials(rule: &Rule) -> Vec<Trial> {
    let trial = |program: &Program| {
        let (program, test) = (*program, rule.test);
        let name = format!("{}::{}", program.name(), rule.name);
        Trial::ignorable_test(name.clone(), move || play(&name, program, test))
    };
    rule.programs.iter().map(trial).collect()
}

fn play(name: &str, program: Program, test: Test) -> Result<Completion, Failed> {
    if chromium::find().is_none() {
        return without_browser();
    }
    let result = runtime().block_on(async {
        let stage = Stage::set_up(name, program);
        let played = AssertUnwindSafe(test(&stage)).catch_unwind();
        let limit = match program {
            Program::Workshop | Program::Play => WORKSHOP_TIMEOUT,
            _ => TEST_TIMEOUT,
        };
        let result = match tokio::time::timeout(limit, played).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_panic)) => Err(failure::reason()),
            Err(_elapsed) => Err(format!("not done after {limit:?}")),
        };
        stage.tear_down(result).await
    });
    result.map(|()| Completion::Completed).map_err(Failed::from)
}

fn without_browser() -> Result<Completion, Failed> {
    let reason = "chromium or chromedriver is not installed";
    if env::var(SWITCH).is_ok_and(|value| value == "required") {
        return Err(reason.into());
    }
    Ok(Completion::ignored_with(reason))
}

/// One for all tests: the driver that they share belongs to it.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap_or_else(|error| panic!("no runtime: {error}")))
}
