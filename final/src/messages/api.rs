//! What programs ask about messages.

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Page,
    events::{ChannelSynced, SendLocation, SendMessage},
    model::Message,
};
use crate::{
    channels,
    state::AppState,
    web::{
        api::{ApiUser, Json, Path, Query},
        problem::Problem,
    },
};

/// Which page of history.
#[derive(Debug, Deserialize, IntoParams)]
struct Place {
    /// The page that ends before this number.
    before: Option<i64>,
    /// The page that begins after this number; `before` wins.
    after: Option<i64>,
}

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
struct Since {
    /// The number of the last change that is known.
    after: i64,
}

/// A message to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewMessage {
    /// New for each message, and the same when it is sent again.
    client_id: String,
    /// What was written, in markdown.
    body: String,
    /// The number of the message that it answers.
    reply_to: Option<i64>,
    /// The ids of files that were uploaded for it.
    #[serde(default)]
    files: Vec<String>,
}

/// A place on Earth to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewLocation {
    /// New for each message, and the same when it is sent again.
    client_id: String,
    /// Degrees north of the equator, from -90 to 90.
    latitude: f64,
    /// Degrees east of Greenwich, from -180 to 180.
    longitude: f64,
}

/// The text that replaces the one of before.
#[derive(Debug, Deserialize, ToSchema)]
struct NewText {
    /// What was written, in markdown.
    body: String,
}

/// An emoji, and what people call it.
#[derive(Debug, Serialize, ToSchema)]
struct Emoji {
    /// The emoji.
    emoji: &'static str,
    /// Its name.
    name: &'static str,
    /// What is typed between colons.
    shortcode: Option<&'static str>,
    /// What it is about.
    group: String,
}

/// The addresses of messages.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(history, send))
        .routes(routes!(send_location))
        .routes(routes!(changes))
        .routes(routes!(show, edit, delete))
        .routes(routes!(add_reaction, remove_reaction))
        .routes(routes!(list_emoji))
}

/// A page of a channel's history; the last one when no place is named
#[utoipa::path(
    get,
    path = "/api/channels/{channel}/messages",
    params(("channel" = i64, Path), Place),
    responses((status = 200, body = Page), (status = 404, description = "no such channel, or none that may be read"))
)]
async fn history(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
    Query(place): Query<Place>,
) -> Result<Json<Page>, Problem> {
    channels::find(&state, user, channel).await?;
    let page = match (place.before, place.after) {
        (None, Some(number)) => super::page_after(&state, channel, number).await?,
        (before, _) => super::page_before(&state, channel, before.unwrap_or(i64::MAX)).await?,
    };
    Ok(Json(page))
}

/// Writes a message
#[utoipa::path(
    post,
    path = "/api/channels/{channel}/messages",
    params(("channel" = i64, Path)),
    request_body = NewMessage,
    responses((status = 201, body = Message), (status = 403, description = "not subscribed"), (status = 404, description = "no such channel, or none that may be read"), (status = 422, description = "empty or too long"))
)]
async fn send(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
    Json(new): Json<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let send = SendMessage {
        channel,
        client_id: new.client_id,
        body: new.body,
        reply_to: new.reply_to,
        files: new.files,
    };
    let saved = super::send(&state, user, send).await?;
    Ok((StatusCode::CREATED, Json(saved.message)))
}

/// Writes where somebody is
#[utoipa::path(
    post,
    path = "/api/channels/{channel}/locations",
    params(("channel" = i64, Path)),
    request_body = NewLocation,
    responses((status = 201, body = Message), (status = 403, description = "not subscribed"), (status = 404, description = "no such channel, or none that may be read"), (status = 422, description = "no place on Earth"))
)]
async fn send_location(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
    Json(new): Json<NewLocation>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let send = SendLocation {
        channel,
        client_id: new.client_id,
        latitude: new.latitude,
        longitude: new.longitude,
    };
    let saved = super::send_location(&state, user, send).await?;
    Ok((StatusCode::CREATED, Json(saved.message)))
}

/// The messages of a channel that changed since
#[utoipa::path(
    get,
    path = "/api/channels/{channel}/changes",
    params(("channel" = i64, Path), Since),
    responses((status = 200, body = ChannelSynced), (status = 404, description = "no such channel, or none that may be read"))
)]
async fn changes(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
    Query(since): Query<Since>,
) -> Result<Json<ChannelSynced>, Problem> {
    Ok(Json(super::sync(&state, user, channel, since.after).await?))
}

/// A message
#[utoipa::path(
    get,
    path = "/api/messages/{message}",
    params(("message" = i64, Path)),
    responses((status = 200, body = Message), (status = 404, description = "no such message, or none that may be read"))
)]
async fn show(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(message): Path<i64>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(super::show(&state, user, message).await?))
}

/// Replaces the text of one's own message
#[utoipa::path(
    patch,
    path = "/api/messages/{message}",
    params(("message" = i64, Path)),
    request_body = NewText,
    responses((status = 200, body = Message), (status = 403, description = "somebody else's"), (status = 404, description = "no such message, or none that may be read"))
)]
async fn edit(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(message): Path<i64>,
    Json(new): Json<NewText>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(
        super::edit(&state, user, message, &new.body).await?.message,
    ))
}

/// Takes one's own message back
#[utoipa::path(
    delete,
    path = "/api/messages/{message}",
    params(("message" = i64, Path)),
    responses((status = 200, body = Message), (status = 403, description = "somebody else's"), (status = 404, description = "no such message, or none that may be read"))
)]
async fn delete(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(message): Path<i64>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(super::delete(&state, user, message).await?.message))
}

/// Puts an emoji beside a message
#[utoipa::path(
    put,
    path = "/api/messages/{message}/reactions/{emoji}",
    params(("message" = i64, Path), ("emoji" = String, Path, description = "the emoji, or its short name")),
    responses((status = 200, body = Message), (status = 404, description = "no such message, or none that may be read"), (status = 422, description = "no emoji"))
)]
async fn add_reaction(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path((message, emoji)): Path<(i64, String)>,
) -> Result<Json<Message>, Problem> {
    let saved = super::react(&state, user, message, &emoji, true).await?;
    Ok(Json(saved.message))
}

/// Takes an emoji away
#[utoipa::path(
    delete,
    path = "/api/messages/{message}/reactions/{emoji}",
    params(("message" = i64, Path), ("emoji" = String, Path, description = "the emoji, or its short name")),
    responses((status = 200, body = Message), (status = 404, description = "no such message, or none that may be read"), (status = 422, description = "no emoji"))
)]
async fn remove_reaction(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path((message, emoji)): Path<(i64, String)>,
) -> Result<Json<Message>, Problem> {
    let saved = super::react(&state, user, message, &emoji, false).await?;
    Ok(Json(saved.message))
}

/// All emoji, in the order of Unicode
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
