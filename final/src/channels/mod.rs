//! Channels: the rules. [`store`] has the SQL, [`actions`] the events,
//! [`api`] the JSON, [`pages`] the page.

use crate::{
    accounts::{self, User},
    error::{AppError, Refusal},
    messages,
    names::Name,
    realtime::{channel_room, log_failure, publish, user_room},
    state::AppState,
};

pub mod actions;
pub mod api;
pub mod events;
mod model;
pub mod pages;
mod store;

use events::{ChannelJoined, ChannelLeft, ChannelOpened, ChannelSeen, TypingStarted};
pub use model::{Channel, Kind};

/// The key of the channel that everyone is in; the schema makes it.
const GENERAL_KEY: &str = "general";
/// How many channels a search finds.
const MAX_FOUND: i64 = 10;

/// The channels that someone is subscribed to, by name, conversations that
/// have not begun included.
pub async fn of_user(state: &AppState, user: i64) -> Result<Vec<Channel>, AppError> {
    Ok(store::of_user(&state.db, user).await?)
}

/// A channel that someone may read. One that they may not read is refused in
/// the same words as one that does not exist.
pub async fn find(state: &AppState, user: i64, channel: i64) -> Result<Channel, AppError> {
    let found = store::find(&state.db, user, channel).await?;
    Ok(found.ok_or(Refusal::ChannelUnknown)?)
}

/// A channel that someone is subscribed to.
pub async fn find_own(state: &AppState, user: i64, channel: i64) -> Result<Channel, AppError> {
    let found = find(state, user, channel).await?;
    match found.is_member() {
        true => Ok(found),
        false => Err(Refusal::NotSubscribed.into()),
    }
}

/// The channels whose name holds what was typed, those that begin with it first.
pub async fn search(state: &AppState, user: i64, typed: &str) -> Result<Vec<Channel>, AppError> {
    let Ok(name) = Name::parse(typed) else {
        return Ok(Vec::new());
    };
    let key = escape_like(&name.key());
    let (anywhere, at_start) = (format!("%{key}%"), format!("{key}%"));
    Ok(store::search(&state.db, user, &anywhere, &at_start, MAX_FOUND).await?)
}

/// Makes a public channel, with its maker as the first member.
pub async fn create(state: &AppState, user: i64, typed: &str) -> Result<Channel, AppError> {
    let name = Name::parse_new(typed)?;
    state.limits.new_channels.check(user)?;
    let created = store::create(&state.db, &name, user).await?;
    let channel = created.ok_or(Refusal::ChannelExists)?;
    tracing::info!(channel, user, "channel created");
    announce_joined(state, user, channel).await?;
    find(state, user, channel).await
}

/// Subscribes someone to a public channel.
pub async fn join(state: &AppState, user: i64, channel: i64) -> Result<Channel, AppError> {
    find(state, user, channel).await?;
    let _rooms = state.rooms.write().await;
    if store::add_member(&state.db, channel, user).await? {
        announce_joined(state, user, channel).await?;
    }
    find(state, user, channel).await
}

/// Ends a subscription. A conversation of two cannot be left.
pub async fn leave(state: &AppState, user: i64, channel: i64) -> Result<ChannelLeft, AppError> {
    if find_own(state, user, channel).await?.kind == Kind::Direct {
        return Err(Refusal::DirectStays.into());
    }
    let left = ChannelLeft { channel, user };
    let _rooms = state.rooms.write().await;
    if store::remove_member(&state.db, channel, user).await? {
        publish(state.io.to([channel_room(channel), user_room(user)]), &left).await;
        let windows = state.io.to(user_room(user));
        log_failure(windows.leave(channel_room(channel)).await);
    }
    Ok(left)
}

/// The conversation of two people, made when there is none.
pub async fn open_direct(state: &AppState, user: i64, other: i64) -> Result<Channel, AppError> {
    if user == other {
        return Err(Refusal::DirectWithOneself.into());
    }
    accounts::person(state, other).await?;
    let channel = store::direct(&state.db, user, other).await?;
    for person in [user, other] {
        enter_room(state, person, channel).await;
    }
    find(state, user, channel).await
}

/// A channel with a page of its messages: the last ones, or those around the
/// message with the number `at`.
pub async fn open(
    state: &AppState,
    user: i64,
    channel: i64,
    at: Option<i64>,
) -> Result<ChannelOpened, AppError> {
    // Read before the messages: what changes in between comes again as an event.
    let channel = find(state, user, channel).await?;
    let page = messages::page_at(state, channel.id, at).await?;
    Ok(ChannelOpened {
        members: store::members(&state.db, channel.id).await?,
        channel,
        messages: page.messages,
        has_older: page.has_older,
        has_newer: page.has_newer,
    })
}

/// Remembers that someone has read a channel up to a message.
pub async fn see(
    state: &AppState,
    user: i64,
    channel: i64,
    number: i64,
) -> Result<ChannelSeen, AppError> {
    find_own(state, user, channel).await?;
    let seen = ChannelSeen { channel, number };
    if store::see(&state.db, channel, user, number).await? {
        publish(state.io.to(user_room(user)), &seen).await;
    }
    Ok(seen)
}

/// Tells the others in a channel that someone writes.
pub async fn start_typing(state: &AppState, user: i64, channel: i64) -> Result<(), AppError> {
    find_own(state, user, channel).await?;
    let person = accounts::person(state, user).await?;
    let others = state.io.to(channel_room(channel)).except(user_room(user));
    publish(others.volatile(), &TypingStarted { channel, person }).await;
    Ok(())
}

/// Subscribes someone who has just signed up to the channel that everyone is in.
pub async fn welcome(state: &AppState, user: &User) -> Result<(), AppError> {
    if let Some(general) = store::find_by_key(&state.db, GENERAL_KEY).await? {
        store::add_member(&state.db, general, user.id).await?;
        announce_joined(state, user.id, general).await?;
    }
    Ok(())
}

async fn announce_joined(state: &AppState, user: i64, channel: i64) -> Result<(), AppError> {
    let person = accounts::person(state, user).await?;
    enter_room(state, user, channel).await;
    let everyone = state.io.to([channel_room(channel), user_room(user)]);
    publish(everyone, &ChannelJoined { channel, person }).await;
    Ok(())
}

/// Lets all windows of a person hear what is said in a channel.
async fn enter_room(state: &AppState, user: i64, channel: i64) {
    let windows = state.io.to(user_room(user));
    log_failure(windows.join(channel_room(channel)).await);
}

/// So that `%` and `_` stand for themselves.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
