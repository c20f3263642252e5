//! What programs ask about channels.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    events::{ChannelSeen, CreateChannel, OpenDirect},
    model::Channel,
};
use crate::{
    state::AppState,
    web::{
        api::{ApiUser, Json, Path, Query},
        problem::Problem,
    },
};

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
struct Search {
    /// What the name holds; without it, one's own channels.
    query: Option<String>,
}

/// The addresses of channels.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(subscribe, unsubscribe))
        .routes(routes!(see))
        .routes(routes!(open_direct))
}

/// One's own channels, or those that a search finds
#[utoipa::path(get, path = "/api/channels", params(Search), responses((status = 200, body = [Channel])))]
async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Query(search): Query<Search>,
) -> Result<Json<Vec<Channel>>, Problem> {
    let Some(typed) = search.query else {
        let channels = super::of_user(&state, user).await?;
        let listed = channels.into_iter().filter(Channel::is_listed);
        return Ok(Json(listed.collect()));
    };
    Ok(Json(super::search(&state, user, &typed).await?))
}

/// Makes a public channel
#[utoipa::path(
    post,
    path = "/api/channels",
    request_body = CreateChannel,
    responses((status = 201, body = Channel), (status = 422, description = "the name is taken, or no name"))
)]
async fn create(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Json(ask): Json<CreateChannel>,
) -> Result<(StatusCode, Json<Channel>), Problem> {
    let channel = super::create(&state, user, &ask.name).await?;
    Ok((StatusCode::CREATED, Json(channel)))
}

/// A channel
#[utoipa::path(
    get,
    path = "/api/channels/{channel}",
    params(("channel" = i64, Path)),
    responses((status = 200, body = Channel), (status = 404, description = "no such channel, or none that may be read"))
)]
async fn show(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(super::find(&state, user, channel).await?))
}

/// Subscribes to a public channel
#[utoipa::path(
    put,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = i64, Path)),
    responses((status = 200, body = Channel), (status = 404, description = "no such channel, or none that may be read"))
)]
async fn subscribe(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(super::join(&state, user, channel).await?))
}

/// Ends a subscription
#[utoipa::path(
    delete,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = i64, Path)),
    responses((status = 204), (status = 403, description = "not subscribed"), (status = 404, description = "no such channel, or none that may be read"))
)]
async fn unsubscribe(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
) -> Result<StatusCode, Problem> {
    super::leave(&state, user, channel).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remembers how far one has read
#[utoipa::path(
    put,
    path = "/api/channels/{channel}/seen/{number}",
    params(("channel" = i64, Path), ("number" = i64, Path, description = "the number of the last message that was seen")),
    responses((status = 200, body = ChannelSeen), (status = 403, description = "not subscribed"), (status = 404, description = "no such channel, or none that may be read"))
)]
async fn see(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path((channel, number)): Path<(i64, i64)>,
) -> Result<Json<ChannelSeen>, Problem> {
    Ok(Json(super::see(&state, user, channel, number).await?))
}

/// The conversation with somebody else
#[utoipa::path(
    post,
    path = "/api/directs",
    request_body = OpenDirect,
    responses((status = 200, body = Channel), (status = 404, description = "there is nobody of this number"))
)]
async fn open_direct(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Json(ask): Json<OpenDirect>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(super::open_direct(&state, user, ask.user).await?))
}
