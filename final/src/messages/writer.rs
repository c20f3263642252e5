//! One task writes all changes, and tells of them in the order of their
//! numbers.
//!
//! Making a transaction last costs more than the writing itself, so whatever
//! waits while one is under way goes into the next one together ("group
//! commit"). It also means that one process tells of its changes in one order.

use std::{
    collections::{BTreeSet, HashMap},
    process,
    time::Duration,
};

use sqlx::Error;
use tokio::{
    select,
    sync::{mpsc, oneshot},
    task::{JoinHandle, yield_now},
    time::sleep,
};

use super::{
    change::{Change, Written},
    events::MessageChanged,
    model::Message,
    read::{self, Unrendered},
    write,
};
use crate::{
    error::{AppError, Refusal},
    realtime::{Sockets, channel_room, publish_as},
    storage::Db,
    web::metrics,
};

/// How many changes go into one transaction at most.
const MAX_GROUP: usize = 256;
/// How many changes may wait; whoever comes then waits to be let in.
const MAX_WAITING: usize = 1024;
/// How many groups may be written ahead of what everyone was told.
const MAX_UNTOLD: usize = 4;
/// How often the database is asked what became of changes, after it has failed.
const RETELL_PERIOD: Duration = Duration::from_secs(1);

/// Hands changes to the task that writes them. A clone reaches the same task.
#[derive(Debug, Clone)]
pub struct Writer(mpsc::Sender<Job>);

type Outcome = Result<Message, AppError>;

#[derive(Debug)]
struct Job {
    change: Change,
    done: oneshot::Sender<Outcome>,
}

/// What everyone is to be told.
#[derive(Default)]
struct News {
    written: Vec<(Written, oneshot::Sender<Outcome>)>,
    /// The messages that it concerns, as they were when it was committed.
    messages: Unrendered,
    /// Channels in which a change failed. It may have been written all the
    /// same: the database may die between doing it and saying so.
    uncertain: Vec<i64>,
}

impl News {
    fn changed_channels(&self) -> impl Iterator<Item = i64> {
        let changes = self.written.iter().map(|(change, _)| change);
        changes
            .filter(|change| change.seq.is_some())
            .map(|change| change.channel)
    }
}

impl Writer {
    /// Starts the task; it ends with the last clone of what is returned.
    pub fn start(db: Db, sockets: Sockets) -> Self {
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        let (groups, untold) = mpsc::channel(MAX_UNTOLD);
        end_with(tokio::spawn(write_all(db.clone(), waiting, groups)));
        end_with(tokio::spawn(tell_all(db, sockets, untold)));
        Self(jobs)
    }

    /// Makes a change last and tells the channel; then returns the message as
    /// it is now.
    pub async fn write(&self, change: Change) -> Outcome {
        let (done, outcome) = oneshot::channel();
        let job = Job { change, done };
        // Both fail only when the task is gone, because the server stops.
        self.0.send(job).await.map_err(|_| AppError::Stopping)?;
        outcome.await.map_err(|_| AppError::Stopping)?
    }
}

/// Without these tasks nothing is saved any more. Better an end that a service
/// manager sees than a chat that answers and keeps nothing.
fn end_with(task: JoinHandle<()>) {
    tokio::spawn(async move {
        if let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!(%error, "messages cannot be saved any more");
            process::exit(1);
        }
    });
}

async fn write_all(db: Db, mut waiting: mpsc::Receiver<Job>, groups: mpsc::Sender<News>) {
    let mut jobs = Vec::with_capacity(MAX_GROUP);
    while waiting.recv_many(&mut jobs, MAX_GROUP).await > 0 {
        // Whoever else has just asked comes along.
        yield_now().await;
        while jobs.len() < MAX_GROUP
            && let Ok(job) = waiting.try_recv()
        {
            jobs.push(job);
        }
        let group = std::mem::take(&mut jobs);
        for written in write_group(&db, group).await {
            if groups.send(written).await.is_err() {
                return;
            }
        }
    }
}

/// Writes a group in one transaction. When that fails each change is tried
/// alone, so that one that the database refuses costs the others nothing.
async fn write_group(db: &Db, group: Vec<Job>) -> Vec<News> {
    match try_group(db, &group).await {
        Ok((outcomes, messages)) => vec![News {
            messages,
            ..sort_out(group, outcomes)
        }],
        Err(error) if group.len() == 1 => {
            let uncertain = vec![group[0].change.channel];
            let nothing = sort_out(group, vec![Err(error.into())]);
            vec![News {
                uncertain,
                ..nothing
            }]
        }
        Err(error) => {
            tracing::warn!(%error, changes = group.len(), "a group failed");
            let uncertain = group.iter().map(|job| job.change.channel).collect();
            let mut all = Vec::new();
            for job in group {
                all.extend(Box::pin(write_group(db, vec![job])).await);
            }
            all.push(News {
                uncertain,
                ..News::default()
            });
            all
        }
    }
}

/// What came of each change, and the messages that are to be told. They are read
/// before the commit: after it, reading could fail, and it would be another
/// connection that reads what this one still knows.
async fn try_group(
    db: &Db,
    group: &[Job],
) -> Result<(Vec<Result<Written, AppError>>, Unrendered), Error> {
    let changes: Vec<&Change> = group.iter().map(|job| &job.change).collect();
    let mut tx = db.begin().await?;
    let outcomes = write::apply_all(&mut tx, &changes).await?;
    let written = outcomes.iter().flatten();
    let ids: Vec<i64> = written.clone().map(|change| change.message).collect();
    // What was sent again changes nothing.
    let changes = written.filter(|change| change.seq.is_some()).count();
    let messages = read::by_ids(&mut tx, &ids).await?;
    tx.commit().await?;
    metrics::count_saved(changes);
    let outcomes = outcomes.into_iter();
    let outcomes = outcomes.map(|outcome| outcome.map_err(AppError::from));
    Ok((outcomes.collect(), messages))
}

/// Answers those who were refused; the others are answered when everyone was told.
fn sort_out(group: Vec<Job>, outcomes: Vec<Result<Written, AppError>>) -> News {
    let mut written = Vec::with_capacity(group.len());
    for (job, outcome) in group.into_iter().zip(outcomes) {
        match outcome {
            Ok(change) => written.push((change, job.done)),
            Err(error) => answer(job.done, Err(error)),
        }
    }
    // In the order of their numbers, which is not always that of the group.
    written.sort_by_key(|(change, _)| (change.channel, change.seq));
    News {
        written,
        ..News::default()
    }
}

async fn tell_all(db: Db, sockets: Sockets, mut untold: mpsc::Receiver<News>) {
    let mut uncertain = BTreeSet::new();
    loop {
        select! {
            news = untold.recv() => {
                let Some(news) = news else { return };
                uncertain.extend(&news.uncertain);
                // Whoever has missed a change before these sees the gap.
                for channel in news.changed_channels() {
                    uncertain.remove(&channel);
                }
                tell(&sockets, news).await;
            }
            () = sleep(RETELL_PERIOD), if !uncertain.is_empty() => {
                uncertain = retell(&db, &sockets, uncertain).await;
            }
        }
    }
}

/// Tells the latest change of channels where one may not have been told: it
/// shows the gap to those who miss something, and nothing new to the others.
/// Returns the channels that the database could not read.
async fn retell(db: &Db, sockets: &Sockets, uncertain: BTreeSet<i64>) -> BTreeSet<i64> {
    let mut unread = BTreeSet::new();
    for channel in uncertain {
        match read::last_changed(db, channel).await {
            Ok(Some(message)) => {
                let is_new = message.seq == message.number;
                let (seq, message) = (message.seq, &message);
                let event = if is_new {
                    "message:created"
                } else {
                    "message:edited"
                };
                let room = sockets.to(channel_room(channel));
                publish_as(room, event, &MessageChanged { seq, message }).await;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, channel, "the database does not answer yet");
                unread.insert(channel);
            }
        }
    }
    unread
}

async fn tell(sockets: &Sockets, news: News) {
    let messages = news.messages.render();
    let messages: HashMap<i64, Message> = messages.into_iter().map(|m| (m.id, m)).collect();
    for (change, done) in news.written {
        let Some(message) = messages.get(&change.message) else {
            answer(done, Err(Refusal::MessageUnknown.into()));
            continue;
        };
        if let Some(seq) = change.seq {
            let room = sockets.to(channel_room(change.channel));
            publish_as(room, change.event, &MessageChanged { seq, message }).await;
        }
        answer(done, Ok(message.clone()));
    }
}

/// Whoever has hung up meanwhile needs no answer.
fn answer(done: oneshot::Sender<Outcome>, outcome: Outcome) {
    if done.send(outcome).is_err() {
        tracing::debug!("nobody waits for an answer any more");
    }
}
