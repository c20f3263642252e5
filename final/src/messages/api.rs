//! The JSON API of messages.

use std::sync::Arc;

use axum::{
    extract::{FromRef, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Messages,
    events::{ChannelSynced, SendLocation, SendMessage},
    history::Page,
    model::{Latitude, Longitude, Message},
    send::{ClientId, FileIds},
    text::{MessageText, OptionalText},
};
use crate::{
    accounts::{Accounts, ApiUser},
    error::{AppError, Refusal, UploadRefusal},
    ids::{ChannelId, MessageId, Seq},
    web::{
        api::{Json, Path, Query},
        openapi::{errors, with_problems},
        problem::Problem,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Get the page that ends before this number. Without `before` and `after`, you get the last
    /// page.
    #[param(inline)]
    before: Option<Seq>,
    /// Get the page that begins after this number. If both are given, `before` wins.
    #[param(inline)]
    after: Option<Seq>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ChangesQuery {
    /// The number of the last change that you have received.
    #[param(inline)]
    after: Seq,
}

/// A new message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewMessage {
    /// An id of your choice: new for each message, and the same when you retry.
    #[schema(value_type = ClientId)]
    client_id: String,
    /// The text, in markdown. It may be empty if there are files.
    #[schema(value_type = OptionalText)]
    body: String,
    /// The id of the message that this one replies to.
    reply_to: Option<MessageId>,
    /// The ids of files that you have uploaded for this message.
    #[serde(default)]
    #[schema(value_type = FileIds)]
    files: Vec<String>,
}

/// A new message with a location.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewLocation {
    /// An id of your choice: new for each message, and the same when you retry.
    #[schema(value_type = ClientId)]
    client_id: String,
    /// Degrees north of the equator.
    #[schema(value_type = Latitude)]
    latitude: f64,
    /// Degrees east of Greenwich.
    #[schema(value_type = Longitude)]
    longitude: f64,
}

/// The new text of a message.
#[derive(Debug, Deserialize, ToSchema)]
struct NewText {
    /// The text, in markdown.
    #[schema(value_type = MessageText)]
    body: String,
}

/// An emoji with its names.
#[derive(Debug, Serialize, ToSchema)]
struct Emoji {
    /// The emoji itself.
    #[schema(min_length = 1, example = "🎉")]
    emoji: &'static str,
    /// Its name in Unicode.
    #[schema(example = "party popper")]
    name: &'static str,
    /// Its shortcode, without the colons.
    #[schema(example = "tada")]
    shortcode: Option<&'static str>,
    /// Its group in Unicode.
    #[schema(example = "Activities")]
    group: String,
}

/// The routes of messages.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Messages>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(with_problems(
            routes!(history),
            errors![Refusal::ChannelUnknown],
        ))
        .routes(with_problems(
            routes!(send),
            errors![
                AppError::Stopping,
                Refusal::ChannelUnknown,
                Refusal::FileTwice,
                Refusal::MessageEmpty,
                Refusal::MessageTooLong,
                Refusal::MessageUnknown,
                Refusal::NotSubscribed,
                Refusal::TooManyFiles,
                UploadRefusal::Gone,
            ],
        ))
        .routes(with_problems(
            routes!(send_location),
            errors![
                AppError::Stopping,
                Refusal::ChannelUnknown,
                Refusal::LocationOutOfRange,
                Refusal::NotSubscribed,
            ],
        ))
        .routes(with_problems(
            routes!(changes),
            errors![Refusal::ChannelUnknown],
        ))
        .routes(with_problems(
            routes!(show),
            errors![Refusal::MessageUnknown],
        ))
        .routes(with_problems(
            routes!(edit),
            errors![
                AppError::Stopping,
                Refusal::MessageEmpty,
                Refusal::MessageTooLong,
                Refusal::MessageUnknown,
                Refusal::NotSubscribed,
                Refusal::NotYours,
            ],
        ))
        .routes(with_problems(
            routes!(delete),
            errors![
                AppError::Stopping,
                Refusal::MessageUnknown,
                Refusal::NotSubscribed,
                Refusal::NotYours,
            ],
        ))
        .routes(with_problems(
            routes!(add_reaction),
            errors![
                AppError::Stopping,
                Refusal::EmojiUnknown,
                Refusal::MessageUnknown,
                Refusal::NotSubscribed,
                Refusal::TooManyReactions,
            ],
        ))
        .routes(with_problems(
            routes!(remove_reaction),
            errors![
                AppError::Stopping,
                Refusal::EmojiUnknown,
                Refusal::MessageUnknown,
                Refusal::NotSubscribed,
            ],
        ))
        .routes(with_problems(routes!(list_emoji), errors![]))
}

/// Get a page of a channel's history
#[utoipa::path(
    get,
    operation_id = "get_history",
    path = "/api/channels/{channel}/messages",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id"), HistoryQuery),
    responses((status = 200, description = "the messages, oldest first", body = Page))
)]
async fn history(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page>, Problem> {
    let page = messages
        .history(user, channel, query.before, query.after)
        .await?;
    Ok(Json(page))
}

/// Send a message
#[utoipa::path(
    post,
    operation_id = "send_message",
    path = "/api/channels/{channel}/messages",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    request_body = NewMessage,
    responses((status = 201, description = "the message. A retry gets the one that was saved the first time.", body = Message))
)]
async fn send(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
    Json(new): Json<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let send = SendMessage {
        channel,
        client_id: new.client_id,
        body: new.body,
        reply_to: new.reply_to,
        files: new.files,
    };
    let saved = messages.send(user, send).await?;
    Ok((StatusCode::CREATED, Json(saved.message)))
}

/// Send a location
#[utoipa::path(
    post,
    path = "/api/channels/{channel}/locations",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    request_body = NewLocation,
    responses((status = 201, description = "the message. A retry gets the one that was saved the first time.", body = Message))
)]
async fn send_location(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
    Json(new): Json<NewLocation>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let send = SendLocation {
        channel,
        client_id: new.client_id,
        latitude: new.latitude,
        longitude: new.longitude,
    };
    let saved = messages.send_location(user, send).await?;
    Ok((StatusCode::CREATED, Json(saved.message)))
}

/// Get the messages of a channel that have changed since a change
#[utoipa::path(
    get,
    operation_id = "get_changes",
    path = "/api/channels/{channel}/changes",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id"), ChangesQuery),
    responses((status = 200, description = "the changes", body = ChannelSynced))
)]
async fn changes(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
    Query(query): Query<ChangesQuery>,
) -> Result<Json<ChannelSynced>, Problem> {
    Ok(Json(messages.sync(user, channel, query.after).await?))
}

/// Get a message
#[utoipa::path(
    get,
    operation_id = "get_message",
    path = "/api/messages/{message}",
    params(("message" = inline(MessageId), Path, description = "the message's id")),
    responses((status = 200, description = "the message as it is now", body = Message))
)]
async fn show(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(message): Path<MessageId>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(messages.show(user, message).await?))
}

/// Edit your own message
#[utoipa::path(
    patch,
    operation_id = "edit_message",
    path = "/api/messages/{message}",
    params(("message" = inline(MessageId), Path, description = "the message's id")),
    request_body = NewText,
    responses((status = 200, description = "the message as it is now", body = Message))
)]
async fn edit(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(message): Path<MessageId>,
    Json(new): Json<NewText>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(messages.edit(user, message, &new.body).await?.message))
}

/// Delete your own message
#[utoipa::path(
    delete,
    operation_id = "delete_message",
    path = "/api/messages/{message}",
    params(("message" = inline(MessageId), Path, description = "the message's id")),
    responses((status = 200, description = "the message as it is now", body = Message))
)]
async fn delete(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path(message): Path<MessageId>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(messages.delete(user, message).await?.message))
}

/// Add a reaction to a message
#[utoipa::path(
    put,
    path = "/api/messages/{message}/reactions/{emoji}",
    params(("message" = inline(MessageId), Path, description = "the message's id"), ("emoji" = String, Path, description = "the emoji itself, or its shortcode", min_length = 1, example = "tada")),
    responses((status = 200, description = "the message as it is now", body = Message))
)]
async fn add_reaction(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path((message, emoji)): Path<(MessageId, String)>,
) -> Result<Json<Message>, Problem> {
    let saved = messages.react(user, message, &emoji, true).await?;
    Ok(Json(saved.message))
}

/// Remove your reaction from a message
#[utoipa::path(
    delete,
    path = "/api/messages/{message}/reactions/{emoji}",
    params(("message" = inline(MessageId), Path, description = "the message's id"), ("emoji" = String, Path, description = "the emoji itself, or its shortcode", min_length = 1, example = "tada")),
    responses((status = 200, description = "the message as it is now", body = Message))
)]
async fn remove_reaction(
    State(messages): State<Arc<Messages>>,
    ApiUser(user): ApiUser,
    Path((message, emoji)): Path<(MessageId, String)>,
) -> Result<Json<Message>, Problem> {
    let saved = messages.react(user, message, &emoji, false).await?;
    Ok(Json(saved.message))
}

/// List all emoji, in the order of Unicode
#[utoipa::path(
    get,
    path = "/api/emoji",
    responses((status = 200, description = "all emoji", body = [Emoji]))
)]
async fn list_emoji(_user: ApiUser) -> Json<Vec<Emoji>> {
    let all = emojis::iter().map(|emoji| Emoji {
        emoji: emoji.as_str(),
        name: emoji.name(),
        shortcode: emoji.shortcode(),
        group: format!("{:?}", emoji.group()),
    });
    Json(all.collect())
}
