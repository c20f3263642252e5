//! Channels: the rules. [`store`] has the SQL, [`handlers`] the event handlers, [`api`] the JSON
//! API, [`pages`] the page.

use crate::{
    accounts::{self, User},
    error::{AppError, Refusal},
    ids::{ChannelId, Seq, UserId},
    messages,
    names::Name,
    realtime::{channel_room, emit_to, in_rooms, log_failure, user_room},
    state::AppState,
};

pub mod api;
pub mod events;
pub mod handlers;
mod model;
pub mod pages;
mod store;

use events::{ChannelJoined, ChannelLeft, ChannelOpened, ChannelRead, TypingStarted};
pub use model::{Channel, Kind};

/// The key of the channel that everyone starts in. The schema creates it.
const GENERAL_KEY: &str = "general";
/// How many channels a search returns.
const MAX_FOUND: i64 = 10;

/// The channels that someone is subscribed to, by name, including direct messages without a
/// message yet.
pub async fn of_user(state: &AppState, user: UserId) -> Result<Vec<Channel>, AppError> {
    Ok(store::of_user(&state.db, user).await?)
}

/// A channel that someone may read. For a channel that they may not read, the error is the same
/// as for one that does not exist.
pub async fn find(state: &AppState, user: UserId, channel: ChannelId) -> Result<Channel, AppError> {
    let found = store::find(&state.db, user, channel).await?;
    Ok(found.ok_or(Refusal::ChannelUnknown)?)
}

/// A channel that someone is subscribed to.
pub async fn find_own(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
) -> Result<Channel, AppError> {
    let found = find(state, user, channel).await?;
    match found.is_member() {
        true => Ok(found),
        false => Err(Refusal::NotSubscribed.into()),
    }
}

/// The channels whose name contains the text, those that begin with it first.
pub async fn search(state: &AppState, user: UserId, typed: &str) -> Result<Vec<Channel>, AppError> {
    let Ok(name) = Name::parse(typed) else {
        return Ok(Vec::new());
    };
    let key = escape_like(&name.key());
    let (anywhere, at_start) = (format!("%{key}%"), format!("{key}%"));
    Ok(store::search(&state.db, user, &anywhere, &at_start, MAX_FOUND).await?)
}

/// Creates a public channel and subscribes its creator.
pub async fn create(state: &AppState, user: UserId, typed: &str) -> Result<Channel, AppError> {
    let name = Name::parse_new(typed)?;
    state.limits.new_channels.check(user)?;
    let created = store::create(&state.db, &name, user).await?;
    let channel = created.ok_or(Refusal::ChannelExists)?;
    tracing::info!(%channel, %user, "channel created");
    announce_joined(state, user, channel).await?;
    find(state, user, channel).await
}

/// Subscribes someone to a public channel.
pub async fn join(state: &AppState, user: UserId, channel: ChannelId) -> Result<Channel, AppError> {
    find(state, user, channel).await?;
    let _rooms = state.rooms.write().await;
    if store::add_member(&state.db, channel, user).await? {
        announce_joined(state, user, channel).await?;
    }
    find(state, user, channel).await
}

/// Unsubscribes someone from a channel. Nobody can leave a direct message.
pub async fn leave(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
) -> Result<ChannelLeft, AppError> {
    if find_own(state, user, channel).await?.kind == Kind::Direct {
        return Err(Refusal::DirectStays.into());
    }
    let left = ChannelLeft { channel, user };
    let _rooms = state.rooms.write().await;
    if store::remove_member(&state.db, channel, user).await? {
        let everyone = in_rooms(&state.io, [channel_room(channel), user_room(user)]);
        emit_to(everyone, &left).await;
        if let Some(connections) = in_rooms(&state.io, [user_room(user)]) {
            log_failure(connections.leave(channel_room(channel)).await);
        }
    }
    Ok(left)
}

/// The direct-message channel of two people, created if there is none.
pub async fn open_direct(
    state: &AppState,
    user: UserId,
    other: UserId,
) -> Result<Channel, AppError> {
    if user == other {
        return Err(Refusal::DirectWithOneself.into());
    }
    accounts::person(state, other).await?;
    let channel = store::direct(&state.db, user, other).await?;
    for person in [user, other] {
        join_room(state, person, channel).await;
    }
    find(state, user, channel).await
}

/// A channel with a page of its messages: the last ones, or those around the message with the
/// number `at`.
pub async fn open(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
    at: Option<Seq>,
) -> Result<ChannelOpened, AppError> {
    // Read the channel before its messages: a change in between arrives again as an event.
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

/// Marks the messages of a channel as read, up to a message's number.
pub async fn mark_read(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
    number: Seq,
) -> Result<ChannelRead, AppError> {
    find_own(state, user, channel).await?;
    let read = ChannelRead { channel, number };
    if store::mark_read(&state.db, channel, user, number).await? {
        emit_to(in_rooms(&state.io, [user_room(user)]), &read).await;
    }
    Ok(read)
}

/// Tells everyone else in the channel that someone is typing.
pub async fn start_typing(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
) -> Result<(), AppError> {
    find_own(state, user, channel).await?;
    let person = accounts::person(state, user).await?;
    let all = in_rooms(&state.io, [channel_room(channel)]);
    let others = all.map(|all| all.except(user_room(user)).volatile());
    emit_to(others, &TypingStarted { channel, person }).await;
    Ok(())
}

/// Subscribes someone who has just signed up to General.
pub async fn join_general(state: &AppState, user: &User) -> Result<(), AppError> {
    if let Some(general) = store::find_by_key(&state.db, GENERAL_KEY).await? {
        store::add_member(&state.db, general, user.id).await?;
        announce_joined(state, user.id, general).await?;
    }
    Ok(())
}

async fn announce_joined(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
) -> Result<(), AppError> {
    let person = accounts::person(state, user).await?;
    join_room(state, user, channel).await;
    let everyone = in_rooms(&state.io, [channel_room(channel), user_room(user)]);
    emit_to(everyone, &ChannelJoined { channel, person }).await;
    Ok(())
}

/// Puts all connections of a person into the room of a channel.
async fn join_room(state: &AppState, user: UserId, channel: ChannelId) {
    if let Some(connections) = in_rooms(&state.io, [user_room(user)]) {
        log_failure(connections.join(channel_room(channel)).await);
    }
}

/// Escapes `%` and `_`, so that LIKE matches them literally.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
