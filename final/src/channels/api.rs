//! The JSON API of channels.

use std::sync::Arc;

use axum::{
    extract::{FromRef, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Channels,
    events::{ChannelRead, CreateChannel, OpenDirect},
    model::Channel,
};
use crate::{
    accounts::{Accounts, ApiUser},
    ids::{ChannelId, Seq},
    web::{
        api::{Json, Path, Query},
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
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Channels>: FromRef<S>,
{
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
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Query(search): Query<Search>,
) -> Result<Json<Vec<Channel>>, Problem> {
    let Some(typed) = search.query else {
        let own = channels.of_user(user).await?;
        let listed = own.into_iter().filter(Channel::is_listed);
        return Ok(Json(listed.collect()));
    };
    Ok(Json(channels.search(user, &typed).await?))
}

/// Create a public channel
#[utoipa::path(
    post,
    path = "/api/channels",
    request_body = CreateChannel,
    responses((status = 201, body = Channel), (status = 422, description = "the name is taken or not valid"))
)]
async fn create(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Json(payload): Json<CreateChannel>,
) -> Result<(StatusCode, Json<Channel>), Problem> {
    let channel = channels.create(user, &payload.name).await?;
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
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(channels.find(user, channel).await?))
}

/// Subscribe to a public channel
#[utoipa::path(
    put,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = i64, Path)),
    responses((status = 200, body = Channel), (status = 404, description = "there is no such channel, or you may not read it"))
)]
async fn subscribe(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(channels.join(user, channel).await?))
}

/// Unsubscribe from a channel
#[utoipa::path(
    delete,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = i64, Path)),
    responses((status = 204), (status = 403, description = "you are not subscribed to this channel"), (status = 404, description = "there is no such channel, or you may not read it"))
)]
async fn unsubscribe(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<StatusCode, Problem> {
    channels.leave(user, channel).await?;
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
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path((channel, number)): Path<(ChannelId, Seq)>,
) -> Result<Json<ChannelRead>, Problem> {
    let read = channels.mark_read(user, channel, number).await?;
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
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Json(payload): Json<OpenDirect>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(channels.open_direct(user, payload.user).await?))
}
