//! The JSON API of people: those who are online, and all.

use std::sync::Arc;

use axum::{
    extract::{FromRef, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Presence;
use crate::{
    accounts::{Accounts, ApiUser, Person},
    web::{
        api::{Json, Query},
        compression::AcceptsBrotli,
        openapi::{errors, with_problems},
        problem::Problem,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A part of the name or the display name. If it is empty, the list has the first 50 people;
    /// without it, those who are online.
    #[param(example = "ad")]
    query: Option<String>,
}

/// The route of people.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Accounts>: FromRef<S>,
    Arc<Presence>: FromRef<S>,
{
    OpenApiRouter::new().routes(with_problems(routes!(people), errors![]))
}

/// List the online users, by name, or search all people
#[utoipa::path(
    get,
    operation_id = "list_people",
    path = "/api/people",
    params(Search),
    responses((status = 200, description = "the people", body = [Person]))
)]
async fn people(
    State(accounts): State<Arc<Accounts>>,
    State(presence): State<Arc<Presence>>,
    _user: ApiUser,
    Query(search): Query<Search>,
    accepts_brotli: AcceptsBrotli,
) -> Result<Response, Problem> {
    if let Some(typed) = search.query {
        return Ok(Json(accounts.search(&typed).await?).into_response());
    }
    Ok(presence.list(&accounts).await?.response(accepts_brotli))
}
