//! The JSON API of channels.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    events::{ChannelRead, CreateChannel, OpenDirect},
    model::Channel,
};
use crate::{
    ids::{ChannelId, Seq},
    state::AppState,
    web::{
        api::{ApiUser, Json, Path, Query},
        problem::Problem,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A part of the channel's name. Without it, the list has the channels that you are
    /// subscribed to.
    query: Option<String>,
}

/// The routes of channels.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(subscribe, unsubscribe))
        .routes(routes!(mark_read))
        .routes(routes!(open_direct))
}

/// List the channels that you are subscribed to, or search all channels
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

/// Create a public channel
#[utoipa::path(
    post,
    path = "/api/channels",
    request_body = CreateChannel,
    responses((status = 201, body = Channel), (status = 422, description = "the name is taken or not valid"))
)]
async fn create(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Json(payload): Json<CreateChannel>,
) -> Result<(StatusCode, Json<Channel>), Problem> {
    let channel = super::create(&state, user, &payload.name).await?;
    Ok((StatusCode::CREATED, Json(channel)))
}

/// Get a channel
#[utoipa::path(
    get,
    path = "/api/channels/{channel}",
    params(("channel" = i64, Path)),
    responses((status = 200, body = Channel), (status = 404, description = "there is no such channel, or you may not read it"))
)]
async fn show(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(super::find(&state, user, channel).await?))
}

/// Subscribe to a public channel
#[utoipa::path(
    put,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = i64, Path)),
    responses((status = 200, body = Channel), (status = 404, description = "there is no such channel, or you may not read it"))
)]
async fn subscribe(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(super::join(&state, user, channel).await?))
}

/// Unsubscribe from a channel
#[utoipa::path(
    delete,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = i64, Path)),
    responses((status = 204), (status = 403, description = "you are not subscribed to this channel"), (status = 404, description = "there is no such channel, or you may not read it"))
)]
async fn unsubscribe(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<StatusCode, Problem> {
    super::leave(&state, user, channel).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mark the messages of a channel as read, up to a number
#[utoipa::path(
    put,
    path = "/api/channels/{channel}/seen/{number}",
    params(("channel" = i64, Path), ("number" = i64, Path, description = "the number of the last message that you have read")),
    responses((status = 200, body = ChannelRead), (status = 403, description = "you are not subscribed to this channel"), (status = 404, description = "there is no such channel, or you may not read it"))
)]
async fn mark_read(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path((channel, number)): Path<(ChannelId, Seq)>,
) -> Result<Json<ChannelRead>, Problem> {
    let read = super::mark_read(&state, user, channel, number).await?;
    Ok(Json(read))
}

/// Get the direct-message channel with another person, and create it if there is none
#[utoipa::path(
    post,
    path = "/api/directs",
    request_body = OpenDirect,
    responses((status = 200, body = Channel), (status = 404, description = "there is no such person"))
)]
async fn open_direct(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Json(payload): Json<OpenDirect>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(super::open_direct(&state, user, payload.user).await?))
}
