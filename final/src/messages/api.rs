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
    model::Message,
};
use crate::{
    accounts::{Accounts, ApiUser},
    ids::{ChannelId, MessageId, Seq},
    web::{
        api::{Json, Path, Query},
        problem::Problem,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Get the page that ends before this number. Without `before` and `after`, you get the last
    /// page.
    #[param(value_type = Option<i64>)]
    before: Option<Seq>,
    /// Get the page that begins after this number. If both are given, `before` wins.
    #[param(value_type = Option<i64>)]
    after: Option<Seq>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ChangesQuery {
    /// The number of the last change that you have received.
    #[param(value_type = i64)]
    after: Seq,
}

/// A new message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewMessage {
    /// An id of your choice: new for each message, and the same when you retry.
    client_id: String,
    /// The text, in markdown. It may be empty if there are files.
    body: String,
    /// The id of the message that this one replies to.
    #[schema(value_type = Option<i64>)]
    reply_to: Option<MessageId>,
    /// The ids of files that you have uploaded for this message.
    #[serde(default)]
    files: Vec<String>,
}

/// A new message with a location.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewLocation {
    /// An id of your choice: new for each message, and the same when you retry.
    client_id: String,
    /// Degrees north of the equator, from -90 to 90.
    latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    longitude: f64,
}

/// The new text of a message.
#[derive(Debug, Deserialize, ToSchema)]
struct NewText {
    /// The text, in markdown.
    body: String,
}

/// An emoji with its names.
#[derive(Debug, Serialize, ToSchema)]
struct Emoji {
    /// The emoji itself.
    emoji: &'static str,
    /// Its name in Unicode.
    name: &'static str,
    /// Its shortcode, without the colons.
    shortcode: Option<&'static str>,
    /// Its group in Unicode.
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
        .routes(routes!(history, send))
        .routes(routes!(send_location))
        .routes(routes!(changes))
        .routes(routes!(show, edit, delete))
        .routes(routes!(add_reaction, remove_reaction))
        .routes(routes!(list_emoji))
}

/// Get a page of a channel's history
#[utoipa::path(
    get,
    path = "/api/channels/{channel}/messages",
    params(("channel" = i64, Path), HistoryQuery),
    responses((status = 200, body = Page), (status = 404, description = "there is no such channel, or you may not read it"))
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
    path = "/api/channels/{channel}/messages",
    params(("channel" = i64, Path)),
    request_body = NewMessage,
    responses((status = 201, body = Message), (status = 403, description = "you are not subscribed to this channel"), (status = 404, description = "there is no such channel, or you may not read it"), (status = 422, description = "the message is empty or too long"))
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
    params(("channel" = i64, Path)),
    request_body = NewLocation,
    responses((status = 201, body = Message), (status = 403, description = "you are not subscribed to this channel"), (status = 404, description = "there is no such channel, or you may not read it"), (status = 422, description = "a coordinate is out of range"))
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
    path = "/api/channels/{channel}/changes",
    params(("channel" = i64, Path), ChangesQuery),
    responses((status = 200, body = ChannelSynced), (status = 404, description = "there is no such channel, or you may not read it"))
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
    path = "/api/messages/{message}",
    params(("message" = i64, Path)),
    responses((status = 200, body = Message), (status = 404, description = "there is no such message, or you may not read it"))
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
    path = "/api/messages/{message}",
    params(("message" = i64, Path)),
    request_body = NewText,
    responses((status = 200, body = Message), (status = 403, description = "the message is somebody else's"), (status = 404, description = "there is no such message, or you may not read it"))
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
    path = "/api/messages/{message}",
    params(("message" = i64, Path)),
    responses((status = 200, body = Message), (status = 403, description = "the message is somebody else's"), (status = 404, description = "there is no such message, or you may not read it"))
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
    params(("message" = i64, Path), ("emoji" = String, Path, description = "the emoji itself, or its shortcode")),
    responses((status = 200, body = Message), (status = 404, description = "there is no such message, or you may not read it"), (status = 422, description = "this is not an emoji"))
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
    params(("message" = i64, Path), ("emoji" = String, Path, description = "the emoji itself, or its shortcode")),
    responses((status = 200, body = Message), (status = 404, description = "there is no such message, or you may not read it"), (status = 422, description = "this is not an emoji"))
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
#[utoipa::path(get, path = "/api/emoji", responses((status = 200, body = [Emoji])))]
async fn list_emoji(_user: ApiUser) -> Json<Vec<Emoji>> {
    let all = emojis::iter().map(|emoji| Emoji {
        emoji: emoji.as_str(),
        name: emoji.name(),
        shortcode: emoji.shortcode(),
        group: format!("{:?}", emoji.group()),
    });
    Json(all.collect())
}
