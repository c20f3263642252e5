//! Messages: the rules. [`read`] and [`write`] have the SQL, [`writer`] applies and broadcasts
//! changes in order, [`text`] renders markdown, [`handlers`] has the event handlers, [`api`] the
//! JSON API.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    channels,
    error::{AppError, Refusal},
    ids::{ChannelId, MessageId, Seq, UserId},
    state::AppState,
};

pub mod api;
mod change;
mod create;
pub mod events;
pub mod handlers;
mod model;
mod read;
mod text;
mod write;
mod writer;

use change::{Action, Change, Draft};
use events::{ChannelSynced, MessageSaved, SendLocation, SendMessage};
pub use model::{Location, Message};
pub use writer::Writer;

/// How many messages a page of history has.
pub const PAGE: i64 = 50;
/// How many messages one acknowledgement of `channel:sync` has.
const SYNC_PAGE: i64 = 200;
/// How many older messages are shown above the one that a link leads to.
const ABOVE: i64 = 20;
/// How many files one message may have.
const MAX_FILES: usize = 10;
/// The longest id that a browser may give a message, in bytes.
const MAX_CLIENT_ID_BYTES: usize = 64;

/// Some messages of a channel, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The messages of this page.
    pub messages: Vec<Message>,
    /// Whether the channel has older messages.
    pub has_older: bool,
    /// Whether the channel has newer messages.
    pub has_newer: bool,
}

/// Sends a message. A retry returns the message that was saved the first time.
pub async fn send(
    state: &AppState,
    user: UserId,
    send: SendMessage,
) -> Result<MessageSaved, AppError> {
    send_at(state, user, send, Utc::now()).await
}

/// Like [`send`], with another time than now.
pub async fn send_at(
    state: &AppState,
    user: UserId,
    send: SendMessage,
    at: DateTime<Utc>,
) -> Result<MessageSaved, AppError> {
    let client_id = check_client_id(send.client_id)?;
    let body = match send.files.is_empty() {
        true => text::check_body(&send.body)?,
        false => text::check_caption(&send.body)?,
    };
    let files = check_files(send.files)?;
    let sent = async {
        let draft = Draft {
            client_id: client_id.clone(),
            body,
            location: None,
            files,
            reply_to: check_reply(state, user, send.channel, send.reply_to).await?,
        };
        write_at(state, user, send.channel, Action::Create(draft), at).await
    };
    or_saved_before(state, user, &client_id, sent.await).await
}

/// Sends a location.
pub async fn send_location(
    state: &AppState,
    user: UserId,
    send: SendLocation,
) -> Result<MessageSaved, AppError> {
    let client_id = check_client_id(send.client_id)?;
    let draft = Draft {
        client_id: client_id.clone(),
        body: String::new(),
        location: Some(Location::check(send.latitude, send.longitude)?),
        files: Vec::new(),
        reply_to: None,
    };
    let sent = write(state, user, send.channel, Action::Create(draft)).await;
    or_saved_before(state, user, &client_id, sent).await
}

/// A saved message counts as sent, even if the acknowledgement was lost and the retry would be
/// refused: the author may have left the channel since, or the quoted message may be deleted.
async fn or_saved_before(
    state: &AppState,
    user: UserId,
    client_id: &str,
    sent: Result<MessageSaved, AppError>,
) -> Result<MessageSaved, AppError> {
    let Err(AppError::Refused(_)) = sent else {
        return sent;
    };
    match read::by_client_id(&state.db, user, client_id).await? {
        Some(message) => Ok(MessageSaved { message }),
        None => sent,
    }
}

/// A message that someone may read.
pub async fn show(state: &AppState, user: UserId, message: MessageId) -> Result<Message, AppError> {
    find(state, user, message).await?;
    let mut tx = state.db.begin_reading().await?;
    let found = read::by_ids(&mut tx, &[message]).await?.render();
    Ok(found.into_iter().next().ok_or(Refusal::MessageUnknown)?)
}

/// Replaces the text of the user's own message.
pub async fn edit(
    state: &AppState,
    user: UserId,
    message: MessageId,
    body: &str,
) -> Result<MessageSaved, AppError> {
    let body = text::check_body(body)?;
    let channel = find_own(state, user, message).await?;
    write(state, user, channel, Action::Edit { message, body }).await
}

/// Deletes the user's own message.
pub async fn delete(
    state: &AppState,
    user: UserId,
    message: MessageId,
) -> Result<MessageSaved, AppError> {
    let channel = find_own(state, user, message).await?;
    write(state, user, channel, Action::Delete { message }).await
}

/// Adds a reaction to a message, or removes it.
pub async fn react(
    state: &AppState,
    user: UserId,
    message: MessageId,
    emoji: &str,
    is_on: bool,
) -> Result<MessageSaved, AppError> {
    let emoji = emojis::get(emoji).or_else(|| emojis::get_by_shortcode(emoji));
    let emoji = emoji.ok_or(Refusal::EmojiUnknown)?.to_string();
    let channel = find(state, user, message).await?.channel_id;
    let action = Action::React {
        message,
        emoji,
        is_on,
    };
    write(state, user, channel, action).await
}

/// The messages that have changed since the last change that a browser has received.
pub async fn sync(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
    after: Seq,
) -> Result<ChannelSynced, AppError> {
    channels::find(state, user, channel).await?;
    // Read this number before the messages: a change in between is part of the acknowledgement,
    // and arrives again as an event.
    let latest = read::latest_change(&state.db, channel).await?;
    let messages = read::changed_after(&state.db, channel, after, SYNC_PAGE).await?;
    let last = messages.last().map_or(after, |message| message.seq);
    let has_more = messages.len() as i64 == SYNC_PAGE;
    Ok(ChannelSynced {
        seq: if has_more { last } else { last.max(latest) },
        messages,
        has_more,
    })
}

/// The last page of a channel, or the page around a message's number. The caller has checked
/// that the person may read the channel.
pub async fn page_at(
    state: &AppState,
    channel: ChannelId,
    at: Option<Seq>,
) -> Result<Page, AppError> {
    let Some(number) = at else {
        return page_before(state, channel, Seq::MAX).await;
    };
    let mut above = read::before(&state.db, channel, number, ABOVE + 1).await?;
    let has_older = above.len() as i64 > ABOVE;
    if has_older {
        above.remove(0);
    }
    let below = page_after(state, channel, number.previous()).await?;
    above.extend(below.messages);
    Ok(Page {
        messages: above,
        has_older,
        has_newer: below.has_newer,
    })
}

/// The page of history that ends before a message's number.
pub async fn page_before(
    state: &AppState,
    channel: ChannelId,
    number: Seq,
) -> Result<Page, AppError> {
    let mut messages = read::before(&state.db, channel, number, PAGE + 1).await?;
    let has_older = messages.len() as i64 > PAGE;
    if has_older {
        messages.remove(0);
    }
    Ok(Page {
        messages,
        has_older,
        has_newer: number != Seq::MAX,
    })
}

/// The page of history that begins after a message's number.
pub async fn page_after(
    state: &AppState,
    channel: ChannelId,
    number: Seq,
) -> Result<Page, AppError> {
    let mut messages = read::after(&state.db, channel, number, PAGE + 1).await?;
    let has_newer = messages.len() as i64 > PAGE;
    messages.truncate(PAGE as usize);
    Ok(Page {
        messages,
        has_older: number > Seq(0),
        has_newer,
    })
}

/// Finds a message that someone may read. The error is the same for a message that they may not
/// read and for one that does not exist.
async fn find(state: &AppState, user: UserId, message: MessageId) -> Result<read::Head, AppError> {
    let head = read::head(&state.db, message).await?;
    let head = head.ok_or(Refusal::MessageUnknown)?;
    match channels::find(state, user, head.channel_id).await {
        Ok(_) => Ok(head),
        Err(AppError::Refused(_)) => Err(Refusal::MessageUnknown.into()),
        Err(error) => Err(error),
    }
}

/// The channel of the user's own message.
async fn find_own(
    state: &AppState,
    user: UserId,
    message: MessageId,
) -> Result<ChannelId, AppError> {
    let head = find(state, user, message).await?;
    match head.author_id == user {
        true => Ok(head.channel_id),
        false => Err(Refusal::NotYours.into()),
    }
}

async fn write(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
    action: Action,
) -> Result<MessageSaved, AppError> {
    write_at(state, user, channel, action, Utc::now()).await
}

async fn write_at(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
    action: Action,
    at: DateTime<Utc>,
) -> Result<MessageSaved, AppError> {
    let change = Change {
        channel,
        by: user,
        at,
        action,
    };
    let message = state.writer.write(change).await?;
    Ok(MessageSaved { message })
}

/// Checks that the message replied to is in the same channel and is not deleted.
async fn check_reply(
    state: &AppState,
    user: UserId,
    channel: ChannelId,
    reply_to: Option<MessageId>,
) -> Result<Option<MessageId>, AppError> {
    let Some(message) = reply_to else {
        return Ok(None);
    };
    let head = find(state, user, message).await?;
    match head.channel_id == channel && head.deleted_at.is_none() {
        true => Ok(Some(message)),
        false => Err(Refusal::MessageUnknown.into()),
    }
}

fn check_files(files: Vec<String>) -> Result<Vec<String>, Refusal> {
    match files.len() {
        0..=MAX_FILES => Ok(files),
        _ => Err(Refusal::TooManyFiles),
    }
}

fn check_client_id(id: String) -> Result<String, AppError> {
    let is_valid = !id.is_empty()
        && id.len() <= MAX_CLIENT_ID_BYTES
        && id.bytes().all(|byte| byte.is_ascii_graphic());
    if is_valid {
        Ok(id)
    } else {
        Err(AppError::BadPayload)
    }
}

impl Location {
    /// The ranges of WGS 84. A number that isn't finite is in neither.
    fn check(latitude: f64, longitude: f64) -> Result<Self, Refusal> {
        let is_on_earth =
            (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        let location = Self {
            latitude,
            longitude,
        };
        if is_on_earth {
            Ok(location)
        } else {
            Err(Refusal::LocationOutOfRange)
        }
    }
}
