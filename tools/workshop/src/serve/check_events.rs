//! The events of the Check tab: watching a check, starting it, stopping it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef, State, TryData},
};
use tokio::{
    sync::mpsc::{self, Receiver},
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use super::{
    Workshop,
    checks::{Checks, End, ROOMS, Run, Whose},
    report,
    wire::{Refusal, ServerEvent, acknowledge, broadcast},
};
use course::{
    check::{self, Heard, Options, Report, Subject},
    programs::Programs,
};

/// The time between two bundles of lines. Thousands of single events would not fit into
/// a page's queue.
const BUNDLE_EVERY: Duration = Duration::from_millis(50);
/// How many lines may wait to be bundled; then the check waits.
const MAX_WAITING_LINES: usize = 500;
/// Longer lines are cut: a test may print anything.
const LONGEST_LINE: usize = 2000;
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Page to workshop: `check:watch`, `check:start` and `check:stop`.
#[derive(Debug, Deserialize)]
pub struct CheckPayload {
    whose: Whose,
}

/// Answers `check:watch`.
#[derive(Serialize)]
struct Watched {
    run: Option<Run>,
}

/// A check has begun.
#[derive(Debug, Serialize)]
struct CheckStarted {
    run: u64,
}

/// A check has said something.
#[derive(Debug, Serialize)]
struct CheckPrinted {
    run: u64,
    /// The number of the first of these lines.
    first: usize,
    lines: Vec<String>,
}

/// A check has ended.
#[derive(Debug, Serialize)]
struct CheckFinished {
    run: u64,
    end: End,
}

impl ServerEvent for CheckStarted {
    const NAME: &'static str = "check:started";
}

impl ServerEvent for CheckPrinted {
    const NAME: &'static str = "check:printed";
}

impl ServerEvent for CheckFinished {
    const NAME: &'static str = "check:finished";
}

/// `check:watch`: from now on the page hears of this check, and of no other.
pub async fn watch(
    socket: SocketRef,
    State(workshop): State<Workshop>,
    TryData(payload): TryData<CheckPayload>,
    ack: AckSender,
) {
    let reply = payload.map_err(|_| Refusal::bad_payload());
    let reply = reply.map(|payload| look_at(&socket, &workshop, payload.whose));
    acknowledge(ack, reply);
}

fn look_at(socket: &SocketRef, workshop: &Workshop, whose: Whose) -> Watched {
    for room in socket.rooms() {
        if room.starts_with(ROOMS) {
            socket.leave(room);
        }
    }
    // First into the room: a line that comes twice has the same number twice.
    socket.join(whose.room());
    let run = workshop.checks.watch(socket.id, whose);
    // The page may have gone before it was noted.
    if !socket.connected() {
        workshop.checks.leave(socket.id);
    }
    Watched { run }
}

/// `check:start`: runs a check, which the page watches from now on.
pub async fn start(
    socket: SocketRef,
    io: SocketIo,
    State(workshop): State<Workshop>,
    TryData(payload): TryData<CheckPayload>,
    ack: AckSender,
) {
    let begun = payload
        .map_err(|_| Refusal::bad_payload())
        .and_then(|payload| begin(&workshop, payload.whose));
    let reply = match begun {
        Ok((whose, run, programs)) => {
            look_at(&socket, &workshop, whose);
            broadcast(io.to(whose.room()), &CheckStarted { run }).await;
            tokio::spawn(attend(io, workshop, whose, (run, programs)));
            Ok(CheckStarted { run })
        }
        Err(refusal) => Err(refusal),
    };
    acknowledge(ack, reply);
}

/// `check:stop`: stops it, with all that it has started.
pub async fn stop(
    State(workshop): State<Workshop>,
    TryData(payload): TryData<CheckPayload>,
    ack: AckSender,
) {
    let reply = payload.map_err(|_| Refusal::bad_payload());
    let reply = reply.map(|payload| workshop.checks.stop(payload.whose));
    acknowledge(ack, reply);
}

fn begin(workshop: &Workshop, whose: Whose) -> Result<(Whose, u64, Programs), Refusal> {
    let course = &workshop.course;
    let lesson = match whose {
        Whose::Mine => workshop.work().lesson(course),
        Whose::Lesson(number) => course.lesson(number),
    };
    lesson.map_err(|error| Refusal::new("unknown-lesson", format!("{error:#}")))?;
    let (run, programs) = workshop.checks.begin(whose)?;
    Ok((whose, run, programs))
}

/// Runs a check to its end, and broadcasts its output.
async fn attend(io: SocketIo, workshop: Workshop, whose: Whose, (run, programs): (u64, Programs)) {
    let checks = workshop.checks.clone();
    let (sender, lines) = mpsc::channel(MAX_WAITING_LINES);
    let checked = spawn_blocking(move || check_now(&workshop, whose, programs, &sender));
    pass_on(&io, &checks, (whose, run), lines).await;
    let end = match checked.await {
        Ok(Ok(report)) => report::end(&report),
        Ok(Err(error)) => report::without(&error),
        Err(error) => report::without(&error.into()),
    };
    if checks.end(whose, run, &end) {
        broadcast(io.to(whose.room()), &CheckFinished { run, end }).await;
    }
}

fn check_now(
    workshop: &Workshop,
    whose: Whose,
    programs: Programs,
    sender: &mpsc::Sender<String>,
) -> anyhow::Result<Report> {
    let subject = match whose {
        Whose::Mine => Subject::Student,
        Whose::Lesson(number) => Subject::Lesson(workshop.course.lesson(number)?),
    };
    let options = Options {
        filter: None,
        limit: TIME_LIMIT,
        build_limit: check::BUILD_LIMIT,
        colours: false,
        browser: false,
        programs,
    };
    check::check(&workshop.course, subject, &options, &mut |heard| {
        let (Heard::Doing(line) | Heard::Complaint(line) | Heard::Test(line)) = heard;
        let line = line.chars().take(LONGEST_LINE).collect();
        // The other end is gone only when the workshop ends.
        let _ = sender.blocking_send(line);
    })
}

/// Broadcasts a check's output until it has ended.
async fn pass_on(
    io: &SocketIo,
    checks: &Checks,
    (whose, run): (Whose, u64),
    mut waiting: Receiver<String>,
) {
    let mut ticks = interval(BUNDLE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut lines = Vec::new();
    while waiting.recv_many(&mut lines, MAX_WAITING_LINES).await > 0 {
        let lines = std::mem::take(&mut lines);
        if let Some(first) = checks.keep(whose, run, &lines) {
            let printed = CheckPrinted { run, first, lines };
            broadcast(io.to(whose.room()), &printed).await;
        }
        ticks.tick().await;
    }
}
