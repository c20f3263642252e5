//! A single task saves all changes and broadcasts them in the order of their numbers, together with
//! those that other processes have saved.
//!
//! Committing a transaction costs more than the statements in it. So all changes that wait while
//! one transaction is under way go into the next one together ("group commit").
//!
//! On SQLite, plain messages are saved right in this task. Everything else, and what was refused or
//! failed there, is saved in the general way, which knows all rules.

use std::{
    collections::{BTreeMap, HashMap},
    process,
    time::Duration,
};

use sqlx::Error;
use tokio::{
    select,
    sync::{
        mpsc::{self, error::SendError},
        oneshot,
    },
    task::{JoinHandle, yield_now},
    time::{Instant, sleep_until},
};

use super::{
    apply::apply_all,
    change::{Applied, Change},
    emitter::Emitter,
    model::Message,
    notices::{ChannelsChanged, MAX_CHANNELS},
    store::{self, Unrendered},
};
use crate::{
    error::{AppError, Refusal},
    ids::{ChannelId, MessageId},
    realtime::Sockets,
    storage::{Bus, Db, Feed, Received, Tx},
    web::metrics,
};

/// How many changes go into one transaction at most.
const MAX_GROUP: usize = 256;
/// How many changes may wait to be saved. Beyond that, [`Writer::write`] waits.
const MAX_WAITING: usize = 1024;
/// After how many plain messages the write-ahead log is copied into the file: each writes up to six
/// pages of 4 KiB. The connection that saves them does not do that by itself.
const CHECKPOINT_MESSAGES: usize = 1_000;
/// How often changes that could not be read are read again.
const RETRY_PERIOD: Duration = Duration::from_secs(1);

/// Hands changes to the task that saves them. A clone reaches the same task.
#[derive(Debug, Clone)]
pub struct Writer(mpsc::Sender<Job>);

type Outcome = Result<Message, AppError>;

/// Receives the outcome of a change. It runs in the writer's task, so it must not wait.
type Done = Box<dyn FnOnce(Outcome) + Send>;

struct Job {
    change: Change,
    done: Done,
}

/// Saved changes that are to be broadcast.
#[derive(Default)]
struct Broadcast {
    applied: Vec<(Applied, Done)>,
    /// The changed messages, as they were when the changes were committed.
    messages: Unrendered,
    /// Channels in which a change failed. It may have been saved nevertheless, if the database
    /// died after the commit and before it could confirm it.
    uncertain: Vec<ChannelId>,
}

impl Writer {
    /// Starts the task. It ends when the last clone of the writer is dropped.
    pub async fn start(db: Db, bus: Bus, sockets: Sockets) -> Result<Self, Error> {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        // Subscribe before reading the numbers, so that no change is missed in between.
        let notices = bus.subscribe();
        let emitter = Emitter::begin(db.clone(), sockets).await?;
        exit_on_panic(tokio::spawn(write_all(db, bus, emitter, notices, waiting)));
        Ok(Self(jobs))
    }

    /// Saves a change and broadcasts it to the channel. Then returns the message as it is now.
    pub async fn write(&self, change: Change) -> Outcome {
        let (done, outcome) = oneshot::channel();
        self.write_then(change, |outcome| complete(done, outcome))
            .await;
        // The task has ended, because the server stops.
        outcome.await.map_err(|_| AppError::Stopping)?
    }

    /// Like [`Self::write`]. `done` receives the outcome before anything else is broadcast, in the
    /// task that saves everything, so it must not wait.
    pub async fn write_then(&self, change: Change, done: impl FnOnce(Outcome) + Send + 'static) {
        let done = Box::new(done);
        // This fails only when the task has ended, because the server stops.
        if let Err(SendError(job)) = self.0.send(Job { change, done }).await {
            (job.done)(Err(AppError::Stopping));
        }
    }
}

/// Without this task, nothing is saved any more. It is better to exit, which a service manager
/// notices, than to go on and lose messages.
fn exit_on_panic(task: JoinHandle<()>) {
    tokio::spawn(async move {
        if let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!(%error, "messages cannot be saved any more");
            process::exit(1);
        }
    });
}

async fn write_all(
    db: Db,
    bus: Bus,
    mut emitter: Emitter,
    mut notices: Feed<ChannelsChanged>,
    mut waiting: mpsc::Receiver<Job>,
) {
    let mut jobs = Vec::with_capacity(MAX_GROUP);
    let mut next_read = Instant::now();
    let mut unchecked = 0;
    loop {
        select! {
            count = waiting.recv_many(&mut jobs, MAX_GROUP) => {
                if count == 0 {
                    return;
                }
            }
            notice = notices.next() => {
                match notice {
                    Received::Notice(ChannelsChanged(channels)) => emitter.expect_up_to(channels),
                    Received::Gap => emitter.expect_anything(),
                }
                emitter.catch_up().await;
                next_read = Instant::now() + RETRY_PERIOD;
                continue;
            }
            () = sleep_until(next_read), if emitter.is_behind() => {
                emitter.catch_up().await;
                next_read = Instant::now() + RETRY_PERIOD;
                continue;
            }
        }
        add_ready(&mut jobs, &mut waiting).await;
        let (plain, others) = save_plain(&db, std::mem::take(&mut jobs)).await;
        unchecked += plain.applied.len();
        broadcast(&mut emitter, plain).await;
        if !others.is_empty() {
            for group in save_group(&db, &bus, others).await {
                broadcast(&mut emitter, group).await;
            }
        }
        if unchecked >= CHECKPOINT_MESSAGES {
            unchecked = 0;
            checkpoint(&db).await;
        }
    }
}

/// Lets other handlers add the changes that they have ready.
async fn add_ready(jobs: &mut Vec<Job>, waiting: &mut mpsc::Receiver<Job>) {
    yield_now().await;
    while jobs.len() < MAX_GROUP
        && let Ok(job) = waiting.try_recv()
    {
        jobs.push(job);
    }
}

/// Saves the plain messages of a group, and returns them with all jobs that are left.
async fn save_plain(db: &Db, group: Vec<Job>) -> (Broadcast, Vec<Job>) {
    let mut saved = Broadcast::default();
    let messages: Vec<_> = group.iter().filter_map(|job| job.change.plain()).collect();
    if messages.is_empty() {
        return (saved, group);
    }
    let Some(mut direct) = db.direct().await else {
        return (saved, group);
    };
    let rows = match direct.transaction(|tx| store::create_plain(tx, &messages)) {
        Ok(rows) => rows,
        Err(error) => {
            tracing::debug!(%error, "plain messages are saved in the general way");
            // If it failed in the commit, they may be saved. Then the general way takes them for
            // retries, which it does not broadcast.
            let channels = messages.iter().map(|(change, _)| change.channel);
            saved.uncertain = channels.collect();
            return (saved, group);
        }
    };
    let mut rows = rows.into_iter();
    let mut others = Vec::new();
    for job in group {
        let row = job.change.plain().and_then(|_| rows.next().flatten());
        let Some(row) = row else {
            others.push(job);
            continue;
        };
        let change = job.change.applied(row.id, Some(row.seq));
        saved.applied.push((change, job.done));
        saved.messages.rows.push(row);
    }
    if !saved.applied.is_empty() {
        metrics::count_saved(saved.applied.len());
    }
    (saved, others)
}

async fn checkpoint(db: &Db) {
    if let Err(error) = db.checkpoint().await {
        tracing::warn!(%error, "the write-ahead log could not be copied into the database yet");
    }
}

/// Saves a group in one transaction. If that fails, each change is saved alone, so that one that
/// the database refuses does not affect the others; but not if the database does not respond, or
/// each would wait for it.
async fn save_group(db: &Db, bus: &Bus, group: Vec<Job>) -> Vec<Broadcast> {
    let changes: Vec<&Change> = group.iter().map(|job| &job.change).collect();
    let uncertain: Vec<ChannelId> = changes.iter().map(|change| change.channel).collect();
    match db.in_time(try_group(db, bus, &changes)).await {
        Ok((outcomes, messages)) => vec![Broadcast {
            messages,
            ..refuse_failed(group, outcomes)
        }],
        Err(Error::PoolTimedOut) => {
            let failed = group.iter().map(|_| Err(Error::PoolTimedOut));
            let failed: Vec<Result<Applied, Error>> = failed.collect();
            vec![Broadcast {
                uncertain,
                ..refuse_failed(group, failed)
            }]
        }
        Err(error) if group.len() == 1 => vec![Broadcast {
            uncertain,
            ..refuse_failed(group, [Err(error)])
        }],
        Err(error) => {
            tracing::warn!(%error, changes = group.len(), "a group failed");
            let mut all = Vec::new();
            for job in group {
                all.extend(Box::pin(save_group(db, bus, vec![job])).await);
            }
            all.push(Broadcast {
                uncertain,
                ..Broadcast::default()
            });
            all
        }
    }
}

/// Applies the changes of a group, and reads the changed messages. They are read before the
/// commit: after it, reading could fail, and another connection would have to read again what
/// this one still has in its cache.
async fn try_group(
    db: &Db,
    bus: &Bus,
    changes: &[&Change],
) -> Result<(Vec<Result<Applied, Refusal>>, Unrendered), Error> {
    let mut tx = db.begin().await?;
    let outcomes = apply_all(&mut tx, changes).await?;
    let applied = outcomes.iter().flatten();
    let ids: Vec<MessageId> = applied.clone().map(|change| change.message).collect();
    // A retry changes nothing.
    let changes = applied.filter(|change| change.seq.is_some()).count();
    let messages = store::by_ids(&mut tx, &ids).await?;
    publish(&mut tx, bus, &outcomes).await?;
    tx.commit().await?;
    metrics::count_saved(changes);
    Ok((outcomes, messages))
}

/// Lets the other processes know which channels have changed.
async fn publish(
    tx: &mut Tx,
    bus: &Bus,
    outcomes: &[Result<Applied, Refusal>],
) -> Result<(), Error> {
    let mut latest = BTreeMap::new();
    for change in outcomes.iter().flatten() {
        if let Some(seq) = change.seq {
            let known = latest.entry(change.channel).or_insert(seq);
            *known = seq.max(*known);
        }
    }
    for channels in Vec::from_iter(latest).chunks(MAX_CHANNELS) {
        bus.publish(tx, &ChannelsChanged(channels.to_vec())).await?;
    }
    Ok(())
}

/// Returns the errors to their callers. The other callers wait until the changes are broadcast.
fn refuse_failed<E: Into<AppError>>(
    group: Vec<Job>,
    outcomes: impl IntoIterator<Item = Result<Applied, E>>,
) -> Broadcast {
    let mut applied = Vec::with_capacity(group.len());
    for (job, outcome) in group.into_iter().zip(outcomes) {
        match outcome {
            Ok(change) => applied.push((change, job.done)),
            Err(error) => (job.done)(Err(error.into())),
        }
    }
    // In the order of their numbers, which can differ from that of the group.
    applied.sort_by_key(|(change, _)| (change.channel, change.seq));
    Broadcast {
        applied,
        ..Broadcast::default()
    }
}

async fn broadcast(emitter: &mut Emitter, group: Broadcast) {
    emitter.expect_changes(group.uncertain);
    let messages = group.messages.render();
    let messages: HashMap<MessageId, Message> = messages.into_iter().map(|m| (m.id, m)).collect();
    for (change, done) in group.applied {
        let Some(message) = messages.get(&change.message) else {
            done(Err(Refusal::MessageUnknown.into()));
            continue;
        };
        if let Some(seq) = change.seq {
            emitter.emit(change.event, seq, message).await;
        }
        done(Ok(message.clone()));
    }
}

/// Returns the outcome to the caller, unless its connection has ended meanwhile.
fn complete(done: oneshot::Sender<Outcome>, outcome: Outcome) {
    if done.send(outcome).is_err() {
        tracing::debug!("nobody waits for this outcome any more");
    }
}
