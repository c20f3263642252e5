//! Starts the chat of this lesson.

use lesson_08::{app, server};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::run(app()).await
}
