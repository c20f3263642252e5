//! Starts the chat.

use clap::Parser;
use make_chat::{config::Config, server};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::run(Config::parse()).await
}
