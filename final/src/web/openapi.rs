//! The description of the JSON API, for programs that want to use it.

use axum::{Json, Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

#[derive(OpenApi)]
#[openapi(info(
    title = "Make Chat",
    description = "Everything a page of the chat can ask for. The cookie of a log-in is needed; \
                   what changes something must come from the chat's own origin. \
                   Errors are problem details (RFC 9457)."
))]
struct Description;

/// The routes of the API, and at `/api/openapi.json` what they are: collected
/// from the routes themselves, so none can be forgotten.
pub fn describe(routes: OpenApiRouter<AppState>) -> Router<AppState> {
    let described = OpenApiRouter::with_openapi(Description::openapi()).merge(routes);
    let (routes, description) = described.split_for_parts();
    routes.route(
        "/api/openapi.json",
        get(async move || Json(description.clone())),
    )
}
