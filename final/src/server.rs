//! Listens on an address, serves the app, and shuts down gracefully.

use std::{io, net::SocketAddr, path::Path, process::ExitCode, time::Duration};

use axum::Router;
use tokio::{
    join,
    net::TcpListener,
    sync::watch,
    time::{interval, sleep, timeout},
};
use tracing_subscriber::EnvFilter;

use crate::{
    app,
    backup::{self, BackupError, Contents},
    check,
    config::{Command, Config},
    connections,
    demo::{self, DemoError},
    realtime::{self, Sockets},
    state::AppState,
    storage::{self, Db, StorageError},
    web::metrics,
};

/// How long running requests may take after the stop signal.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the database may take to close after that.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How often expired sessions are deleted, and their sockets disconnected.
const CLEAN_UP_PERIOD: Duration = Duration::from_secs(10);
/// A cookie often outlives its session, which `tower_sessions_core` would log as a warning.
const DEFAULT_LOG: &str = "info,tower_sessions_core=error";

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Another program listens at this address.
    #[error("{address} is taken: stop the other program, or choose another address with {flag}")]
    AddressTaken {
        /// The address that is taken.
        address: SocketAddr,
        /// The flag that sets another address.
        flag: &'static str,
    },
    /// The chat could not be backed up or restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The operating system refused anything else.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
    /// The demo could not be created.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The database could not be opened.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Runs the command of the command line. Without a command, serves the chat until Ctrl+C or
/// SIGTERM. A failure is printed and sets the exit code.
pub async fn run(config: Config) -> ExitCode {
    // `RUST_LOG=debug` shows more, `RUST_LOG=off` nothing.
    let default_filter = match config.command {
        None => DEFAULT_LOG,
        // The check reports itself that a certificate is not valid.
        Some(_) => "warn,rustls_platform_verifier=off",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| default_filter.into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let done = match config.command.clone() {
        None => serve(config).await,
        Some(Command::Backup { folder }) => back_up(&config, &folder).await,
        Some(Command::Check) => return exit_code(check::run(&config).await.is_ok()),
        Some(Command::Demo) => fill_demo(config).await,
        Some(Command::Health) => return exit_code(check::is_ready(config.listen).await),
        Some(Command::Restore { folder }) => restore(&config, &folder).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The exit code of a command that has printed its findings.
fn exit_code(is_ok: bool) -> ExitCode {
    if is_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn serve(config: Config) -> Result<(), ServerError> {
    // Before the address is printed: a script that reads it may send the signal at once.
    let stop_signal = stop_signal()?;
    let listener = bind(config.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let metrics_listener = match config.metrics_listen {
        Some(address) => Some(bind(address, "--metrics-listen").await?),
        None => None,
    };
    let _lock = storage::lock(&config)?;
    let state = AppState::open(config).await?;
    let mut app = app(state.clone());
    println!("Make Chat is at http://{address}");
    if let Some(listener) = metrics_listener {
        println!("Metrics are at http://{}/metrics", listener.local_addr()?);
        let (observed_app, metrics) = metrics::observe(app, state.io.clone());
        app = observed_app;
        tokio::spawn(axum::serve(listener, metrics).into_future());
    }
    tokio::spawn(clean_up_regularly(state.clone()));
    let max = state
        .config
        .max_connections
        .map_or_else(connections::default_max, |max| max.get() as usize);
    serve_until(stop_signal, listener, app, max, &state.io).await;
    close(&state.db).await;
    Ok(())
}

async fn fill_demo(config: Config) -> Result<(), ServerError> {
    let _lock = storage::lock(&config)?;
    let state = AppState::open(config).await?;
    let names = demo::fill(&state).await?;
    println!(
        "Log in as {} with the password: {}",
        names.join(", "),
        demo::PASSWORD
    );
    close(&state.db).await;
    Ok(())
}

async fn back_up(config: &Config, folder: &Path) -> Result<(), ServerError> {
    let contents = backup::back_up(config, folder).await?;
    report("The chat is backed up to", folder, &contents);
    Ok(())
}

async fn restore(config: &Config, folder: &Path) -> Result<(), ServerError> {
    let contents = backup::restore(config, folder).await?;
    report("The chat is restored from", folder, &contents);
    Ok(())
}

fn report(done: &str, folder: &Path, contents: &Contents) {
    let files = contents.files;
    println!(
        "{done} {}: the database and {files} files",
        folder.display()
    );
    for name in &contents.missing {
        eprintln!("warning: the file {name} is missing");
    }
}

async fn serve_until(
    stop_signal: impl Future<Output = ()>,
    listener: TcpListener,
    app: Router,
    max_connections: usize,
    sockets: &Sockets,
) {
    let (stop, stopping) = watch::channel(false);
    let announced = sockets.clone();
    let server = connections::serve(listener, app, max_connections, async move {
        stop_signal.await;
        tracing::info!("stopping");
        realtime::announce_stop(&announced).await;
        stop.send_replace(true);
    });
    let closing = close_sockets(sockets, stopping.clone());
    tokio::select! {
        ((), ()) = async { join!(server, closing) } => {}
        () = stop_timeout(stopping) => {
            tracing::warn!("requests that took too long were cancelled");
        }
    }
}

/// Closes the sockets after the stop signal. Otherwise the open request of a page that polls would
/// keep the server running.
async fn close_sockets(sockets: &Sockets, stopping: watch::Receiver<bool>) {
    stopped(stopping).await;
    realtime::close_all(sockets).await;
}

/// Returns when the time for running requests is over.
async fn stop_timeout(stopping: watch::Receiver<bool>) {
    stopped(stopping).await;
    sleep(STOP_TIMEOUT).await;
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A future that ends on Ctrl+C, and on SIGTERM, which service managers send.
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
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl+C does not work");
            std::future::pending::<()>().await;
        }
    })
}

async fn clean_up_regularly(state: AppState) {
    let mut ticks = interval(CLEAN_UP_PERIOD);
    loop {
        ticks.tick().await;
        if let Err(error) = state.accounts.clean_up().await {
            tracing::warn!(%error, "expired sessions could not be deleted");
        }
        if let Err(error) = state.media.clean_up().await {
            tracing::warn!(%error, "removed files could not be deleted");
        }
    }
}

async fn close(db: &Db) {
    if timeout(CLOSE_TIMEOUT, db.close()).await.is_err() {
        tracing::warn!("the database could not be closed in time");
    }
}

async fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServerError::AddressTaken { address, flag },
            _ => ServerError::Io(error),
        })
}
