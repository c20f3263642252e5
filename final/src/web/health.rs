//! Health checks for supervisors and load balancers.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode};
use tokio::sync::Mutex;

use crate::storage::Db;

/// Only one check writes at a time: anyone may request it.
pub type OneAtATime = Extension<Arc<Mutex<()>>>;

/// `GET /health/live`: the program is running.
pub async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: the database saves what is written, too.
pub async fn ready(
    State(db): State<Db>,
    Extension(checking): OneAtATime,
) -> (StatusCode, &'static str) {
    let _checking = checking.lock().await;
    match db.check_writing().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the database cannot be written");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database cannot be written\n",
            )
        }
    }
}
