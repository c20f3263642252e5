//! Listens on a port and serves the app until it is asked to stop.

use std::{io, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use axum::{Router, serve::ListenerExt};
use socketioxide::SocketIo;
use tokio::{net::TcpListener, sync::Notify, time::timeout};
use tracing_subscriber::EnvFilter;

use crate::{config::Config, handshake, open, sockets};

/// How long running requests may take after the stop signal. Containers get ten seconds.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Another program listens there.
    #[error("{0} is taken: stop the other program, or choose another port with --listen 3001")]
    AddressTaken(SocketAddr),
    /// The operating system does not let us listen there.
    #[error("the server cannot listen at {0}: {1}")]
    CannotListen(SocketAddr, io::Error),
    /// Everything else that the operating system refused.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
}

/// Serves the chat until Ctrl+C or SIGTERM. A failure is printed, and the exit code shows it.
pub async fn run(config: Config) -> ExitCode {
    // `RUST_LOG=debug` shows more, `RUST_LOG=off` nothing.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    match serve(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), ServerError> {
    // Before the address is printed: a script that reads it may send the signal at once.
    let stop_signal = stop_signal()?;
    let listener = bind(config.listen).await?;
    println!("Make Chat is at http://{}", listener.local_addr()?);
    let (app, io) = open();
    let app = handshake::protect(app, config.public_url);
    serve_until(stop_signal, listener, app, io).await;
    Ok(())
}

/// Listens on `address`.
async fn bind(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServerError::AddressTaken(address),
            _ => ServerError::CannotListen(address, error),
        })
}

/// Serves `app` until the stop signal. Then it announces the stop, and finishes running requests.
async fn serve_until(
    stop_signal: impl Future<Output = ()>,
    listener: TcpListener,
    app: Router,
    io: SocketIo,
) {
    // A chat sends small packets: without this, TCP holds one back until the
    // one before it is confirmed.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::warn!(%error, "TCP_NODELAY was refused");
        }
    });
    // Not `app` itself: axum would build its layers anew for each connection,
    // and with them everything that a layer remembers.
    let app = app.into_make_service();
    let closed = Arc::new(Notify::new());
    let server = axum::serve(listener, app).with_graceful_shutdown(closed.clone().notified_owned());
    let server = tokio::spawn(server.into_future());

    stop_signal.await;
    tracing::info!("stopping");
    sockets::close_all(&io).await;
    closed.notify_one();
    if timeout(STOP_TIMEOUT, server).await.is_err() {
        tracing::warn!("requests that took too long were cut off");
    }
}

/// A future that ends on Ctrl+C, and on SIGTERM, which service managers and containers send.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            interrupt.recv().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_address_is_refused_in_words() {
        let first = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = first.local_addr().unwrap();
        let error = bind(address).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{address} is taken: stop the other program, or choose another port with --listen 3001"
            )
        );
    }
}
