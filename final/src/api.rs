//! What the page fetches: a few addresses with JSON.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use crate::{
    accounts::{self, sessions::CurrentUser},
    channels,
    error::AppError,
    messages,
    state::AppState,
};

/// The addresses.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/channels", get(search))
        .route("/api/channels/{channel}", get(channel))
        .route("/api/channels/{channel}/messages", get(history))
        .route("/api/emoji", get(emoji))
        .route("/api/users/{user}", get(user))
}

struct Problem(AppError);

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.0.log();
        let status: StatusCode = self.0.status();
        let body = json!({ "type": "about:blank", "title": status.canonical_reason(),
            "status": status.as_u16(), "detail": self.0.to_string() });
        let kind = [(CONTENT_TYPE, "application/problem+json")];
        (status, kind, body.to_string()).into_response()
    }
}

struct ApiUser(i64);

impl FromRequestParts<AppState> for ApiUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let CurrentUser(user) = CurrentUser::from_request_parts(parts, state).await?;
        Ok(Self(user.id))
    }
}

type Answer = Result<Json<Value>, Problem>;

async fn search(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let typed = query.get("query").map_or("", String::as_str);
    Ok(Json(json!(channels::search(&state, user, typed).await?)))
}

async fn channel(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
) -> Answer {
    Ok(Json(json!(channels::find(&state, user, channel).await?)))
}

async fn history(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(channel): Path<i64>,
    Query(query): Query<HashMap<String, i64>>,
) -> Answer {
    channels::find(&state, user, channel).await?;
    let page = match (query.get("before"), query.get("after")) {
        (None, Some(number)) => messages::page_after(&state, channel, *number).await?,
        (before, _) => {
            messages::page_before(&state, channel, before.copied().unwrap_or(i64::MAX)).await?
        }
    };
    Ok(Json(
        json!({ "messages": page.messages, "hasOlder": page.has_older,
        "hasNewer": page.has_newer }),
    ))
}

async fn emoji(_user: ApiUser) -> Json<Value> {
    let all = emojis::iter().map(|emoji| {
        json!({ "emoji": emoji.as_str(), "name": emoji.name(),
            "shortcode": emoji.shortcode(), "group": format!("{:?}", emoji.group()) })
    });
    Json(all.collect())
}

async fn user(State(state): State<AppState>, _asking: ApiUser, Path(user): Path<i64>) -> Answer {
    let about = accounts::about(&state, user).await?;
    Ok(Json(
        json!({ "person": accounts::person(&state, user).await?, "about": about }),
    ))
}
