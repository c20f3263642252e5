//! Listens on a port and serves the workshop until Ctrl+C.

use std::{io, thread};

use anyhow::{Context, Result, anyhow};
use axum::serve::ListenerExt;
use tokio::{net::TcpListener, runtime::Runtime};
use tracing_subscriber::EnvFilter;

use super::{Workshop, read, routes};
use crate::signals;

/// Serves the workshop; in the end everything that it has started is stopped.
pub fn run(workshop: Workshop, port: u16) -> Result<()> {
    // `RUST_LOG=debug` shows more, `RUST_LOG=off` nothing.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    let preparing = workshop.clone();
    thread::spawn(move || read::prepare(&preparing.course));
    let runtime = Runtime::new().context("the server cannot run")?;
    let served = runtime.block_on(serve(workshop.clone(), port));
    workshop.stop();
    // Checks that still run have been stopped, and end.
    runtime.shutdown_background();
    served
}

async fn serve(workshop: Workshop, port: u16) -> Result<()> {
    // Before the address is printed: a program that reads it may stop this one.
    let stopped = signals::stopped().context("Ctrl+C cannot be heard")?;
    let listener = bind(port).await?;
    let address = listener.local_addr()?;
    let port = address.port();
    anstream::println!("The workshop is at http://{address}\nCtrl+C ends it.");
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::warn!(%error, "TCP_NODELAY was refused");
        }
    });
    let app = routes::app(workshop, port).into_make_service();
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served?,
        () = stopped => {}
    }
    Ok(())
}

/// Listens on `port` of this machine only, so that other machines on the network cannot run
/// tests here.
async fn bind(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => anyhow!(
                "port {port} is taken: stop the other program, or choose another port with --port"
            ),
            _ => anyhow!(error).context(format!("port {port} cannot be listened on")),
        })
}
