//! Channels: the rules. [`access`] decides who may do what, [`store`] has the SQL, [`handlers`] the
//! event handlers, [`api`] the JSON API, [`pages`] the page, [`notices`] what other processes are to
//! know.

use std::sync::Arc;

use socketioxide::extract::SocketRef;
use tokio::sync::RwLock;
use tower_sessions::session::Id as SessionId;

use crate::{
    accounts::{Accounts, Person, User},
    error::{AppError, Refusal},
    ids::{ChannelId, Seq, UserId},
    limits::{Client, Limits},
    names::{self, Name},
    realtime::{Sockets, channel_room, emit_to, in_rooms, log_failure, user_room},
    storage::{Bus, Db, Tx, patterns},
};

pub mod access;
pub mod api;
pub mod events;
pub mod handlers;
mod model;
mod notices;
pub mod pages;
mod store;

use events::{ChannelJoined, ChannelLeft, ChannelRead, ChannelStarred, TypingStarted};
pub use model::Channel;
use notices::ChannelNotice;

/// The key of the channel that everyone starts in. The schema creates it.
const GENERAL_KEY: &str = "general";
/// How many channels a search returns.
const MAX_FOUND: i64 = 10;
/// How many channels the list for browsing has.
const MAX_LISTED: i64 = 200;
/// How many members are sent at a time.
const MAX_MEMBERS: i64 = 100;

/// Public channels and direct messages, and who is subscribed to them.
pub struct Channels {
    accounts: Arc<Accounts>,
    bus: Bus,
    db: Db,
    limits: Arc<Limits>,
    /// Held while someone subscribes or unsubscribes: memberships in the database and rooms of
    /// sockets must not diverge.
    rooms: RwLock<()>,
    sockets: Sockets,
}

impl Channels {
    /// The channels in this database.
    pub fn new(
        accounts: Arc<Accounts>,
        db: Db,
        bus: Bus,
        limits: Arc<Limits>,
        sockets: Sockets,
    ) -> Self {
        Self {
            accounts,
            bus,
            db,
            limits,
            rooms: RwLock::default(),
            sockets,
        }
    }

    /// Creates an account that is subscribed to General, and its first session if there is an id
    /// for one, in one transaction: nobody is signed up by half.
    pub async fn sign_up(
        &self,
        client: Client,
        name: &str,
        password: &str,
        session: Option<SessionId>,
    ) -> Result<User, AppError> {
        let new = self.accounts.new_user(client, name, password).await?;
        let mut tx = self.db.begin().await?;
        let user = self.accounts.insert(&mut tx, &new).await?;
        let general = self.add_to_general(&mut tx, user.id).await?;
        if let Some(session) = session {
            self.accounts
                .insert_session(&mut tx, session, &user)
                .await?;
        }
        tx.commit().await?;
        self.accounts.signed_up(client, &new.name, user.id);
        // The account exists, whether or not the others hear of it now.
        if let Some(general) = general {
            match self.accounts.person(user.id).await {
                Ok(person) => self.announce_joined(person, general).await,
                Err(error) => error.log(),
            }
        }
        Ok(user)
    }

    /// The channels that someone is subscribed to, by name, including direct messages without a
    /// message yet.
    pub async fn of_user(&self, user: UserId) -> Result<Vec<Channel>, AppError> {
        Ok(store::of_user(&self.db, user).await?)
    }

    /// Joins the rooms of all channels that the person is subscribed to, and returns the channels.
    pub async fn join_rooms(
        &self,
        socket: &SocketRef,
        user: UserId,
    ) -> Result<Vec<Channel>, AppError> {
        let _rooms = self.rooms.read().await;
        let channels = self.of_user(user).await?;
        let rooms = channels.iter().map(|channel| channel_room(channel.id));
        socket.join(rooms.collect::<Vec<_>>());
        Ok(channels)
    }

    /// A channel that someone may read. For a channel that they may not read, the error is the same
    /// as for one that does not exist.
    pub async fn find(&self, user: UserId, channel: ChannelId) -> Result<Channel, AppError> {
        let found = store::find(&self.db, user, channel).await?;
        Ok(found.ok_or(Refusal::ChannelUnknown)?)
    }

    /// How many people are subscribed to a channel.
    pub async fn count_members(&self, channel: ChannelId) -> Result<i64, AppError> {
        Ok(store::count_members(&self.db, channel).await?)
    }

    /// The first 100 people who are subscribed to a channel, in the order in which they signed up.
    pub async fn first_members(&self, channel: ChannelId) -> Result<Vec<Person>, AppError> {
        Ok(store::first_members(&self.db, channel, MAX_MEMBERS).await?)
    }

    /// Up to 100 people who are subscribed to a channel, by name: those after a name, or the first.
    pub async fn members_after(
        &self,
        user: UserId,
        channel: ChannelId,
        name: Option<&str>,
    ) -> Result<Vec<Person>, AppError> {
        self.find(user, channel).await?;
        let after = names::key(name.unwrap_or_default());
        Ok(store::members_after(&self.db, channel, &after, MAX_MEMBERS).await?)
    }

    /// The channels whose name contains the text, those that begin with it first.
    pub async fn search(&self, user: UserId, typed: &str) -> Result<Vec<Channel>, AppError> {
        if typed.trim().is_empty() {
            return Ok(store::search(&self.db, user, "%", "%", MAX_LISTED).await?);
        }
        let Ok(name) = Name::parse(typed) else {
            return Ok(Vec::new());
        };
        let (anywhere, at_start) = patterns(&name.key());
        Ok(store::search(&self.db, user, &anywhere, &at_start, MAX_FOUND).await?)
    }

    /// Creates a public channel and subscribes its creator.
    pub async fn create(&self, user: UserId, typed: &str) -> Result<Channel, AppError> {
        let name = Name::parse_new(typed)?;
        self.limits.new_channels.check(user)?;
        let person = self.accounts.person(user).await?;
        let mut tx = self.db.begin().await?;
        let created = store::create(&mut tx, user, &name).await?;
        let channel = created.ok_or(Refusal::ChannelExists)?;
        self.publish_membership(&mut tx, user, channel.id).await?;
        tx.commit().await?;
        tracing::info!(channel = %channel.id, %user, "channel created");
        self.announce_joined(person, channel.id).await;
        Ok(channel)
    }

    /// Subscribes someone to a channel that they may read.
    pub async fn join(&self, user: UserId, channel: ChannelId) -> Result<Channel, AppError> {
        self.find(user, channel).await?;
        let person = self.accounts.person(user).await?;
        let _rooms = self.rooms.write().await;
        let mut tx = self.db.begin().await?;
        if store::insert_member(&mut tx, user, channel).await? {
            self.publish_membership(&mut tx, user, channel).await?;
            tx.commit().await?;
            self.announce_joined(person, channel).await;
        }
        self.find(user, channel).await
    }

    /// Unsubscribes someone from a channel. If it was a favourite, it is none after subscribing again.
    pub async fn leave(&self, user: UserId, channel: ChannelId) -> Result<ChannelLeft, AppError> {
        self.find(user, channel).await?.access().leave()?;
        let left = ChannelLeft { channel, user };
        let _rooms = self.rooms.write().await;
        let mut tx = self.db.begin().await?;
        if store::remove_member(&mut tx, user, channel).await? {
            self.publish_membership(&mut tx, user, channel).await?;
            tx.commit().await?;
            self.announce_left(&left).await;
        }
        Ok(left)
    }

    /// The direct-message channel of two people, created if there is none.
    pub async fn open_direct(&self, user: UserId, other: UserId) -> Result<Channel, AppError> {
        if user == other {
            return Err(Refusal::DirectWithOneself.into());
        }
        self.accounts.person(other).await?;
        let mut tx = self.db.begin().await?;
        let (channel, is_new) = store::direct(&mut tx, user, other).await?;
        if is_new {
            for person in [user, other] {
                self.publish_membership(&mut tx, person, channel).await?;
            }
        }
        tx.commit().await?;
        for person in [user, other] {
            self.join_room(person, channel).await;
        }
        self.find(user, channel).await
    }

    /// Marks the messages of a channel as read, up to a message's number.
    pub async fn mark_read(
        &self,
        user: UserId,
        channel: ChannelId,
        number: Seq,
    ) -> Result<ChannelRead, AppError> {
        self.find(user, channel).await?.access().write()?;
        let read = ChannelRead { channel, number };
        if store::mark_read(&self.db, user, channel, number).await? {
            emit_to(in_rooms(&self.sockets, [user_room(user)]), &read).await;
            self.bus.send(&ChannelNotice::Read(channel, user));
        }
        Ok(read)
    }

    /// Marks a channel as a favourite of someone who is subscribed to it, or unmarks it.
    pub async fn star(
        &self,
        user: UserId,
        channel: ChannelId,
        is_favourite: bool,
    ) -> Result<ChannelStarred, AppError> {
        self.find(user, channel).await?.access().write()?;
        let starred = ChannelStarred {
            channel,
            is_favourite,
        };
        let mut tx = self.db.begin().await?;
        if store::star(&mut tx, user, channel, is_favourite).await? {
            let notice = ChannelNotice::Starred(channel, user);
            self.bus.publish(&mut tx, &notice).await?;
            tx.commit().await?;
            emit_to(in_rooms(&self.sockets, [user_room(user)]), &starred).await;
        }
        Ok(starred)
    }

    /// Tells everyone else in the channel that someone is typing.
    pub async fn start_typing(&self, user: UserId, channel: ChannelId) -> Result<(), AppError> {
        self.find(user, channel).await?.access().write()?;
        self.bus.send(&ChannelNotice::Typing(channel, user));
        self.emit_typing(user, channel).await
    }

    /// Emits to the sockets of this process that someone is typing.
    async fn emit_typing(&self, user: UserId, channel: ChannelId) -> Result<(), AppError> {
        let person = self.accounts.person(user).await?;
        let all = in_rooms(&self.sockets, [channel_room(channel)]);
        let others = all.map(|all| all.except(user_room(user)).volatile());
        emit_to(others, &TypingStarted { channel, person }).await;
        Ok(())
    }

    /// Subscribes someone who is signing up to General, and returns its id.
    async fn add_to_general(
        &self,
        tx: &mut Tx,
        user: UserId,
    ) -> Result<Option<ChannelId>, sqlx::Error> {
        let general = store::find_by_key(tx, GENERAL_KEY).await?;
        if let Some(general) = general {
            store::insert_member(tx, user, general).await?;
            self.publish_membership(tx, user, general).await?;
        }
        Ok(general)
    }

    /// Lets the other processes know, with the transaction, that someone has subscribed or
    /// unsubscribed.
    async fn publish_membership(
        &self,
        tx: &mut Tx,
        user: UserId,
        channel: ChannelId,
    ) -> Result<(), sqlx::Error> {
        let changed = ChannelNotice::MembershipChanged(channel, user);
        self.bus.publish(tx, &changed).await
    }

    /// Tells everyone in a channel, and the person, that they are subscribed now. It reads nothing:
    /// the subscription is saved already, and a failure now could not be repeated.
    async fn announce_joined(&self, person: Person, channel: ChannelId) {
        let user = person.id;
        self.join_room(user, channel).await;
        let everyone = in_rooms(&self.sockets, [channel_room(channel), user_room(user)]);
        emit_to(everyone, &ChannelJoined { channel, person }).await;
    }

    /// Tells everyone in a channel, and the person, that they are not subscribed any more.
    async fn announce_left(&self, left: &ChannelLeft) {
        let (user, channel) = (user_room(left.user), channel_room(left.channel));
        let everyone = in_rooms(&self.sockets, [channel.clone(), user.clone()]);
        emit_to(everyone, left).await;
        if let Some(connections) = in_rooms(&self.sockets, [user]) {
            log_failure(connections.leave(channel).await);
        }
    }

    /// Puts all connections of a person into the room of a channel.
    async fn join_room(&self, user: UserId, channel: ChannelId) {
        if let Some(connections) = in_rooms(&self.sockets, [user_room(user)]) {
            log_failure(connections.join(channel_room(channel)).await);
        }
    }
}
