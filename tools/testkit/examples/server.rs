//! A program for the tests of `TESTKIT_SERVER`: a chat that listens on a free port,
//! or one that misbehaves in the way that its argument names.

#[path = "../tests/app/mod.rs"]
mod app;

use std::{env, io, process};

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> io::Result<()> {
    let manner = env::args().nth(1).unwrap_or_default();
    if manner == "gives-up" {
        eprintln!("there is no room for a chat");
        process::exit(3);
    }
    if manner == "floods" {
        loop {
            print!("{}", "test a_conversation ... ok\n".repeat(1_000));
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("The chat is at http://{}", listener.local_addr()?);
    match manner.as_str() {
        "" => axum::serve(listener, app::app()).await,
        "hangs-up" => {
            listener.accept().await?;
            eprintln!("too much for me");
            process::exit(7);
        }
        other => panic!("nobody behaves like {other}"),
    }
}
