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
    events::{ChannelRead, ChannelStarred, CreateChannel, OpenDirect},
    model::Channel,
};
use crate::{
    accounts::{Accounts, ApiUser, Person},
    error::Refusal,
    ids::{ChannelId, Seq},
    web::{
        api::{Json, Path, Query},
        openapi::{errors, with_problems},
        problem::Problem,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A part of the channel's name. If it is empty, the list has the first 200 public channels;
    /// without it, those that you are subscribed to.
    #[param(example = "rec")]
    query: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MembersAfter {
    /// The name of the last person of the page before. Without it, the list begins at its beginning.
    #[param(example = "Ada")]
    after: Option<String>,
}

/// The routes of channels.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Channels>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(with_problems(routes!(list), errors![]))
        .routes(with_problems(
            routes!(create),
            errors![
                Refusal::ChannelExists,
                Refusal::NameEmpty,
                Refusal::NameInvisible,
                Refusal::NameMixed,
                Refusal::NameTooLong,
            ],
        ))
        .routes(with_problems(
            routes!(show),
            errors![Refusal::ChannelUnknown],
        ))
        .routes(with_problems(
            routes!(members),
            errors![Refusal::ChannelUnknown],
        ))
        .routes(with_problems(
            routes!(subscribe),
            errors![Refusal::ChannelUnknown],
        ))
        .routes(with_problems(
            routes!(unsubscribe),
            errors![
                Refusal::ChannelUnknown,
                Refusal::DirectStays,
                Refusal::NotSubscribed,
            ],
        ))
        .routes(with_problems(
            routes!(mark_read),
            errors![Refusal::ChannelUnknown, Refusal::NotSubscribed],
        ))
        .routes(with_problems(
            routes!(star),
            errors![Refusal::ChannelUnknown, Refusal::NotSubscribed],
        ))
        .routes(with_problems(
            routes!(unstar),
            errors![Refusal::ChannelUnknown, Refusal::NotSubscribed],
        ))
        .routes(with_problems(
            routes!(open_direct),
            errors![Refusal::DirectWithOneself, Refusal::UserUnknown],
        ))
}

/// List the channels that you are subscribed to, or search all channels
#[utoipa::path(
    get,
    operation_id = "list_channels",
    path = "/api/channels",
    params(Search),
    responses((status = 200, description = "the channels", body = [Channel]))
)]
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
    operation_id = "create_channel",
    path = "/api/channels",
    request_body = CreateChannel,
    responses((status = 201, description = "the new channel", body = Channel))
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
    operation_id = "get_channel",
    path = "/api/channels/{channel}",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    responses((status = 200, description = "the channel", body = Channel))
)]
async fn show(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(channels.find(user, channel).await?))
}

/// List the people who are subscribed to a channel, by name, 100 at a time
#[utoipa::path(
    get,
    operation_id = "list_members",
    path = "/api/channels/{channel}/members",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id"), MembersAfter),
    responses((status = 200, description = "the people", body = [Person]))
)]
async fn members(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
    Query(page): Query<MembersAfter>,
) -> Result<Json<Vec<Person>>, Problem> {
    let members = channels.members_after(user, channel, page.after.as_deref());
    Ok(Json(members.await?))
}

/// Subscribe to a public channel
#[utoipa::path(
    put,
    path = "/api/channels/{channel}/subscription",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    responses((status = 200, description = "the channel", body = Channel))
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
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    responses((status = 204, description = "you are not subscribed any more"))
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
    params(("channel" = inline(ChannelId), Path, description = "the channel's id"), ("number" = inline(Seq), Path, description = "the number of the last message that you have read")),
    responses((status = 200, description = "the number that you sent", body = ChannelRead))
)]
async fn mark_read(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path((channel, number)): Path<(ChannelId, Seq)>,
) -> Result<Json<ChannelRead>, Problem> {
    let read = channels.mark_read(user, channel, number).await?;
    Ok(Json(read))
}

/// Mark a channel as a favourite
#[utoipa::path(
    put,
    operation_id = "star_channel",
    path = "/api/channels/{channel}/favourite",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    responses((status = 200, description = "the channel is a favourite", body = ChannelStarred))
)]
async fn star(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<ChannelStarred>, Problem> {
    Ok(Json(channels.star(user, channel, true).await?))
}

/// Remove a channel from your favourites
#[utoipa::path(
    delete,
    operation_id = "unstar_channel",
    path = "/api/channels/{channel}/favourite",
    params(("channel" = inline(ChannelId), Path, description = "the channel's id")),
    responses((status = 200, description = "the channel is not a favourite", body = ChannelStarred))
)]
async fn unstar(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Path(channel): Path<ChannelId>,
) -> Result<Json<ChannelStarred>, Problem> {
    Ok(Json(channels.star(user, channel, false).await?))
}

/// Get the direct-message channel with another person, and create it if there is none
#[utoipa::path(
    post,
    path = "/api/directs",
    request_body = OpenDirect,
    responses((status = 200, description = "the channel", body = Channel))
)]
async fn open_direct(
    State(channels): State<Arc<Channels>>,
    ApiUser(user): ApiUser,
    Json(payload): Json<OpenDirect>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(channels.open_direct(user, payload.user).await?))
}
