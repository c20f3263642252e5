//! Starts the chat of this lesson.

use clap::Parser;
use lesson_09::{config::Config, server};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::run(Config::parse()).await
}
