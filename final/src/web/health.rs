//! Health checks for supervisors and load balancers.

use axum::{extract::State, http::StatusCode};

use crate::storage::Db;

/// `GET /health/live`: the program is running.
pub async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: the database responds, too.
pub async fn ready(State(db): State<Db>) -> (StatusCode, &'static str) {
    match db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not respond");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not respond\n",
            )
        }
    }
}
