//! Shares with the other processes who is online.

use std::{collections::HashSet, time::Duration};

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::{
    select,
    time::{MissedTickBehavior, interval, timeout},
};

use super::{Services, connect::welcome_everyone, store};
use crate::{
    error::AppError,
    ids::UserId,
    realtime::Sockets,
    storage::{Bus, Db, Feed, Notice, Received, Tx},
};

/// How long the people of a process that has died still count as online.
const LEASE: Duration = Duration::from_secs(10);
/// How often a process renews its lease: two renewals in a row may fail.
const RENEWAL_PERIOD: Duration = Duration::from_secs(3);

/// The people who are connected to a process have changed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct OnlineChanged;

impl Notice for OnlineChanged {
    const TOPIC: &'static str = "online";
}

/// Shares the people of this process with the others, and reads theirs.
struct Sharing {
    bus: Bus,
    pool: PgPool,
    services: Services,
    /// The people who are connected to this process, as far as the database knows.
    shared: HashSet<UserId>,
}

/// The next thing to do.
enum Task {
    /// Save who is connected to this process.
    Write,
    /// Read who is connected to the others.
    Read,
    /// Both, regularly.
    Renew,
}

/// Shares who is online, if there can be other processes. Subscribes at once.
pub fn share(db: &Db, bus: &Bus, sockets: Sockets, services: Services) {
    if let Db::Postgres(pool) = db {
        let sharing = Sharing {
            bus: bus.clone(),
            pool: pool.clone(),
            services,
            shared: HashSet::new(),
        };
        tokio::spawn(sharing.run(bus.subscribe(), sockets));
    }
}

impl Sharing {
    /// Runs until the database is closed.
    async fn run(mut self, mut notices: Feed<OnlineChanged>, sockets: Sockets) {
        let mut renewals = interval(RENEWAL_PERIOD);
        renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let presence = self.services.presence.clone();
        let pool = self.pool.clone();
        loop {
            let task = select! {
                () = pool.close_event() => return,
                _ = renewals.tick() => Task::Renew,
                () = presence.has_changed() => Task::Write,
                received = notices.next() => {
                    if received == Received::Gap {
                        tokio::spawn(welcome_everyone(sockets.clone(), self.services.clone()));
                    }
                    Task::Read
                }
            };
            // The next renewal tries again.
            match timeout(LEASE, self.perform(task)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the online users are not shared"),
                Err(error) => tracing::warn!(%error, "the online users are not shared in time"),
            }
        }
    }

    async fn perform(&mut self, task: Task) -> Result<(), AppError> {
        match task {
            Task::Write => self.write().await,
            Task::Read => self.read().await,
            Task::Renew => {
                self.write().await?;
                self.read().await
            }
        }
    }

    /// Renews the lease of this process, ends those that are over, and saves who is connected.
    async fn write(&mut self) -> Result<(), AppError> {
        let here = self.services.presence.users_here().await;
        if here.is_empty() && self.shared.is_empty() {
            return Ok(());
        }
        let mut tx = self.pool.begin().await?;
        let process = self.bus.process();
        if store::renew_lease(&mut tx, process, LEASE).await? {
            self.shared.clear();
        }
        let come: Vec<UserId> = here.difference(&self.shared).copied().collect();
        let gone: Vec<UserId> = self.shared.difference(&here).copied().collect();
        store::insert(&mut tx, process, &come).await?;
        store::delete(&mut tx, process, &gone).await?;
        let have_died = store::delete_dead(&mut tx).await?;
        let mut tx = Tx::Postgres(tx);
        if have_died || !come.is_empty() || !gone.is_empty() {
            self.bus.publish(&mut tx, &OnlineChanged).await?;
        }
        tx.commit().await?;
        self.shared = here;
        Ok(())
    }

    /// Reads who is connected to the other processes, and announces what has changed.
    async fn read(&self) -> Result<(), AppError> {
        let elsewhere = store::online_elsewhere(&self.pool, self.bus.process()).await?;
        let presence = &self.services.presence;
        presence
            .set_elsewhere(elsewhere, &self.services.accounts)
            .await
    }
}
