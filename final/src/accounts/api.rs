//! The JSON API of people.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Accounts, ApiUser, model::Person};
use crate::{
    ids::UserId,
    web::{
        api::{Json, Path},
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
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(profile))
}

/// Get the person who is logged in
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Person)))]
async fn me(
    State(accounts): State<Arc<Accounts>>,
    ApiUser(user): ApiUser,
) -> Result<Json<Person>, Problem> {
    Ok(Json(accounts.person(user).await?))
}

/// Get a person's profile
#[utoipa::path(
    get,
    path = "/api/users/{user}",
    params(("user" = i64, Path)),
    responses((status = 200, body = PublicProfile), (status = 404, description = "there is no such person"))
)]
async fn profile(
    State(accounts): State<Arc<Accounts>>,
    _user: ApiUser,
    Path(user): Path<UserId>,
) -> Result<Json<PublicProfile>, Problem> {
    Ok(Json(PublicProfile {
        person: accounts.person(user).await?,
        about: accounts.about(user).await?,
    }))
}
