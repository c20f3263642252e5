//! The JSON API of people.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::model::Person;
use crate::{
    ids::UserId,
    state::AppState,
    web::{
        api::{ApiUser, Json, Path},
        problem::Problem,
    },
};

/// The profile that everyone may read.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicProfile {
    /// The person.
    person: Person,
    /// The description that they have written of themselves.
    about: String,
}

/// The routes of people.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(people))
        .routes(routes!(profile))
}

/// Get the person who is logged in
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Person)))]
async fn me(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
) -> Result<Json<Person>, Problem> {
    Ok(Json(super::person(&state, user).await?))
}

/// List the online users, by name
#[utoipa::path(get, path = "/api/people", responses((status = 200, body = Vec<Person>)))]
async fn people(
    State(state): State<AppState>,
    _user: ApiUser,
) -> Result<Json<Vec<Person>>, Problem> {
    Ok(Json(super::online_people(&state).await?))
}

/// Get a person's profile
#[utoipa::path(
    get,
    path = "/api/users/{user}",
    params(("user" = i64, Path)),
    responses((status = 200, body = PublicProfile), (status = 404, description = "there is no such person"))
)]
async fn profile(
    State(state): State<AppState>,
    _user: ApiUser,
    Path(user): Path<UserId>,
) -> Result<Json<PublicProfile>, Problem> {
    Ok(Json(PublicProfile {
        person: super::person(&state, user).await?,
        about: super::about(&state, user).await?,
    }))
}
