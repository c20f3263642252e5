//! The JSON API of people.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Accounts, ApiUser,
    model::{About, Person},
};
use crate::{
    error::Refusal,
    ids::UserId,
    web::{
        api::{Json, Path},
        openapi::{errors, with_problems},
        problem::Problem,
    },
};

/// The profile that everyone may read.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicProfile {
    /// The person.
    person: Person,
    /// The description that they have written of themselves.
    #[schema(value_type = About)]
    about: String,
}

/// The routes of people.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(with_problems(routes!(me), errors![]))
        .routes(with_problems(
            routes!(profile),
            errors![Refusal::UserUnknown],
        ))
}

/// Get the person who is logged in
#[utoipa::path(get, operation_id = "get_me",
    path = "/api/me", responses((status = 200, description = "you", body = Person)))]
async fn me(
    State(accounts): State<Arc<Accounts>>,
    ApiUser(user): ApiUser,
) -> Result<Json<Person>, Problem> {
    Ok(Json(accounts.person(user).await?))
}

/// Get a person's profile
#[utoipa::path(
    get,
    operation_id = "get_profile",
    path = "/api/users/{user}",
    params(("user" = inline(UserId), Path, description = "the person's id")),
    responses((status = 200, description = "the profile", body = PublicProfile))
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
