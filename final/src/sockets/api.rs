//! The JSON API of online users.

use std::sync::Arc;

use axum::{
    extract::{FromRef, State},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Presence;
use crate::{
    accounts::{Accounts, ApiUser, Person},
    web::{
        api::Json,
        openapi::{errors, with_problems},
        problem::Problem,
    },
};

/// The route of online users.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Presence>: FromRef<S>,
{
    OpenApiRouter::new().routes(with_problems(routes!(people), errors![]))
}

/// List the online users, by name
#[utoipa::path(
    get,
    operation_id = "list_online_users",
    path = "/api/people",
    responses((status = 200, description = "the people", body = [Person]))
)]
async fn people(
    State(accounts): State<Arc<Accounts>>,
    State(presence): State<Arc<Presence>>,
    _user: ApiUser,
) -> Result<Response, Problem> {
    let people = presence.list(&accounts).await?;
    Ok(Json(&*people).into_response())
}
