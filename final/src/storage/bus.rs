//! Several processes on one PostgreSQL database hear of each other's changes through LISTEN and
//! NOTIFY. A notice has ids and never content: a process that receives one reads the rest itself.
//!
//! On SQLite there is only one process, so nothing is published and nothing arrives.

use std::{io, marker::PhantomData, sync::Arc, time::Duration};

use futures_util::future::pending;
use rand::random;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Error, PgPool,
    postgres::{PgListener, PgPoolOptions},
    query,
};
use tokio::{
    select,
    sync::{
        broadcast::{self, error::RecvError},
        mpsc,
    },
    time::{sleep, timeout},
};

use super::{ACQUIRE_TIMEOUT, Db, Tx};

/// The channel in PostgreSQL. Each database has channels of its own.
const CHANNEL: &str = "make_chat";
/// How many notices a feature may be behind. One that is further behind reads everything again.
const MAX_UNREAD: usize = 4096;
/// How many notices may wait to be sent. More are lost.
const MAX_UNSENT: usize = 1024;
/// How many of them are sent together.
const MAX_BATCH: usize = 100;
/// After this silence, the server checks the connection that listens.
const MAX_SILENCE: Duration = Duration::from_secs(5);
/// How long it waits for PostgreSQL to respond.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);
/// How long it waits after it could not connect.
const RETRY_PERIOD: Duration = Duration::from_secs(1);

/// Says that something has happened, to the other processes.
pub trait Notice: Serialize + DeserializeOwned {
    /// The feature that sends and receives it, in one word.
    const TOPIC: &'static str;
}

/// Sends notices to the other processes, and receives theirs. A clone is the same bus.
#[derive(Debug, Clone)]
pub struct Bus {
    process: Arc<str>,
    signals: broadcast::Sender<Signal>,
    /// None on SQLite.
    postgres: Option<Outgoing>,
}

#[derive(Debug, Clone)]
struct Outgoing {
    pool: PgPool,
    fleeting: mpsc::Sender<String>,
}

#[derive(Debug, Clone)]
enum Signal {
    /// A notice of another process, packed.
    Notice(Arc<str>),
    Gap,
}

/// The notices of one feature.
#[derive(Debug)]
pub struct Feed<N> {
    signals: broadcast::Receiver<Signal>,
    notice: PhantomData<fn() -> N>,
}

/// A feature learns this from the bus.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<N> {
    /// Another process has sent this.
    Notice(N),
    /// Some notices may be lost: everything has to be read again.
    Gap,
}

impl Bus {
    /// Listens to the other processes, if there can be any. From now on, no notice is lost unless
    /// its feature learns of a [`Received::Gap`].
    pub async fn open(db: &Db) -> Result<Self, Error> {
        let process: Arc<str> = format!("{:016x}", random::<u64>()).into();
        let (signals, _) = broadcast::channel(MAX_UNREAD);
        let postgres = match db {
            Db::Sqlite { .. } => None,
            Db::Postgres(pool) => {
                let listener = listen(pool).await?;
                let receiver = Receiver {
                    pool: pool.clone(),
                    process: process.clone(),
                    signals: signals.clone(),
                };
                tokio::spawn(receiver.run(listener));
                let (fleeting, unsent) = mpsc::channel(MAX_UNSENT);
                tokio::spawn(send_all(pool.clone(), unsent));
                let pool = pool.clone();
                Some(Outgoing { pool, fleeting })
            }
        };
        Ok(Self {
            process,
            signals,
            postgres,
        })
    }

    /// The id of this process, new for each start.
    pub fn process(&self) -> &str {
        &self.process
    }

    /// The notices of a feature, from now on.
    pub fn subscribe<N: Notice>(&self) -> Feed<N> {
        Feed {
            signals: self.signals.subscribe(),
            notice: PhantomData,
        }
    }

    /// Publishes a notice with a transaction: the others receive it if, and when, it is committed.
    ///
    /// PostgreSQL commits such transactions one after the other, so they should be few.
    pub async fn publish(&self, tx: &mut Tx, notice: &impl Notice) -> Result<(), Error> {
        let Tx::Postgres(connection) = tx else {
            return Ok(());
        };
        query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(self.pack(notice)?)
            .execute(&mut **connection)
            .await
            .map(drop)
    }

    /// Publishes a notice about something that is saved already.
    pub async fn publish_saved(&self, notice: &impl Notice) -> Result<(), Error> {
        let Some(Outgoing { pool, .. }) = &self.postgres else {
            return Ok(());
        };
        query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(self.pack(notice)?)
            .execute(pool)
            .await
            .map(drop)
    }

    /// Publishes a notice soon, together with others. It may be lost: for what is frequent, and
    /// soon outdated.
    pub fn send(&self, notice: &impl Notice) {
        let Some(Outgoing { fleeting, .. }) = &self.postgres else {
            return;
        };
        let sent = self
            .pack(notice)
            .map(|packed| fleeting.try_send(packed).is_ok());
        if !sent.is_ok_and(|sent| sent) {
            tracing::debug!("a notice was not sent");
        }
    }

    fn pack<N: Notice>(&self, notice: &N) -> Result<String, Error> {
        let json = serde_json::to_string(notice).map_err(|error| Error::Encode(error.into()))?;
        Ok(format!("{} {} {json}", self.process, N::TOPIC))
    }
}

impl<N: Notice> Feed<N> {
    /// Waits for the next notice of another process. Nothing is lost if the caller stops waiting.
    pub async fn next(&mut self) -> Received<N> {
        loop {
            match self.signals.recv().await {
                Ok(Signal::Notice(packed)) => {
                    if let Some(notice) = unpack(&packed) {
                        return Received::Notice(notice);
                    }
                }
                Ok(Signal::Gap) | Err(RecvError::Lagged(_)) => return Received::Gap,
                // The server stops.
                Err(RecvError::Closed) => return pending().await,
            }
        }
    }
}

/// The notice, if it belongs to the topic. An older or newer program may send others.
fn unpack<N: Notice>(packed: &str) -> Option<N> {
    let (_process, rest) = packed.split_once(' ')?;
    let json = rest.strip_prefix(N::TOPIC)?.strip_prefix(' ')?;
    let notice = serde_json::from_str(json);
    notice
        .inspect_err(|error| tracing::warn!(%error, "a notice could not be read"))
        .ok()
}

/// Sends what waits together: that is one commit for many notices.
async fn send_all(pool: PgPool, mut unsent: mpsc::Receiver<String>) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while unsent.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let sent = query("SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice")
            .bind(CHANNEL)
            .bind(&batch)
            .execute(&pool)
            .await;
        if let Err(error) = sent {
            tracing::debug!(%error, "notices were not sent");
        }
        batch.clear();
    }
}

/// Opens a connection that listens. It is none of the pool's: those have to be free for queries.
async fn listen(pool: &PgPool) -> Result<PgListener, Error> {
    let connections = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None);
    let options = PgPool::connect_options(pool).as_ref().clone();
    let own = connections.connect_with(options).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Hands the notices of the other processes to the features.
struct Receiver {
    pool: PgPool,
    process: Arc<str>,
    signals: broadcast::Sender<Signal>,
}

impl Receiver {
    /// Runs until the database is closed.
    async fn run(self, mut listener: PgListener) {
        loop {
            select! {
                () = self.pool.close_event() => return,
                error = self.receive(&mut listener) => {
                    tracing::warn!(%error, "the connection that listens is lost");
                }
            }
            select! {
                () = self.pool.close_event() => return,
                again = listen_again(&self.pool) => listener = again,
            }
            self.signal(Signal::Gap);
        }
    }

    /// Receives notices until the connection is lost.
    async fn receive(&self, listener: &mut PgListener) -> Error {
        // Otherwise the library would connect again, and nobody would know what was lost.
        listener.eager_reconnect(false);
        loop {
            match timeout(MAX_SILENCE, listener.try_recv()).await {
                Ok(Ok(Some(notice))) => {
                    if !notice.payload().starts_with(&*self.process) {
                        self.signal(Signal::Notice(notice.payload().into()));
                    }
                }
                Ok(Ok(None)) => return Error::Io(io::ErrorKind::UnexpectedEof.into()),
                Ok(Err(error)) => return error,
                Err(_silence) => {
                    if let Err(error) = check(listener).await {
                        return error;
                    }
                }
            }
        }
    }

    fn signal(&self, signal: Signal) {
        // It fails if nobody has subscribed.
        drop(self.signals.send(signal));
    }
}

/// Checks that PostgreSQL responds on the connection that listens. All notices up to then have
/// arrived before the response, so after it, none is missing.
async fn check(listener: &mut PgListener) -> Result<(), Error> {
    let response = timeout(CHECK_TIMEOUT, query("SELECT 1").execute(listener)).await;
    response.map_err(|_| Error::PoolTimedOut)?.map(drop)
}

async fn listen_again(pool: &PgPool) -> PgListener {
    loop {
        match listen(pool).await {
            Ok(listener) => return listener,
            Err(error) => {
                tracing::warn!(%error, "the other servers are not heard yet");
                sleep(RETRY_PERIOD).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Rang(u32);

    impl Notice for Rang {
        const TOPIC: &'static str = "bell";
    }

    #[test]
    fn a_notice_is_read_only_by_its_own_feature() {
        assert_eq!(unpack("0123 bell 7"), Some(Rang(7)));
        for other in ["0123 bells 7", "0123 door 7", "0123 bell seven", "0123", ""] {
            assert_eq!(unpack::<Rang>(other), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_feature_that_is_too_far_behind_learns_that_it_has_missed_something() {
        let (signals, _) = broadcast::channel(2);
        let mut feed = Feed {
            signals: signals.subscribe(),
            notice: PhantomData,
        };
        for number in 0..3 {
            let packed = format!("0123 bell {number}");
            signals.send(Signal::Notice(packed.into())).unwrap();
        }
        assert_eq!(feed.next().await, Received::Gap);
        assert_eq!(feed.next().await, Received::Notice(Rang(1)));
    }
}
