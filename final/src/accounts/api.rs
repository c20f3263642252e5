//! What programs ask about people.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::model::Person;
use crate::{
    state::AppState,
    web::{
        api::{ApiUser, Json, Path},
        problem::Problem,
    },
};

/// What everyone may read of someone.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicProfile {
    /// Who it is.
    person: Person,
    /// A line about themselves.
    about: String,
}

/// The addresses of people.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(people))
        .routes(routes!(profile))
}

/// Who is logged in
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Person)))]
async fn me(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
) -> Result<Json<Person>, Problem> {
    Ok(Json(super::person(&state, user).await?))
}

/// Everyone who is here, by name
#[utoipa::path(get, path = "/api/people", responses((status = 200, body = Vec<Person>)))]
async fn people(
    State(state): State<AppState>,
    _asking: ApiUser,
) -> Result<Json<Vec<Person>>, Problem> {
    Ok(Json(super::people_here(&state).await?))
}

/// Someone's profile
#[utoipa::path(
    get,
    path = "/api/users/{user}",
    params(("user" = i64, Path)),
    responses((status = 200, body = PublicProfile), (status = 404, description = "there is nobody of this number"))
)]
async fn profile(
    State(state): State<AppState>,
    _asking: ApiUser,
    Path(user): Path<i64>,
) -> Result<Json<PublicProfile>, Problem> {
    Ok(Json(PublicProfile {
        person: super::person(&state, user).await?,
        about: super::about(&state, user).await?,
    }))
}
