//! Presence: the users who are online. A second connection of the same person, or one that
//! breaks and comes back, is not announced.
//!
//! An announcement goes to everyone. If everyone were announced to everyone, 2,000 people who come
//! back at once would cost 4,000,000 deliveries. So announcements have a rate, and when there are
//! too many changes for it, a single event tells browsers to load the list again.

use std::{
    collections::{HashMap, HashSet},
    io, mem,
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Mutex, Notify},
    time::sleep,
};

use super::{
    events::{PresenceChanged, UserJoined, UserLeft},
    shared::Shared,
};
use crate::{
    accounts::{Accounts, Person},
    error::AppError,
    ids::UserId,
    realtime::{EVERYONE, Sockets, emit_to, in_rooms},
    web::{compression::SharedJson, metrics},
};

/// How long someone without a connection still counts as online: longer than a page needs to
/// reload, or a connection to come back by itself.
const GRACE: Duration = Duration::from_secs(3);
/// With this many online users or fewer, each change is announced at once.
const SMALL: usize = 100;
/// With more, the next announcement waits this long for each online user. So there are at most
/// 10,000 deliveries a second: a few percent of a processor.
const PAUSE_PER_USER: Duration = Duration::from_micros(100);
/// How many changes are announced one by one after a pause. The event that replaces more of them
/// makes each browser load the whole list.
const MAX_NAMED: usize = 10;

/// The online users, with the number of their connections.
///
/// Hold the lock until the event is emitted: then everyone receives `user:joined` and
/// `user:left` in the order in which they happened.
#[derive(Debug)]
pub struct Presence {
    pub(super) online: Mutex<OnlineUsers>,
    /// Someone has connected to this process or has left it.
    changed: Notify,
    list: Shared<SharedJson>,
    sockets: Sockets,
}

/// The online users, and the changes that were not announced yet.
#[derive(Debug, Default)]
pub struct OnlineUsers {
    /// The number of connections to this process of each user.
    connections: HashMap<UserId, usize>,
    /// The users who are connected to other processes.
    elsewhere: HashSet<UserId>,
    pending: Pending,
    /// Whether a task will announce what is pending.
    is_pausing: bool,
}

/// A person has come online or gone offline.
#[derive(Debug, PartialEq)]
enum Change {
    Joined(Person),
    Left(UserId),
}

/// The changes that were not announced yet. One more than [`MAX_NAMED`] stands for any number.
#[derive(Debug, Default)]
struct Pending(Vec<Change>);

impl Presence {
    /// Nobody is online yet.
    pub fn new(sockets: Sockets) -> Self {
        Self {
            online: Mutex::default(),
            changed: Notify::new(),
            list: Shared::new(),
            sockets,
        }
    }

    /// The online users, by name. After an event to everyone, many browsers request this list at
    /// once, so they share it.
    pub(crate) async fn list(&self, accounts: &Accounts) -> Result<SharedJson, AppError> {
        let pause = self.online.lock().await.pause();
        let read = async || {
            let online: Vec<UserId> = self.online.lock().await.ids().collect();
            let people = accounts.people(&online).await?;
            Ok(SharedJson::of(&people).map_err(io::Error::from)?)
        };
        self.list.get(pause, read).await
    }

    /// Counts a new connection, and announces the person if they were offline.
    pub(super) async fn connect(self: &Arc<Self>, online: &mut OnlineUsers, person: Person) {
        if !online.is_here(person.id) {
            self.changed.notify_one();
        }
        if online.connect(person.id) {
            self.announce(online, Change::Joined(person)).await;
        }
    }

    /// Announces later that a person has gone offline, unless they are back by then.
    pub(super) async fn leave_later(self: Arc<Self>, user: UserId) {
        sleep(GRACE).await;
        let mut online = self.online.lock().await;
        if online.remove_disconnected(user) {
            self.changed.notify_one();
            if !online.is_online(user) {
                self.announce(&mut online, Change::Left(user)).await;
            }
        }
    }

    /// Returns when someone has connected to this process or has left it, since the last call.
    pub(super) async fn has_changed(&self) {
        self.changed.notified().await;
    }

    /// The users who are connected to this process.
    pub(super) async fn users_here(&self) -> HashSet<UserId> {
        let online = self.online.lock().await;
        online.connections.keys().copied().collect()
    }

    /// Replaces the users who are connected to other processes, and announces those who have come
    /// online or gone offline.
    pub(super) async fn set_elsewhere(
        self: &Arc<Self>,
        elsewhere: HashSet<UserId>,
        accounts: &Accounts,
    ) -> Result<(), AppError> {
        let come = self.online.lock().await.offline_among(&elsewhere);
        let come = accounts.people(&come).await?;
        let mut online = self.online.lock().await;
        // They may have connected to this process meanwhile.
        let come = come.into_iter().filter(|person| !online.is_here(person.id));
        let come: Vec<Person> = come.collect();
        let before = mem::replace(&mut online.elsewhere, elsewhere);
        for person in come {
            self.announce(&mut online, Change::Joined(person)).await;
        }
        for user in before {
            if !online.is_online(user) {
                self.announce(&mut online, Change::Left(user)).await;
            }
        }
        Ok(())
    }

    async fn announce(self: &Arc<Self>, online: &mut OnlineUsers, change: Change) {
        metrics::set_online(online.count());
        online.pending.add(change);
        if !online.is_pausing {
            let pause = self.announce_pending(online).await;
            online.is_pausing = !pause.is_zero();
            if online.is_pausing {
                tokio::spawn(self.clone().announce_after(pause));
            }
        }
    }

    async fn announce_after(self: Arc<Self>, mut pause: Duration) {
        while !pause.is_zero() {
            sleep(pause).await;
            let mut online = self.online.lock().await;
            pause = self.announce_pending(&mut online).await;
            online.is_pausing = !pause.is_zero();
        }
    }

    /// Announces what is pending, and returns how long to wait until the next announcement: not at
    /// all if there was nothing.
    async fn announce_pending(&self, online: &mut OnlineUsers) -> Duration {
        let mut emitted = 0;
        for change in mem::take(&mut online.pending).announced() {
            let everyone = in_rooms(&self.sockets, [EVERYONE]);
            match change {
                Some(Change::Joined(person)) => emit_to(everyone, &UserJoined { person }).await,
                Some(Change::Left(user)) => emit_to(everyone, &UserLeft { user }).await,
                None => emit_to(everyone, &PresenceChanged {}).await,
            }
            emitted += 1;
        }
        online.pause() * emitted
    }
}

impl Pending {
    fn add(&mut self, change: Change) {
        if self.0.len() <= MAX_NAMED {
            self.0.push(change);
        }
    }

    /// The events to emit, in their order. None is the one that stands for too many changes.
    fn announced(self) -> Vec<Option<Change>> {
        if self.0.len() > MAX_NAMED {
            return vec![None];
        }
        self.0.into_iter().map(Some).collect()
    }
}

impl OnlineUsers {
    /// Counts a new connection. Returns true if the person was offline.
    pub fn connect(&mut self, user: UserId) -> bool {
        let was_offline = !self.is_online(user);
        *self.connections.entry(user).or_default() += 1;
        was_offline
    }

    /// Counts a connection less. Returns true if it was the person's last.
    pub fn disconnect(&mut self, user: UserId) -> bool {
        match self.connections.get_mut(&user) {
            Some(connections) => {
                *connections = connections.saturating_sub(1);
                *connections == 0
            }
            None => false,
        }
    }

    /// Removes a person who has no connection. Returns false if they have reconnected.
    pub fn remove_disconnected(&mut self, user: UserId) -> bool {
        let is_gone = self.connections.get(&user) == Some(&0);
        if is_gone {
            self.connections.remove(&user);
        }
        is_gone
    }

    /// Whether a person is connected to this process, or was a moment ago.
    fn is_here(&self, user: UserId) -> bool {
        self.connections.contains_key(&user)
    }

    /// Whether a person is connected to any process, or was a moment ago.
    fn is_online(&self, user: UserId) -> bool {
        self.is_here(user) || self.elsewhere.contains(&user)
    }

    /// Those of some users who are not online yet.
    fn offline_among(&self, users: &HashSet<UserId>) -> Vec<UserId> {
        let users = users.iter().copied();
        users.filter(|user| !self.is_online(*user)).collect()
    }

    /// How many users are online.
    fn count(&self) -> usize {
        self.ids().count()
    }

    /// The ids of all online users.
    fn ids(&self) -> impl Iterator<Item = UserId> {
        let here = self.connections.keys();
        let elsewhere = self.elsewhere.iter().filter(|user| !self.is_here(**user));
        here.chain(elsewhere).copied()
    }

    /// How long to wait after an event to everyone.
    fn pause(&self) -> Duration {
        let count = self.count();
        match u32::try_from(count) {
            Ok(users) if count > SMALL => PAUSE_PER_USER * users,
            _ => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: UserId = UserId(1);

    #[test]
    fn a_second_connection_changes_nothing_for_others() {
        let mut online = OnlineUsers::default();
        assert!(online.connect(ADA));
        assert!(!online.connect(ADA));
        assert!(!online.disconnect(ADA));
        assert!(online.disconnect(ADA));
        assert!(online.remove_disconnected(ADA));
        assert_eq!(online.count(), 0);
    }

    #[test]
    fn a_person_who_reconnects_in_time_stays_online() {
        let mut online = OnlineUsers::default();
        online.connect(ADA);
        assert!(online.disconnect(ADA));
        assert!(!online.connect(ADA));
        assert!(!online.remove_disconnected(ADA));
        assert!(online.ids().eq([ADA]));
    }

    #[test]
    fn a_person_who_is_connected_elsewhere_is_online_once() {
        let mut online = OnlineUsers::default();
        online.elsewhere.insert(ADA);
        assert!(!online.connect(ADA));
        assert_eq!(online.count(), 1);
        assert!(online.disconnect(ADA));
        assert!(online.remove_disconnected(ADA));
        assert!(online.is_online(ADA));
        assert!(online.ids().eq([ADA]));
    }

    #[test]
    fn a_few_changes_are_announced_one_by_one_and_more_by_one_event() {
        for changes in [0, 1, MAX_NAMED, MAX_NAMED + 1, 5_000] {
            let mut pending = Pending::default();
            (1..=changes).for_each(|id| pending.add(Change::Left(UserId(id as i64))));
            let announced = pending.announced();
            if changes > MAX_NAMED {
                assert_eq!(announced, [None]);
            } else {
                let ids = (1..=changes).map(|id| Some(Change::Left(UserId(id as i64))));
                assert_eq!(announced, Vec::from_iter(ids));
            }
        }
    }

    #[test]
    fn only_in_a_large_chat_announcements_wait_for_each_other() {
        let pause = |people| {
            let mut online = OnlineUsers::default();
            for id in 1..=people {
                online.connect(UserId(id));
            }
            online.pause()
        };
        assert_eq!(pause(0), Duration::ZERO);
        assert_eq!(pause(100), Duration::ZERO);
        assert_eq!(pause(2_000), Duration::from_millis(200));
    }
}
