//! Listens on a port and serves the app until it is asked to stop.

use std::{env, io, process::ExitCode};

use axum::{Router, serve::ListenerExt};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// The port when the environment names none.
const DEFAULT_PORT: u16 = 3000;

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// `PORT` is set to something else than a port.
    #[error("PORT must be a number from 0 to 65535, not {0:?}")]
    BadPort(String),
    /// Another program listens there.
    #[error("port {0} is taken: stop the other program, or choose another port with PORT=3001")]
    PortTaken(u16),
    /// Everything else that the operating system refused.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
}

/// Serves `app` until Ctrl+C. A failure is printed, and the exit code shows it.
pub async fn run(app: Router) -> ExitCode {
    // `RUST_LOG=debug` shows more, `RUST_LOG=off` nothing.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    match serve(app).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(app: Router) -> Result<(), ServerError> {
    let port = choose_port(env::var_os("PORT").map(|port| port.to_string_lossy().into_owned()))?;
    let listener = bind(port).await?;
    println!("Make Chat is at http://{}", listener.local_addr()?);
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
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served?,
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    Ok(())
}

/// Reads the value of `PORT`; 0 means any free port.
fn choose_port(value: Option<String>) -> Result<u16, ServerError> {
    match value {
        None => Ok(DEFAULT_PORT),
        Some(text) => text.parse().map_err(|_| ServerError::BadPort(text)),
    }
}

/// Listens on `port` of this machine only, so that nobody else on the network
/// can reach a lesson.
async fn bind(port: u16) -> Result<TcpListener, ServerError> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServerError::PortTaken(port),
            _ => ServerError::Io(error),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_3000_when_the_environment_names_none() {
        assert_eq!(choose_port(None).unwrap(), 3000);
    }

    #[test]
    fn the_environment_chooses_the_port() {
        assert_eq!(choose_port(Some("8080".into())).unwrap(), 8080);
    }

    #[test]
    fn a_port_that_is_no_number_is_refused_in_words() {
        let error = choose_port(Some("many".into())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "PORT must be a number from 0 to 65535, not \"many\""
        );
    }

    #[tokio::test]
    async fn a_taken_port_is_refused_in_words() {
        let first = bind(0).await.unwrap();
        let port = first.local_addr().unwrap().port();
        let error = bind(port).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "port {port} is taken: stop the other program, or choose another port with PORT=3001"
            )
        );
    }
}
