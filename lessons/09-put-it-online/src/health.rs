//! Health checks, for a proxy or a program that watches over the chat.

/// `GET /health/live`: the chat is running.
pub async fn live() -> &'static str {
    "live\n"
}
